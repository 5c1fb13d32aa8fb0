//! The ratings of what was bought with an order count, or do not, as the order stands.

use std::collections::BTreeSet;
use std::sync::Arc;

use comptoir_domain::order::Order;
use comptoir_domain::review::{Review, ReviewCommand, ReviewEvent, standing_of};
use comptoir_domain::values::{OrderId, ReviewId};
use comptoir_ledger::{Append, Loaded, Metadata};

use crate::aggregates::{Attempts, Freshness};
use crate::engine::Engine;
use crate::error::UseCaseError;

type Changes = Vec<(Arc<Loaded<Review>>, Vec<ReviewEvent>)>;

impl Engine {
    /// Aligns the reviews that rest on an order with how it stands now. The append relies on the order not having moved, so
    /// that the last word is always about its last state.
    pub(super) async fn align_reviews(
        &self,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let mut attempts = Attempts::new();
        loop {
            let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
            let changes = self.review_changes(&order).await?;
            if changes.is_empty() {
                return Ok(());
            }
            let append = Append::new(metadata).check(&order);
            let append = changes.iter().fold(append, |append, (review, events)| {
                append.write(review, events, self.ledger.ids())
            });
            match self.ledger.append(append).await {
                Ok(_) => {
                    for (review, events) in changes {
                        self.reviews.remember_after(review, &events);
                    }
                    return Ok(());
                }
                Err(failed) => {
                    let forget = || {
                        self.orders.forget(order_id.as_uuid());
                        for (review, _) in &changes {
                            self.reviews.forget(review.id);
                        }
                    };
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }

    /// What is to change, for each product of the order that its buyer has reviewed.
    async fn review_changes(&self, order: &Loaded<Order>) -> Result<Changes, UseCaseError> {
        let Some(facts) = order.state.facts() else {
            return Ok(Vec::new());
        };
        let products: BTreeSet<_> = facts.lines.iter().map(|line| line.product_id).collect();
        let mut changes = Vec::new();
        for product_id in products {
            let id = ReviewId::of(facts.buyer_id, product_id).as_uuid();
            let review = self.reviews.get(id, Freshness::Fresh).await?;
            let command = ReviewCommand::AlignPurchase {
                order_id: facts.order_id,
                standing: standing_of(facts, product_id),
                at: self.now(),
            };
            let events = review.decide(command)?;
            if !events.is_empty() {
                changes.push((review, events));
            }
        }
        Ok(changes)
    }
}
