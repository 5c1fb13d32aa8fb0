//! What the decisions about a review need to know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::{RemovedBy, ReviewConcern, ReviewEvent, ReviewPosted};
use super::purchase::PurchaseStanding;
use crate::values::{OrderId, PersonId, ProductId, Rating, ReviewId, Sealed};

/// Where a review stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReviewState {
    /// Not there.
    #[default]
    Absent,
    /// Everybody can read it.
    Visible(ReviewFacts),
    /// Its author and the platform can read it.
    Hidden(ReviewFacts, ReviewHiding),
    /// Taken back, or away; its author may post another one unless it was hidden.
    Removed(ReviewFacts, RemovedReview),
}

/// The name of a review's state, for read models and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewStatus {
    /// Everybody can read it.
    Visible,
    /// Its author and the platform can read it.
    Hidden,
    /// Taken back, or away.
    Removed,
}

impl ReviewStatus {
    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Hidden => "hidden",
            Self::Removed => "removed",
        }
    }

    /// The status with that name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Visible, Self::Hidden, Self::Removed]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// What is known of a review once it is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewFacts {
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
    /// When it was posted.
    pub posted_at: DateTime<Utc>,
    /// What it says now.
    pub current: ReviewVersion,
    /// What it said before, the oldest first.
    pub earlier: Vec<ReviewVersion>,
    /// What the seller answered.
    pub answer: Option<ReviewAnswer>,
    /// Who thinks that it should not be there.
    pub reports: BTreeMap<PersonId, ReviewReport>,
    /// Who found it helpful.
    pub voters: BTreeSet<PersonId>,
}

/// What a review said from a moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewVersion {
    /// The stars.
    pub rating: Rating,
    /// The text, sealed with the author's key.
    pub body: Option<Sealed>,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// What the seller answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAnswer {
    /// The answer, sealed with the seller's key.
    pub answer: Sealed,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why somebody thinks that a review should not be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewReport {
    /// Why.
    pub concern: ReviewConcern,
    /// The same in their words, sealed with their key.
    pub note: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether somebody has yet to look.
    #[serde(default)]
    pub standing: ReportStanding,
}

/// Whether somebody has yet to look at a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStanding {
    /// Nobody has.
    #[default]
    Open,
    /// The review was hidden, or an admin said that it stays.
    Settled,
}

impl ReviewReport {
    /// Whether somebody has yet to look.
    pub fn is_open(&self) -> bool {
        self.standing == ReportStanding::Open
    }
}

/// Why a review is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewHiding {
    /// Why.
    pub concern: ReviewConcern,
    /// What else the author is told, sealed with the author's key.
    pub note: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a review was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedReview {
    /// By whom.
    pub by: RemovedBy,
    /// When.
    pub at: DateTime<Utc>,
    /// Why it was hidden at that time; none if it was not, or an admin has allowed another one since.
    pub hidden: Option<ReviewConcern>,
}

impl ReviewState {
    /// What is known, if the review exists, removed or not.
    pub const fn facts(&self) -> Option<&ReviewFacts> {
        match self {
            Self::Absent => None,
            Self::Visible(facts) | Self::Hidden(facts, _) | Self::Removed(facts, _) => Some(facts),
        }
    }

    /// The state's name, if the review exists.
    pub const fn status(&self) -> Option<ReviewStatus> {
        Some(match self {
            Self::Absent => return None,
            Self::Visible(_) => ReviewStatus::Visible,
            Self::Hidden(..) => ReviewStatus::Hidden,
            Self::Removed(..) => ReviewStatus::Removed,
        })
    }

    /// The rating as far as it counts for the product: everybody can read it, and the purchase stands.
    pub fn counted_rating(&self) -> Option<Rating> {
        match self {
            Self::Visible(facts) => counts(facts).then_some(facts.current.rating),
            Self::Absent | Self::Hidden(..) | Self::Removed(..) => None,
        }
    }

    fn map(self, change: impl FnOnce(&mut ReviewFacts)) -> Self {
        let changed = |mut facts| {
            change(&mut facts);
            facts
        };
        match self {
            Self::Absent => Self::Absent,
            Self::Visible(facts) => Self::Visible(changed(facts)),
            Self::Hidden(facts, hiding) => Self::Hidden(changed(facts), hiding),
            Self::Removed(facts, removed) => Self::Removed(changed(facts), removed),
        }
    }
}

fn counts(facts: &ReviewFacts) -> bool {
    match facts.purchase {
        PurchaseStanding::Stands => true,
        PurchaseStanding::Undone(_) => false,
    }
}

impl ReviewFacts {
    fn posted(posted: &ReviewPosted) -> Self {
        Self {
            review_id: posted.review_id,
            product_id: posted.product_id,
            author_id: posted.author_id,
            seller_id: posted.seller_id,
            order_id: posted.order_id,
            purchased_at: posted.purchased_at,
            purchase: PurchaseStanding::Stands,
            posted_at: posted.at,
            current: ReviewVersion {
                rating: posted.rating,
                body: posted.body.clone(),
                at: posted.at,
            },
            earlier: Vec::new(),
            answer: None,
            reports: BTreeMap::new(),
            voters: BTreeSet::new(),
        }
    }

    fn settle_reports(&mut self) {
        for report in self.reports.values_mut() {
            report.standing = ReportStanding::Settled;
        }
    }

    /// What stays of a review that was removed: whose and about what it was, and no text.
    fn without_texts(mut self) -> Self {
        self.current.body = None;
        self.earlier.clear();
        self.answer = None;
        self.reports.clear();
        self.voters.clear();
        self
    }
}

/// The state after an event.
pub(super) fn evolve(state: ReviewState, event: &ReviewEvent) -> ReviewState {
    match event {
        ReviewEvent::Posted(posted) => ReviewState::Visible(ReviewFacts::posted(posted)),
        ReviewEvent::Edited(edited) => state.map(|facts| {
            let new = ReviewVersion {
                rating: edited.rating,
                body: edited.body.clone(),
                at: edited.at,
            };
            facts.earlier.push(std::mem::replace(&mut facts.current, new));
        }),
        ReviewEvent::Answered(answered) => state.map(|facts| {
            facts.answer = Some(ReviewAnswer {
                answer: answered.answer.clone(),
                at: answered.at,
            });
        }),
        ReviewEvent::Reported(reported) => state.map(|facts| {
            let report = ReviewReport {
                concern: reported.concern,
                note: reported.note.clone(),
                at: reported.at,
                standing: ReportStanding::Open,
            };
            facts.reports.insert(reported.reporter_id, report);
        }),
        ReviewEvent::Hidden(hidden) => match state.map(ReviewFacts::settle_reports) {
            ReviewState::Visible(facts) | ReviewState::Hidden(facts, _) => {
                let (concern, note, at) = (hidden.concern, hidden.note.clone(), hidden.at);
                ReviewState::Hidden(facts, ReviewHiding { concern, note, at })
            }
            other @ (ReviewState::Absent | ReviewState::Removed(..)) => other,
        },
        ReviewEvent::Restored(_) => match state.map(ReviewFacts::settle_reports) {
            ReviewState::Hidden(facts, _) => ReviewState::Visible(facts),
            ReviewState::Removed(facts, removed) => ReviewState::Removed(
                facts,
                RemovedReview {
                    hidden: None,
                    ..removed
                },
            ),
            other @ (ReviewState::Absent | ReviewState::Visible(_)) => other,
        },
        ReviewEvent::Removed(removed) => {
            let (by, at) = (removed.by, removed.at);
            let gone = |facts: ReviewFacts, hidden| {
                ReviewState::Removed(facts.without_texts(), RemovedReview { by, at, hidden })
            };
            match state {
                ReviewState::Visible(facts) => gone(facts, None),
                ReviewState::Hidden(facts, hiding) => gone(facts, Some(hiding.concern)),
                other @ (ReviewState::Absent | ReviewState::Removed(..)) => other,
            }
        }
        ReviewEvent::HelpfulVoted(voted) => state.map(|facts| {
            facts.voters.insert(voted.voter_id);
        }),
        ReviewEvent::HelpfulVoteWithdrawn(withdrawn) => state.map(|facts| {
            facts.voters.remove(&withdrawn.voter_id);
        }),
        ReviewEvent::PurchaseUndone(undone) => {
            state.map(|facts| facts.purchase = PurchaseStanding::Undone(undone.cause))
        }
        ReviewEvent::PurchaseRestored(_) => state.map(|facts| facts.purchase = PurchaseStanding::Stands),
    }
}
