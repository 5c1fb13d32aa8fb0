//! Reviews, told: never what they say, which is sealed.

use comptoir_domain::review::{PurchaseUndone, Review, ReviewEvent, ReviewState};
use comptoir_domain::values::PersonId;

use super::words::plain;
use super::{Line, Part, Told};

impl Told for Review {
    fn sentence(event: &ReviewEvent) -> String {
        match event {
            ReviewEvent::Posted(posted) => {
                format!(
                    "posted: {} of 5 stars for {}",
                    posted.rating.get(),
                    posted.product_id
                )
            }
            ReviewEvent::Edited(edited) => format!("edited: {} of 5 stars", edited.rating.get()),
            ReviewEvent::Answered(_) => "answered".to_owned(),
            ReviewEvent::Reported(reported) => format!("reported: {}", plain(reported.concern.as_str())),
            ReviewEvent::Hidden(hidden) => format!("hidden: {}", plain(hidden.concern.as_str())),
            ReviewEvent::Restored(_) => "found to be in order".to_owned(),
            ReviewEvent::Removed(removed) => format!("removed by the {}", removed.by.as_str()),
            ReviewEvent::HelpfulVoted(_) => "found helpful".to_owned(),
            ReviewEvent::HelpfulVoteWithdrawn(_) => "a vote taken back".to_owned(),
            ReviewEvent::PurchaseUndone(undone) => {
                let cause = match undone.cause {
                    PurchaseUndone::Refunded => "refunded",
                    PurchaseUndone::ChargedBack => "lost to the buyer's bank",
                };
                format!("counts no longer: order {} was {cause}", undone.order_id)
            }
            ReviewEvent::PurchaseRestored(restored) => {
                format!("counts again: order {} holds", restored.order_id)
            }
        }
    }

    fn lines(state: &ReviewState) -> Vec<Line> {
        let (Some(facts), Some(status)) = (facts(state), state.status()) else {
            return Vec::new();
        };
        vec![
            ("status", status.as_str().to_owned()),
            ("stars", facts.current.rating.get().to_string()),
            (
                "counts",
                if state.counted_rating().is_some() {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
            ),
            ("purchase", plain(facts.purchase.as_str())),
            ("product", facts.product_id.to_string()),
            ("reports", facts.reports.len().to_string()),
            ("votes", facts.voters.len().to_string()),
        ]
    }

    fn people(state: &ReviewState) -> Vec<(PersonId, Part)> {
        let Some(facts) = facts(state) else {
            return Vec::new();
        };
        vec![(facts.author_id, Part::Author), (facts.seller_id, Part::Seller)]
    }
}

fn facts(state: &ReviewState) -> Option<&comptoir_domain::review::ReviewFacts> {
    match state {
        ReviewState::Absent => None,
        ReviewState::Visible(facts) | ReviewState::Hidden(facts, _) | ReviewState::Removed(facts, _) => {
            Some(facts)
        }
    }
}
