//! Whatever happens to an order, in whatever sequence: the ratings that rest on it count exactly while its purchase stands.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::super::*;
use super::money::{any_history, products, run_with};
use crate::decider::Decider as _;
use crate::policy::{Instruction, reviews_after_order_event};
use crate::review::{PostReview, PurchaseStanding, Review, ReviewCommand, ReviewState, standing_of};
use crate::testing::samples::events::stars;
use crate::testing::samples::{buyer, order_id};
use crate::values::{ProductId, RatingSummary};

/// The reviews of the order's products, which follow the order as a worker makes them.
struct Reviews(Vec<(ProductId, ReviewState)>);

impl Reviews {
    fn new() -> Self {
        Self(
            products()
                .map(|product_id| (product_id, ReviewState::Absent))
                .into(),
        )
    }

    fn follow(&mut self, at: DateTime<Utc>, order: &OrderState, event: &OrderEvent) {
        for instruction in reviews_after_order_event(order, event) {
            assert_eq!(instruction, Instruction::AlignReviews { order_id: order_id() });
            for (product_id, review) in &mut self.0 {
                if *review != ReviewState::Absent {
                    let align = ReviewCommand::AlignPurchase {
                        order_id: order_id(),
                        standing: standing_of(order.facts().unwrap(), *product_id),
                        at,
                    };
                    apply(review, align);
                }
            }
        }
    }

    /// The buyer posts what is not there yet, as soon as that is allowed.
    fn post(&mut self, at: DateTime<Utc>, order: &OrderState) {
        for (stars_of_product, (product_id, review)) in (3..).zip(&mut self.0) {
            if *review == ReviewState::Absent {
                let post = PostReview {
                    author: buyer(),
                    product_id: *product_id,
                    order: order.clone(),
                    rating: stars(stars_of_product),
                    body: None,
                    at,
                };
                apply(review, ReviewCommand::Post(Box::new(post)));
            }
        }
    }

    fn counted(&self) -> RatingSummary {
        let ratings = self.0.iter();
        ratings
            .filter_map(|(_, review)| review.counted_rating())
            .collect()
    }

    /// The same reckoned anew, from where the money of the order is now.
    fn recounted(&self, order: &OrderFacts) -> RatingSummary {
        let posted = (3..)
            .zip(&self.0)
            .filter(|(_, (_, review))| *review != ReviewState::Absent);
        posted
            .filter(|(_, (product_id, _))| standing_of(order, *product_id) == PurchaseStanding::Stands)
            .map(|(stars_of_product, _)| stars(stars_of_product))
            .collect()
    }
}

/// What is refused changes nothing.
fn apply(review: &mut ReviewState, command: ReviewCommand) {
    if let Ok(events) = Review::decide(review, command) {
        *review = events.iter().fold(std::mem::take(review), Review::evolve);
    }
}

/// Whether all that was paid for the product's lines, or for the order if one of them was free, is back with the buyer.
fn is_back(order: &OrderFacts, product_id: ProductId) -> bool {
    let balances = order.balances();
    let of_product = |line: &&LineBalance| {
        let index = usize::try_from(line.line).unwrap();
        order.lines[index].product_id == product_id
    };
    let was_free = balances.iter().filter(of_product).any(|line| line.paid.is_zero());
    let paid_for = balances
        .iter()
        .filter(|line| (was_free || of_product(line)) && !line.paid.is_zero());
    let mut left = paid_for.map(|line| line.paid.amount - line.refunded.amount - line.lost.amount);
    left.all(|left| left <= 0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_ratings_of_an_order_equal_a_recount_after_every_event(steps in any_history()) {
        let mut reviews = Reviews::new();
        run_with(steps, |at, order, event| {
            reviews.follow(at, order, event);
            reviews.post(at, order);
            let facts = order.facts().unwrap();
            assert_eq!(reviews.counted(), reviews.recounted(facts), "after {event:?}");
            for (product_id, review) in &reviews.0 {
                let counts = review.counted_rating().is_some();
                let posted = *review != ReviewState::Absent;
                assert_eq!(counts, posted && !is_back(facts, *product_id), "{product_id} after {event:?}");
            }
        });
    }
}
