//! A review as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::review::{PurchaseStanding, Review, ReviewStatus};
use comptoir_domain::values::{OrderId, PersonId, ProductId, Rating, ReviewId, Role, Sealed};
use comptoir_engine::{
    Answered, REVIEW_ANSWER_CONTEXT, REVIEW_BODY_CONTEXT, REVIEW_HIDING_CONTEXT, REVIEW_REPORT_CONTEXT,
    ReviewChanged, UseCaseError,
};
use comptoir_projections::reviews::ReviewView;
use serde::Serialize;

use super::parts::{
    AnswerBody, HidingBody, OpenReportsBody, RemovalBody, ReportBody, ReviewStatusName, VersionBody,
};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::sealed::{Opened, is_erased, open_text};

/// What a buyer says about a product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Review)]
pub(crate) struct ReviewBody {
    /// Its id, which follows from author and product.
    #[schema(value_type = String, example = "review_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: ReviewId,
    /// The product.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// Who wrote it.
    #[schema(value_type = String)]
    author_id: PersonId,
    /// Whether the author's data was erased: then all of their texts are gone.
    author_erased: bool,
    /// Who can read it.
    #[schema(value_type = ReviewStatusName)]
    status: &'static str,
    /// The stars.
    #[schema(value_type = u8, minimum = 1, maximum = 5)]
    rating: Rating,
    /// The text.
    text: Option<String>,
    /// Whether the author bought the product here and the purchase stands; only then does the rating count.
    verified_purchase: bool,
    /// When the product was bought.
    purchased_at: DateTime<Utc>,
    /// When the review was published.
    published_at: DateTime<Utc>,
    /// When it was last edited.
    edited_at: Option<DateTime<Utc>>,
    /// How many people found it helpful.
    helpful_count: u64,
    /// What the seller answered.
    answer: Option<AnswerBody>,
    /// Whether words were left out because the caller is an auditor: they read those that everybody can read.
    #[serde(skip_serializing_if = "Option::is_none")]
    words_withheld: Option<bool>,
    /// The reports that nobody has looked at: in the list of all reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    open_reports: Option<OpenReportsBody>,
    /// The rest: for the author, admins and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<DetailsBody>,
}

/// What the author of a review, admins and auditors see of it besides; auditors without the words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewDetails)]
pub(crate) struct DetailsBody {
    /// The order that the product was bought with.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// Whether the purchase `stands`, was `refunded` or `charged_back`.
    #[schema(value_type = String, example = "stands")]
    purchase_status: &'static str,
    /// What it said before, the oldest first.
    history: Vec<VersionBody>,
    /// Why it is hidden.
    hidden: Option<HidingBody>,
    /// How it was removed.
    removed: Option<RemovalBody>,
    /// Who thinks that it should not be there: for admins and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    reports: Option<Vec<ReportBody>>,
}

/// Whether somebody may read a review: everybody, unless it is hidden or removed.
pub(super) fn may_read(caller: &Caller, review: &ReviewView) -> bool {
    match review.status {
        ReviewStatus::Visible => true,
        ReviewStatus::Hidden | ReviewStatus::Removed => sees_details(caller, review),
    }
}

fn sees_details(caller: &Caller, review: &ReviewView) -> bool {
    caller.sees_all() || caller.person_id() == review.author_id
}

/// Which words of people are shown. Auditors follow what happened, and when, and need nobody's words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// All.
    All,
    /// Those that everybody can read.
    Published,
}

impl Words {
    fn shown_to(caller: &Caller, review: &ReviewView) -> Self {
        if caller.is(Role::Admin) || caller.person_id() == review.author_id {
            Self::All
        } else {
            Self::Published
        }
    }

    /// Of what a review says now: everybody can read that, as long as it is visible.
    fn of_current(self, review: &ReviewView) -> Self {
        match review.status {
            ReviewStatus::Visible => Self::All,
            ReviewStatus::Hidden | ReviewStatus::Removed => self,
        }
    }

    /// A text, if it is shown.
    async fn open(
        self,
        app: &App,
        sealed: Option<&Sealed>,
        context: &str,
    ) -> Result<Opened<String>, Problem> {
        match self {
            Self::All => open_text(app, sealed, context).await,
            Self::Published => Ok(Opened::Absent),
        }
    }

    fn withheld(self) -> Option<bool> {
        (self == Self::Published).then_some(true)
    }
}

impl ReviewBody {
    /// The review as everybody sees it.
    pub(crate) async fn public(app: &App, review: &ReviewView) -> Result<Self, Problem> {
        Self::with(Words::Published, app, review).await
    }

    /// The review for those who see everything.
    pub(crate) async fn for_overseer(
        app: &App,
        caller: &Caller,
        review: &ReviewView,
    ) -> Result<Self, Problem> {
        Self::with(Words::shown_to(caller, review), app, review).await
    }

    async fn with(words: Words, app: &App, review: &ReviewView) -> Result<Self, Problem> {
        let words = words.of_current(review);
        let current = &review.content.current;
        let text = words
            .open(app, current.body.as_ref(), REVIEW_BODY_CONTEXT)
            .await?;
        let author_erased = match &text {
            Opened::Erased => true,
            Opened::Known(_) => false,
            Opened::Absent => is_erased(app, review.author_id).await?,
        };
        let answer = match &review.content.answer {
            None => None,
            Some(answer) => {
                let text = words
                    .open(app, Some(&answer.answer), REVIEW_ANSWER_CONTEXT)
                    .await?;
                Some(AnswerBody {
                    text_erased: text.is_erased(),
                    text: text.shown(),
                    answered_at: answer.at,
                })
            }
        };
        Ok(Self {
            id: review.review_id,
            product_id: review.product_id,
            author_id: review.author_id,
            author_erased,
            status: review.status.as_str(),
            rating: current.rating,
            text: text.shown(),
            verified_purchase: review.purchase == PurchaseStanding::Stands,
            purchased_at: review.purchased_at,
            published_at: review.posted_at,
            edited_at: (current.at != review.posted_at).then_some(current.at),
            helpful_count: review.helpful_count,
            answer,
            words_withheld: words.withheld(),
            open_reports: None,
            details: None,
        })
    }

    /// The review as it stands in the list of all, for those who see everything.
    pub(super) async fn for_list_of_all(
        app: &App,
        caller: &Caller,
        review: &ReviewView,
    ) -> Result<Self, Problem> {
        let open_reports = Some(OpenReportsBody::of(&review.content));
        Ok(Self {
            open_reports,
            ..Self::for_overseer(app, caller, review).await?
        })
    }

    /// The review as this caller sees it.
    pub(crate) async fn for_caller(app: &App, caller: &Caller, review: &ReviewView) -> Result<Self, Problem> {
        let words = Words::shown_to(caller, review);
        let shown = Self::with(words, app, review).await?;
        if !sees_details(caller, review) {
            return Ok(shown);
        }
        Ok(Self {
            details: Some(DetailsBody::of(app, caller, words, review).await?),
            words_withheld: words.withheld(),
            ..shown
        })
    }
}

impl DetailsBody {
    async fn of(app: &App, caller: &Caller, words: Words, review: &ReviewView) -> Result<Self, Problem> {
        let content = &review.content;
        let mut history = Vec::with_capacity(content.earlier.len());
        for version in &content.earlier {
            let text = words
                .open(app, version.body.as_ref(), REVIEW_BODY_CONTEXT)
                .await?;
            history.push(VersionBody {
                rating: version.rating,
                text_erased: text.is_erased(),
                text: text.shown(),
                since: version.at,
            });
        }
        let hidden = match &content.hiding {
            None => None,
            Some(hiding) => {
                let note = words
                    .open(app, hiding.note.as_ref(), REVIEW_HIDING_CONTEXT)
                    .await?;
                Some(HidingBody {
                    reason: hiding.concern,
                    note_erased: note.is_erased(),
                    note: note.shown(),
                    hidden_at: hiding.at,
                })
            }
        };
        let removed = content.removed.map(|removed| RemovalBody {
            by: removed.by,
            removed_at: removed.at,
            hidden_for: removed.hidden,
        });
        let reports = if caller.sees_all() {
            Some(reports(app, words, review).await?)
        } else {
            None
        };
        Ok(Self {
            order_id: review.order_id,
            purchase_status: review.purchase.as_str(),
            history,
            hidden,
            removed,
            reports,
        })
    }
}

async fn reports(app: &App, words: Words, review: &ReviewView) -> Result<Vec<ReportBody>, Problem> {
    let mut reports = Vec::with_capacity(review.content.reports.len());
    for (reporter_id, report) in &review.content.reports {
        let note = words
            .open(app, report.note.as_ref(), REVIEW_REPORT_CONTEXT)
            .await?;
        reports.push(ReportBody {
            reporter_id: *reporter_id,
            reason: report.concern,
            note_erased: note.is_erased(),
            note: note.shown(),
            reported_at: report.at,
            status: report.standing,
        });
    }
    Ok(reports)
}

/// The review as the ledger has it now: what a write answers with, whatever the read models have seen.
pub(super) async fn load(app: &App, caller: &Caller, review_id: ReviewId) -> Result<ReviewBody, Problem> {
    let loaded = app.engine().ledger().load::<Review>(review_id.as_uuid()).await;
    let loaded = loaded.map_err(UseCaseError::from)?;
    let review = ReviewView::of_state(&loaded.state);
    let review = review.ok_or_else(|| Problem::new(ProblemKind::ReviewNotFound))?;
    ReviewBody::for_caller(app, caller, &review).await
}

/// The answer to a change of a review.
pub(super) async fn changed(
    app: &App,
    caller: &Caller,
    answered: Answered<ReviewChanged>,
) -> Result<Answer<ReviewBody>, Problem> {
    let body = load(app, caller, answered.answer.review_id).await?;
    Ok(Answer::ok(body, answered.position).on(answered.occasion))
}
