//! Parts of a review as the API shows it, and the texts in them, opened.

use chrono::{DateTime, Utc};
use comptoir_domain::review::{RemovedBy, ReviewConcern};
use comptoir_domain::values::{PersonId, Rating, Sealed};
use comptoir_engine::UseCaseError;
use comptoir_engine::vault::VaultError;
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::problem::{Problem, ProblemKind};

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
    /// The text.
    pub(super) text: Option<String>,
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
    /// What else the platform says about it.
    pub(super) note: Option<String>,
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
    /// When.
    pub(super) reported_at: DateTime<Utc>,
}

/// A text, opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// Nobody wrote any.
    None,
    /// What was written.
    Text(String),
    /// Who wrote it was erased since.
    Erased,
}

impl Opened {
    /// The text as it is shown.
    pub(super) fn shown(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::None | Self::Erased => None,
        }
    }
}

/// Opens a text.
pub(super) async fn open(app: &App, sealed: Option<&Sealed>, context: &str) -> Result<Opened, Problem> {
    let Some(sealed) = sealed else {
        return Ok(Opened::None);
    };
    match app.engine().vault().open(sealed, context).await {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Opened::Text(text)),
            Err(_) => Err(Problem::new(ProblemKind::Internal).cause("a sealed text is not UTF-8")),
        },
        Err(VaultError::Erased) => Ok(Opened::Erased),
        Err(
            error @ (VaultError::UnknownSubject
            | VaultError::DoesNotOpen
            | VaultError::UnexpectedContent(_)
            | VaultError::NotJson(_)
            | VaultError::WrongMasterKey
            | VaultError::NoRandomness(_)
            | VaultError::Unavailable(_)),
        ) => Err(UseCaseError::from(error).into()),
    }
}
