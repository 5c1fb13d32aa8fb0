//! What counts for a product, after any sequence of commands.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::values::{Rating, RatingSummary};

/// What a test does to one of a few reviews of a product.
#[derive(Debug, Clone, Copy)]
enum Step {
    Post(i64),
    Edit(i64),
    Hide,
    Restore,
    Remove,
    Refund,
    ChargeBack,
    Undo,
}

/// A review as it should be, told apart from the aggregate.
#[derive(Debug, Clone, Copy, Default)]
struct Expected {
    rating: Option<Rating>,
    is_hidden: bool,
    is_undone: bool,
    is_barred: bool,
}

impl Expected {
    fn step(&mut self, step: Step) {
        match step {
            Step::Post(rating) if self.rating.is_none() && !self.is_barred => {
                *self = Self {
                    rating: Some(stars(rating)),
                    ..Self::default()
                };
            }
            Step::Edit(rating) => self.rating = self.rating.map(|_| stars(rating)),
            Step::Hide => self.is_hidden = self.rating.is_some(),
            Step::Restore => (self.is_hidden, self.is_barred) = (false, false),
            Step::Remove if self.rating.is_some() => {
                (self.rating, self.is_barred, self.is_hidden) = (None, self.is_hidden, false);
            }
            Step::Refund | Step::ChargeBack => self.is_undone = self.rating.is_some(),
            Step::Undo => self.is_undone = false,
            Step::Post(_) | Step::Remove => {}
        }
    }

    fn counts(self) -> Option<Rating> {
        self.rating.filter(|_| !self.is_hidden && !self.is_undone)
    }
}

fn command(step: Step, minute: i64) -> ReviewCommand {
    let at = at(minute);
    match step {
        Step::Post(rating) => ReviewCommand::Post(Box::new(PostReview {
            rating: stars(rating),
            at,
            ..posting_on(paid())
        })),
        Step::Edit(rating) => edit(buyer(), rating),
        Step::Hide => hide(admin()),
        Step::Restore => restore(admin()),
        Step::Remove => remove(buyer()),
        Step::Refund => align(REFUNDED),
        Step::ChargeBack => align(PurchaseStanding::Undone(PurchaseUndone::ChargedBack)),
        Step::Undo => align(PurchaseStanding::Stands),
    }
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let moves = [
        Step::Hide,
        Step::Restore,
        Step::Remove,
        Step::Refund,
        Step::ChargeBack,
        Step::Undo,
    ];
    let step = prop_oneof![
        (1_i64..=5).prop_map(Step::Post),
        (1_i64..=5).prop_map(Step::Edit),
        select(moves.to_vec()),
    ];
    prop::collection::vec((0_usize..4, step), 0..60)
}

proptest! {
    #[test]
    fn the_average_equals_a_recount_after_any_sequence(steps in steps()) {
        let mut reviews = vec![ReviewState::Absent; 4];
        let mut expected = [Expected::default(); 4];
        for (minute, (index, step)) in (100..).zip(steps) {
            if let Ok(events) = Review::decide(&reviews[index], command(step, minute)) {
                let state = std::mem::take(&mut reviews[index]);
                reviews[index] = events.iter().fold(state, Review::evolve);
            }
            expected[index].step(step);
            let counted: RatingSummary = reviews.iter().filter_map(ReviewState::counted_rating).collect();
            let recount: RatingSummary = expected.into_iter().filter_map(Expected::counts).collect();
            prop_assert_eq!(counted, recount, "after {:?} on {}", step, index);
        }
    }
}
