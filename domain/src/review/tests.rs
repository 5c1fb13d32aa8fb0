//! The rules of a review.

mod counting;
mod matrix;
mod purchase;

use super::*;
use crate::decider::Decider as _;
use crate::order::{Order, OrderCommand, OrderState, PaymentStatus};
use crate::testing::samples::events::{review_posted, sealed_by, stars};
use crate::testing::samples::*;
use crate::testing::{Given, given};
use crate::values::{Actor, ProductId, ReviewId};

fn order_after(commands: impl IntoIterator<Item = OrderCommand>) -> OrderState {
    commands
        .into_iter()
        .fold(Order::replay(&placed_order()), |state, command| {
            let events = Order::decide(&state, command).unwrap();
            events.iter().fold(state, Order::evolve)
        })
}

fn pay() -> OrderCommand {
    record(report(PaymentStatus::Succeeded, 3))
}

fn paid() -> OrderState {
    order_after([pay()])
}

fn posting_on(order: OrderState) -> PostReview {
    PostReview {
        author: buyer(),
        product_id: product_id(),
        order,
        rating: stars(4),
        body: Some(sealed_by(buyer().person_id)),
        at: at(30),
    }
}

fn post() -> ReviewCommand {
    ReviewCommand::Post(Box::new(posting_on(paid())))
}

fn post_on(order: OrderState) -> ReviewCommand {
    ReviewCommand::Post(Box::new(posting_on(order)))
}

fn edit(actor: Actor, rating: i64) -> ReviewCommand {
    let rating = Change::To(stars(rating));
    ReviewCommand::Edit {
        actor,
        rating,
        body: Change::Keep,
        at: at(31),
    }
}

fn answer(actor: Actor) -> ReviewCommand {
    let answer = sealed_by(actor.person_id);
    ReviewCommand::Answer {
        actor,
        answer,
        at: at(32),
    }
}

fn complain(actor: Actor) -> ReviewCommand {
    ReviewCommand::Report {
        actor,
        concern: ReviewConcern::Fake,
        note: None,
        at: at(33),
    }
}

fn hide(actor: Actor) -> ReviewCommand {
    ReviewCommand::Hide {
        actor,
        concern: ReviewConcern::Spam,
        note: Some(sealed_by(buyer().person_id)),
        at: at(34),
    }
}

fn restore(actor: Actor) -> ReviewCommand {
    ReviewCommand::Restore { actor, at: at(35) }
}

fn remove(actor: Actor) -> ReviewCommand {
    ReviewCommand::Remove { actor, at: at(36) }
}

fn vote(actor: Actor) -> ReviewCommand {
    ReviewCommand::VoteHelpful { actor, at: at(37) }
}

fn unvote(actor: Actor) -> ReviewCommand {
    ReviewCommand::WithdrawHelpfulVote { actor, at: at(38) }
}

fn align(standing: PurchaseStanding) -> ReviewCommand {
    ReviewCommand::AlignPurchase {
        order_id: order_id(),
        standing,
        at: at(39),
    }
}

const REFUNDED: PurchaseStanding = PurchaseStanding::Undone(PurchaseUndone::Refunded);

fn none() -> Given<Review> {
    given([])
}

fn visible() -> Given<Review> {
    none().and(post())
}

fn hidden() -> Given<Review> {
    visible().and(hide(admin()))
}

fn removed() -> Given<Review> {
    visible().and(remove(buyer()))
}

#[test]
fn a_buyer_reviews_what_they_paid_for() {
    let state = none().when(post()).then([review_posted().into()]);
    assert_eq!(state.status(), Some(ReviewStatus::Visible));
    assert_eq!(state.counted_rating(), Some(stars(4)));
}

#[test]
fn there_is_one_review_for_each_buyer_and_product() {
    visible().when(post()).then_nothing();
    let mut another = posting_on(paid());
    another.rating = stars(1);
    visible()
        .when(ReviewCommand::Post(Box::new(another)))
        .then_error(&ReviewError::AlreadyReviewed);
    let (track, other) = (product_id(), ProductId::from_uuid(uuid(11)));
    let id = ReviewId::of(buyer().person_id, track);
    assert_eq!(id, ReviewId::of(buyer().person_id, track));
    assert_ne!(id, ReviewId::of(buyer().person_id, other));
    assert_ne!(id, ReviewId::of(stranger().person_id, track));
}

#[test]
fn only_a_paid_order_of_the_buyer_with_the_product_allows_a_review() {
    let refused = |post: PostReview, expected: NotPurchased| {
        none()
            .when(ReviewCommand::Post(Box::new(post)))
            .then_error(&ReviewError::NotPurchased(expected));
    };
    refused(posting_on(OrderState::Absent), NotPurchased::NoSuchOrder);
    let foreign = PostReview {
        author: stranger(),
        ..posting_on(paid())
    };
    refused(foreign, NotPurchased::NoSuchOrder);
    refused(posting_on(order_after([])), NotPurchased::NotPaid);
    let expired = order_after([OrderCommand::Expire { at: at(17) }]);
    refused(posting_on(expired), NotPurchased::NotPaid);
    let elsewhere = PostReview {
        product_id: ProductId::from_uuid(uuid(11)),
        ..posting_on(paid())
    };
    refused(elsewhere, NotPurchased::NotInOrder);
}

#[test]
fn nobody_reviews_what_they_sell() {
    let mut order = placed_order();
    if let [crate::order::OrderEvent::Placed(placed)] = order.as_mut_slice() {
        placed.buyer_id = seller().person_id;
    }
    let order = Order::replay(&order);
    let paid = Order::decide(&order, pay()).unwrap();
    let own = PostReview {
        author: seller(),
        ..posting_on(paid.iter().fold(order, Order::evolve))
    };
    none()
        .when(ReviewCommand::Post(Box::new(own)))
        .then_error(&ReviewError::OwnProduct);
}

#[test]
fn an_edit_keeps_what_was_said_before() {
    let body = sealed_by(buyer().person_id);
    let edited = ReviewEdited {
        rating: stars(2),
        body: Some(body.clone()),
        at: at(31),
    };
    let state = visible().when(edit(buyer(), 2)).then([edited.into()]);
    let facts = state.facts().unwrap();
    assert_eq!((facts.current.rating, facts.earlier.len()), (stars(2), 1));
    assert_eq!((facts.earlier[0].rating, facts.earlier[0].at), (stars(4), at(30)));
    visible().when(edit(buyer(), 4)).then_nothing();
    visible()
        .when(edit(stranger(), 2))
        .then_error(&ReviewError::NotTheAuthor);
}

#[test]
fn a_text_can_be_taken_out() {
    let without = ReviewCommand::Edit {
        actor: buyer(),
        rating: Change::Keep,
        body: Change::To(None),
        at: at(31),
    };
    let state = visible().when(without).then([ReviewEdited {
        rating: stars(4),
        body: None,
        at: at(31),
    }
    .into()]);
    assert_eq!(state.facts().unwrap().current.body, None);
}

#[test]
fn edits_have_an_end() {
    let mut often = visible();
    for turn in 0..Review::EDITS_LIMIT {
        often = often.and(edit(buyer(), if turn % 2 == 0 { 1 } else { 2 }));
    }
    often
        .when(edit(buyer(), 5))
        .then_error(&ReviewError::TooManyEdits);
}

#[test]
fn only_the_seller_of_the_product_answers() {
    let answered = ReviewAnswered {
        answer: sealed_by(seller().person_id),
        at: at(32),
    };
    visible().when(answer(seller())).then([answered.into()]);
    for other in [stranger(), admin(), buyer()] {
        visible()
            .when(answer(other))
            .then_error(&ReviewError::NotTheSeller);
    }
}

#[test]
fn each_person_votes_and_reports_once_and_not_on_their_own() {
    for command in [vote, complain] {
        visible()
            .when(command(buyer()))
            .then_error(&ReviewError::OwnReview);
        let once = visible().and(command(stranger()));
        once.when(command(stranger())).then_nothing();
    }
    let voter_id = stranger().person_id;
    let state = visible().and(vote(stranger())).and(vote(seller())).state();
    assert_eq!(state.facts().unwrap().voters.len(), 2);
    visible()
        .and(vote(stranger()))
        .when(unvote(stranger()))
        .then([ReviewHelpfulVoteWithdrawn { voter_id, at: at(38) }.into()]);
    visible().when(unvote(stranger())).then_nothing();
}

#[test]
fn a_hidden_review_exists_for_its_author_and_the_platform_only() {
    for command in [
        vote(stranger()),
        complain(stranger()),
        edit(stranger(), 1),
        remove(stranger()),
    ] {
        hidden().when(command).then_error(&ReviewError::NotFound);
    }
    hidden().when(answer(seller())).then_error(&ReviewError::NotFound);
    let state = hidden().and(edit(buyer(), 5)).state();
    assert_eq!(
        (state.status(), state.counted_rating()),
        (Some(ReviewStatus::Hidden), None)
    );
    let restored = hidden()
        .when(restore(admin()))
        .then([ReviewRestored { at: at(35) }.into()]);
    assert_eq!(restored.counted_rating(), Some(stars(4)));
}

/// A report is open until the review is hidden, or an admin says that it stays; then it is not asked about again.
#[test]
fn reports_are_open_until_somebody_has_looked() {
    let open = |state: ReviewState| {
        let reports = &state.facts().unwrap().reports;
        reports.values().filter(|report| report.is_open()).count()
    };
    let reported = || visible().and(complain(stranger())).and(complain(seller()));
    assert_eq!(open(reported().state()), 2);
    let stays = reported()
        .when(restore(admin()))
        .then([ReviewRestored { at: at(35) }.into()]);
    assert_eq!((stays.status(), open(stays)), (Some(ReviewStatus::Visible), 0));
    reported()
        .and(restore(admin()))
        .when(restore(admin()))
        .then_nothing();
    assert_eq!(open(reported().and(hide(admin())).state()), 0);
    let again = reported().and(hide(admin())).and(restore(admin())).state();
    assert_eq!(open(again), 0);
    let another = reported().and(restore(admin())).and(complain(admin()));
    assert_eq!(open(another.state()), 1);
}

#[test]
fn a_hidden_review_says_why() {
    match hidden().state() {
        ReviewState::Hidden(_, hiding) => {
            assert_eq!((hiding.concern, hiding.at), (ReviewConcern::Spam, at(34)));
            assert_eq!(hiding.note, Some(sealed_by(buyer().person_id)));
        }
        other @ (ReviewState::Absent | ReviewState::Visible(_) | ReviewState::Removed(..)) => {
            panic!("hidden expected, found {other:?}")
        }
    }
}

#[test]
fn what_was_removed_can_be_written_anew_unless_it_was_hidden() {
    removed().when(post()).then([review_posted().into()]);
    let concern = ReviewConcern::Spam;
    let evading = || hidden().and(remove(buyer()));
    evading()
        .when(post())
        .then_error(&ReviewError::WasHidden { concern });
    let allowed = evading().and(restore(admin()));
    allowed.when(post()).then([review_posted().into()]);
}

#[test]
fn a_removed_review_keeps_no_text() {
    let state = visible()
        .and(answer(seller()))
        .and(edit(buyer(), 1))
        .and(remove(admin()))
        .state();
    let facts = state.facts().unwrap();
    assert_eq!((&facts.current.body, &facts.answer), (&None, &None));
    assert!(facts.earlier.is_empty() && facts.voters.is_empty());
}

#[test]
fn the_rating_of_a_refunded_purchase_leaves_and_comes_back() {
    let undone = ReviewPurchaseUndone {
        order_id: order_id(),
        cause: PurchaseUndone::Refunded,
        at: at(39),
    };
    let state = visible().when(align(REFUNDED)).then([undone.into()]);
    assert_eq!(
        (state.status(), state.counted_rating()),
        (Some(ReviewStatus::Visible), None)
    );
    let refunded = || visible().and(align(REFUNDED));
    refunded().when(align(REFUNDED)).then_nothing();
    let order_id = order_id();
    let state = refunded()
        .when(align(PurchaseStanding::Stands))
        .then([ReviewPurchaseRestored { order_id, at: at(39) }.into()]);
    assert_eq!(state.counted_rating(), Some(stars(4)));
}

#[test]
fn another_purchase_is_not_its_concern() {
    let other = ReviewCommand::AlignPurchase {
        order_id: other_order_id(),
        standing: REFUNDED,
        at: at(39),
    };
    visible().when(other).then_nothing();
}
