//! Parts of a review as the API shows it, such as its versions.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use comptoir_domain::review::{RemovedBy, ReportStanding, ReviewConcern};
use comptoir_domain::values::{PersonId, Rating};
use comptoir_projections::reviews::ReviewContent;
use serde::{Deserialize, Serialize};

/// Why a review should not be there.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReviewConcern)]
pub(crate) enum ConcernName {
    /// Advertising, or the same over and over.
    Spam,
    /// It insults or threatens.
    Offensive,
    /// It is not about the product.
    OffTopic,
    /// It tells something about a person that is nobody's business.
    PersonalData,
    /// It does not come from an experience with the product.
    Fake,
    /// Its author has a stake in the product or in a rival.
    ConflictOfInterest,
    /// It breaks a law or a right.
    Illegal,
    /// Something else, which the note says.
    Other,
}

/// Who can read a review.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReviewStatus)]
pub(crate) enum ReviewStatusName {
    /// Everybody.
    Visible,
    /// Its author and the platform.
    Hidden,
    /// Nobody any more: its text is gone.
    Removed,
}

/// What the seller answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewAnswer)]
pub(crate) struct AnswerBody {
    /// The answer; null once the seller's data was erased.
    pub(super) text: Option<String>,
    /// Whether it was.
    pub(super) text_erased: bool,
    /// When.
    pub(super) answered_at: DateTime<Utc>,
}

/// What a review said before.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewVersion)]
pub(crate) struct VersionBody {
    /// The stars.
    #[schema(value_type = u8, minimum = 1, maximum = 5)]
    pub(super) rating: Rating,
    /// The text; null once the author's data was erased.
    pub(super) text: Option<String>,
    /// Whether it was.
    pub(super) text_erased: bool,
    /// Since when.
    pub(super) since: DateTime<Utc>,
}

/// Why a review is hidden.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewHiding)]
pub(crate) struct HidingBody {
    /// Why.
    #[schema(value_type = ConcernName)]
    pub(super) reason: ReviewConcern,
    /// What else the platform says about it; null once the author's data was erased.
    pub(super) note: Option<String>,
    /// Whether it was.
    pub(super) note_erased: bool,
    /// When.
    pub(super) hidden_at: DateTime<Utc>,
}

/// How a review was removed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewRemoval)]
pub(crate) struct RemovalBody {
    /// By its author, or by the platform.
    #[schema(value_type = String, example = "author")]
    pub(super) by: RemovedBy,
    /// When.
    pub(super) removed_at: DateTime<Utc>,
    /// Why it was hidden at that time: as long as this stands, its author cannot post another.
    #[schema(value_type = Option<ConcernName>)]
    pub(super) hidden_for: Option<ReviewConcern>,
}

/// Why somebody thinks that a review should not be there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewReport)]
pub(crate) struct ReportBody {
    /// Who.
    #[schema(value_type = String)]
    pub(super) reporter_id: PersonId,
    /// Why.
    #[schema(value_type = ConcernName)]
    pub(super) reason: ReviewConcern,
    /// The same in their words; null once their data was erased.
    pub(super) note: Option<String>,
    /// Whether it was.
    pub(super) note_erased: bool,
    /// When.
    pub(super) reported_at: DateTime<Utc>,
    /// Whether somebody has yet to look at it: `open` or `settled`.
    #[schema(value_type = String, example = "open")]
    pub(super) status: ReportStanding,
}

/// The reports on a review that nobody has looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OpenReviewReports)]
pub(crate) struct OpenReportsBody {
    /// How many.
    count: usize,
    /// Why, each reason once.
    #[schema(value_type = Vec<ConcernName>)]
    reasons: BTreeSet<ReviewConcern>,
}

impl OpenReportsBody {
    /// Those of a review.
    pub(super) fn of(content: &ReviewContent) -> Self {
        let open = content.reports.values().filter(|report| report.is_open());
        Self {
            count: content.open_reports(),
            reasons: open.map(|report| report.concern).collect(),
        }
    }
}
