//! A row of `reviews`, typed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::review::{
    PurchaseStanding, RemovedReview, ReportStanding, ReviewAnswer, ReviewFacts, ReviewHiding, ReviewReport,
    ReviewState, ReviewStatus, ReviewVersion,
};
use comptoir_domain::values::{OrderId, PersonId, ProductId, Rating, ReviewId};
use comptoir_ledger::{Position, Revision};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::listing::QueryError;

/// A review as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewView {
    /// The review.
    pub review_id: ReviewId,
    /// The product.
    pub product_id: ProductId,
    /// Who wrote it.
    pub author_id: PersonId,
    /// Who sold the product to them.
    pub seller_id: PersonId,
    /// The order it was bought with.
    pub order_id: OrderId,
    /// When that was paid.
    pub purchased_at: DateTime<Utc>,
    /// Whether the money of the purchase is still where it belongs.
    pub purchase: PurchaseStanding,
    /// Who can read it.
    pub status: ReviewStatus,
    /// How many people found it helpful.
    pub helpful_count: u64,
    /// All that was said.
    pub content: ReviewContent,
    /// When it was posted.
    pub posted_at: DateTime<Utc>,
}

/// All that was said in and about a review. Every text is sealed with the key of who wrote it, notes to the author with the
/// author's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewContent {
    /// What it says now.
    pub current: ReviewVersion,
    /// What it said before, the oldest first.
    pub earlier: Vec<ReviewVersion>,
    /// What the seller answered.
    pub answer: Option<ReviewAnswer>,
    /// Who thinks that it should not be there.
    pub reports: BTreeMap<PersonId, ReviewReport>,
    /// Why it is hidden.
    pub hiding: Option<ReviewHiding>,
    /// How it was removed.
    pub removed: Option<RemovedReview>,
}

/// A review with its place in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// What is shown.
    pub view: ReviewView,
    /// Where it was posted.
    pub posted_position: Position,
    /// The newest event of its stream that this row knows.
    pub revision: Revision,
    /// Where that event stands.
    pub position: Position,
}

impl ReviewView {
    /// The review as its stream says, if it exists.
    pub fn of_state(state: &ReviewState) -> Option<Self> {
        let (hiding, removed) = match state {
            ReviewState::Absent => return None,
            ReviewState::Visible(_) => (None, None),
            ReviewState::Hidden(_, hiding) => (Some(hiding.clone()), None),
            ReviewState::Removed(_, removed) => (None, Some(*removed)),
        };
        let (facts, status) = (state.facts()?, state.status()?);
        Some(Self {
            status,
            content: ReviewContent {
                hiding,
                removed,
                ..ReviewContent::of(facts)
            },
            ..Self::posted(facts)
        })
    }

    /// A visible review.
    pub(super) fn posted(facts: &ReviewFacts) -> Self {
        Self {
            review_id: facts.review_id,
            product_id: facts.product_id,
            author_id: facts.author_id,
            seller_id: facts.seller_id,
            order_id: facts.order_id,
            purchased_at: facts.purchased_at,
            purchase: facts.purchase,
            status: ReviewStatus::Visible,
            helpful_count: u64::try_from(facts.voters.len()).unwrap_or(u64::MAX),
            content: ReviewContent::of(facts),
            posted_at: facts.posted_at,
        }
    }

    /// The rating as far as it counts for the product: everybody can read it, and the purchase stands.
    pub const fn counted_rating(&self) -> Option<Rating> {
        match (self.status, self.purchase) {
            (ReviewStatus::Visible, PurchaseStanding::Stands) => Some(self.content.current.rating),
            (ReviewStatus::Visible, PurchaseStanding::Undone(_))
            | (ReviewStatus::Hidden | ReviewStatus::Removed, _) => None,
        }
    }
}

impl ReviewContent {
    /// How many reports nobody has looked at.
    pub fn open_reports(&self) -> usize {
        self.reports.values().filter(|report| report.is_open()).count()
    }

    pub(super) fn settle_reports(&mut self) {
        for report in self.reports.values_mut() {
            report.standing = ReportStanding::Settled;
        }
    }

    fn of(facts: &ReviewFacts) -> Self {
        Self {
            current: facts.current.clone(),
            earlier: facts.earlier.clone(),
            answer: facts.answer.clone(),
            reports: facts.reports.clone(),
            hiding: None,
            removed: None,
        }
    }
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct ReviewColumns {
    pub(super) id: Uuid,
    pub(super) product_id: Uuid,
    pub(super) author_id: Uuid,
    pub(super) seller_id: Uuid,
    pub(super) order_id: Uuid,
    pub(super) purchased_at: DateTime<Utc>,
    pub(super) purchase: String,
    pub(super) status: String,
    pub(super) helpful_count: i64,
    pub(super) content: Json<ReviewContent>,
    pub(super) posted_at: DateTime<Utc>,
    pub(super) posted_position: i64,
    pub(super) revision: i64,
    pub(super) position: i64,
}

/// A column holds a name that no release has written.
#[derive(Debug, thiserror::Error)]
#[error("unknown status of a review or its purchase")]
struct UnknownName;

impl TryFrom<ReviewColumns> for ReviewRow {
    type Error = QueryError;

    fn try_from(columns: ReviewColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("reviews", columns.id);
        let purchase = PurchaseStanding::of_name(&columns.purchase);
        let status = ReviewStatus::of_name(&columns.status);
        Ok(Self {
            view: ReviewView {
                review_id: ReviewId::from_uuid(columns.id),
                product_id: ProductId::from_uuid(columns.product_id),
                author_id: PersonId::from_uuid(columns.author_id),
                seller_id: PersonId::from_uuid(columns.seller_id),
                order_id: OrderId::from_uuid(columns.order_id),
                purchased_at: columns.purchased_at,
                purchase: purchase.ok_or_else(|| unreadable(&UnknownName))?,
                status: status.ok_or_else(|| unreadable(&UnknownName))?,
                helpful_count: u64::try_from(columns.helpful_count).map_err(|error| unreadable(&error))?,
                content: columns.content.0,
                posted_at: columns.posted_at,
            },
            posted_position: Position::new(columns.posted_position),
            revision: Revision::new(columns.revision),
            position: Position::new(columns.position),
        })
    }
}

macro_rules! select_reviews {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            ReviewColumns,
            r#"SELECT id, product_id, author_id, seller_id, order_id, purchased_at, purchase, status, helpful_count,
                   content AS "content: _", posted_at, posted_position, revision, position "# + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_reviews;
