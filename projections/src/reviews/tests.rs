//! What the review read model shows after which events.

use comptoir_domain::Decider as _;
use comptoir_domain::order::{Order, PaymentStatus};
use comptoir_domain::review::{
    Change, PostReview, PurchaseStanding, PurchaseUndone, Review, ReviewCommand, ReviewConcern, ReviewEvent,
    ReviewState, ReviewStatus,
};
use comptoir_domain::testing::samples::events::{self, sealed_by, stars};
use comptoir_domain::testing::samples::{
    admin, at, order_id, placed_order, product_id, record, report, uuid,
};
use comptoir_domain::values::{Actor, PersonId, ProductId, RatingSummary, ReviewId, Role};
use proptest::prelude::*;
use proptest::sample::select;

use super::query::{self, ReviewFilter, ReviewOrder};
use super::{ReviewView, Reviews};
use crate::listing::{PageLimit, PageRequest, QueryError};
use crate::testing::{Fixture, apply_in, events_for, fixture};

/// A review by somebody, as it was posted.
fn posted(number: u128, rating: i64) -> (ReviewId, ReviewEvent) {
    let author_id = PersonId::from_uuid(uuid(100 + number));
    let mut posted = events::review_posted();
    posted.author_id = author_id;
    posted.review_id = ReviewId::of(author_id, posted.product_id);
    posted.rating = stars(rating);
    (posted.review_id, posted.into())
}

/// Reviews of these ratings, posted in this order.
async fn with_reviews(ratings: &[i64]) -> (Fixture, Vec<ReviewId>) {
    let (fixture, ids) = with_events(ratings).await;
    fixture.apply(Reviews).await.unwrap();
    (fixture, ids)
}

/// The same, before the read model has seen them.
async fn with_events(ratings: &[i64]) -> (Fixture, Vec<ReviewId>) {
    let fixture = fixture().await;
    let mut ids = Vec::new();
    for (number, rating) in (0..).zip(ratings) {
        let (id, event) = posted(number, *rating);
        fixture.append::<Review>(id.as_uuid(), &[event]).await;
        ids.push(id);
    }
    (fixture, ids)
}

#[tokio::test]
async fn after_each_event_the_row_shows_what_the_stream_says() {
    let history = events::review();
    let id = events::review_posted().review_id;
    for count in 1..=history.len() {
        let fixture = fixture().await;
        fixture.append::<Review>(id.as_uuid(), &history[..count]).await;
        fixture.apply(Reviews).await.unwrap();
        let expected = ReviewView::of_state(&Review::replay(&history[..count]));
        assert_eq!(
            query::get(&fixture.pool, id).await.unwrap(),
            expected,
            "after {count} events"
        );
    }
}

#[tokio::test]
async fn a_review_that_was_removed_and_posted_anew_starts_over() {
    let fixture = fixture().await;
    let id = events::review_posted().review_id;
    let mut again = events::review_posted();
    again.at = at(60);
    again.rating = stars(1);
    let mut history = events::review();
    history.push(again.into());
    fixture.append::<Review>(id.as_uuid(), &history).await;
    fixture.apply(Reviews).await.unwrap();
    let shown = query::get(&fixture.pool, id).await.unwrap().unwrap();
    assert_eq!(Some(shown), ReviewView::of_state(&Review::replay(&history)));
    let summary = query::ratings(&fixture.pool, product_id()).await.unwrap();
    assert_eq!(summary.counts(), [1, 0, 0, 0, 0]);
}

#[tokio::test]
async fn reviews_are_listed_in_every_order_page_by_page() {
    let (fixture, ids) = with_events(&[3, 5, 1, 5, 3]).await;
    for (number, votes) in [(0, 2), (2, 3), (3, 2)] {
        let votes: Vec<ReviewEvent> = (0..votes)
            .map(|voter| {
                comptoir_domain::review::ReviewHelpfulVoted {
                    voter_id: PersonId::from_uuid(uuid(200 + voter)),
                    at: at(40),
                }
                .into()
            })
            .collect();
        let id: ReviewId = ids[number];
        fixture.append::<Review>(id.as_uuid(), &votes).await;
    }
    fixture.apply(Reviews).await.unwrap();
    for (order, expected) in [
        (ReviewOrder::Newest, [4, 3, 2, 1, 0]),
        (ReviewOrder::Oldest, [0, 1, 2, 3, 4]),
        (ReviewOrder::Highest, [3, 1, 4, 0, 2]),
        (ReviewOrder::Lowest, [2, 4, 0, 3, 1]),
        (ReviewOrder::MostHelpful, [2, 3, 0, 4, 1]),
    ] {
        let limit = PageLimit::try_new(2).unwrap();
        let mut page = PageRequest::first(limit);
        let mut seen = Vec::new();
        loop {
            let found = query::list(&fixture.pool, product_id(), order, page)
                .await
                .unwrap();
            seen.extend(found.items.iter().map(|review| review.review_id));
            if !found.has_more {
                break;
            }
            page = PageRequest::after(limit, *seen.last().unwrap());
        }
        let expected: Vec<_> = expected.into_iter().map(|index: usize| ids[index]).collect();
        assert_eq!(seen, expected, "{order:?}");
    }
}

#[tokio::test]
async fn a_page_begins_behind_a_review_of_the_same_product_only() {
    let (fixture, ids) = with_reviews(&[3, 4]).await;
    let unknown = ReviewId::from_uuid(uuid(999));
    let elsewhere = ProductId::from_uuid(uuid(11));
    for (product, behind) in [(product_id(), unknown), (elsewhere, ids[0])] {
        let page = PageRequest::after(PageLimit::DEFAULT, behind);
        let refused = query::list(&fixture.pool, product, ReviewOrder::Newest, page).await;
        assert!(matches!(refused, Err(QueryError::UnknownCursor)));
    }
    let nothing = query::list(
        &fixture.pool,
        elsewhere,
        ReviewOrder::Newest,
        PageRequest::default(),
    )
    .await;
    assert_eq!(nothing.unwrap().items, []);
    assert_eq!(
        query::ratings(&fixture.pool, elsewhere).await.unwrap(),
        RatingSummary::default()
    );
}

#[tokio::test]
async fn reviews_of_all_products_are_listed_by_who_reads_them_and_whether_they_are_reported() {
    let (fixture, ids) = with_events(&[3, 5, 1, 5, 3]).await;
    let reported = |reporter: u128| -> ReviewEvent {
        comptoir_domain::review::ReviewReported {
            reporter_id: PersonId::from_uuid(uuid(200 + reporter)),
            concern: ReviewConcern::Spam,
            note: None,
            at: at(40),
        }
        .into()
    };
    let hidden: ReviewEvent = comptoir_domain::review::ReviewHidden {
        concern: ReviewConcern::Spam,
        note: None,
        at: at(41),
    }
    .into();
    let restored: ReviewEvent = comptoir_domain::review::ReviewRestored { at: at(42) }.into();
    for (number, events) in [
        (0, vec![reported(1), reported(2)]),
        (1, vec![reported(1), hidden]),
        (2, vec![reported(1), restored.clone()]),
        (3, vec![reported(1), restored, reported(2)]),
    ] {
        let id: ReviewId = ids[number];
        fixture.append::<Review>(id.as_uuid(), &events).await;
    }
    fixture.apply(Reviews).await.unwrap();
    for (filter, expected) in [
        (ReviewFilter::Any, vec![4, 3, 2, 1, 0]),
        (ReviewFilter::Reported, vec![3, 0]),
        (ReviewFilter::Status(ReviewStatus::Hidden), vec![1]),
        (ReviewFilter::Status(ReviewStatus::Visible), vec![4, 3, 2, 0]),
        (ReviewFilter::Status(ReviewStatus::Removed), vec![]),
    ] {
        let limit = PageLimit::try_new(1).unwrap();
        let mut page = PageRequest::first(limit);
        let mut seen = Vec::new();
        loop {
            let found = query::list_all(&fixture.pool, filter, page).await.unwrap();
            seen.extend(
                found
                    .items
                    .iter()
                    .map(|review| (review.review_id, review.content.open_reports())),
            );
            if !found.has_more {
                break;
            }
            page = PageRequest::after(limit, seen.last().unwrap().0);
        }
        let open = [2, 0, 0, 1, 0];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|index: usize| (ids[index], open[index]))
            .collect();
        assert_eq!(seen, expected, "{filter:?}");
    }
    let unknown = PageRequest::after(PageLimit::DEFAULT, ReviewId::from_uuid(uuid(999)));
    let refused = query::list_all(&fixture.pool, ReviewFilter::Any, unknown).await;
    assert!(matches!(refused, Err(QueryError::UnknownCursor)));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Post(i64),
    Edit(i64),
    Hide,
    Restore,
    Remove,
    Align(PurchaseStanding),
}

fn command(author: &Actor, step: Step, minute: i64) -> ReviewCommand {
    let at = at(minute);
    match step {
        Step::Post(rating) => {
            let mut events = placed_order();
            if let [comptoir_domain::order::OrderEvent::Placed(placed)] = events.as_mut_slice() {
                placed.buyer_id = author.person_id;
            }
            let order = Order::replay(&events);
            let paid = Order::decide(&order, record(report(PaymentStatus::Succeeded, 3))).unwrap();
            ReviewCommand::Post(Box::new(PostReview {
                author: author.clone(),
                product_id: product_id(),
                order: paid.iter().fold(order, Order::evolve),
                rating: stars(rating),
                body: Some(sealed_by(author.person_id)),
                at,
            }))
        }
        Step::Edit(rating) => ReviewCommand::Edit {
            actor: author.clone(),
            rating: Change::To(stars(rating)),
            body: Change::Keep,
            at,
        },
        Step::Hide => ReviewCommand::Hide {
            actor: admin(),
            concern: ReviewConcern::Spam,
            note: None,
            at,
        },
        Step::Restore => ReviewCommand::Restore { actor: admin(), at },
        Step::Remove => ReviewCommand::Remove {
            actor: author.clone(),
            at,
        },
        Step::Align(standing) => ReviewCommand::AlignPurchase {
            order_id: order_id(),
            standing,
            at,
        },
    }
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let moves = vec![
        Step::Hide,
        Step::Restore,
        Step::Remove,
        Step::Align(PurchaseStanding::Stands),
        Step::Align(PurchaseStanding::Undone(PurchaseUndone::Refunded)),
        Step::Align(PurchaseStanding::Undone(PurchaseUndone::ChargedBack)),
    ];
    let step = prop_oneof![
        (1_i64..=5).prop_map(Step::Post),
        (1_i64..=5).prop_map(Step::Edit),
        select(moves),
    ];
    prop::collection::vec((0_usize..4, step), 1..60)
}

fn author(index: usize) -> Actor {
    Actor {
        person_id: PersonId::from_uuid(uuid(300 + u128::try_from(index).unwrap())),
        roles: vec![Role::Buyer],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_summary_equals_a_recount_after_any_sequence_in_batches_of_any_size(
        steps in steps(),
        sizes in prop::collection::vec(1_usize..6, 1..4),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (summary, recount, alike) = runtime.block_on(async {
            let fixture = fixture().await;
            let mut reviews = vec![ReviewState::Absent; 4];
            for (minute, (index, step)) in (100..).zip(steps) {
                let author = author(index);
                let Ok(events) = Review::decide(&reviews[index], command(&author, step, minute)) else {
                    continue;
                };
                if !events.is_empty() {
                    let id = ReviewId::of(author.person_id, product_id());
                    fixture.append::<Review>(id.as_uuid(), &events).await;
                }
                let state = std::mem::take(&mut reviews[index]);
                reviews[index] = events.iter().fold(state, Review::evolve);
            }
            let all = events_for(&fixture.ledger, &Reviews).await;
            let mut transaction = fixture.pool.begin().await.unwrap();
            apply_in(&mut transaction, Reviews, &all, &sizes).await.unwrap();
            transaction.commit().await.unwrap();
            let summary = query::ratings(&fixture.pool, product_id()).await.unwrap();
            let recount: RatingSummary = reviews.iter().filter_map(ReviewState::counted_rating).collect();
            let mut alike = true;
            for (index, state) in reviews.iter().enumerate() {
                let id = ReviewId::of(author(index).person_id, product_id());
                alike &= query::get(&fixture.pool, id).await.unwrap() == ReviewView::of_state(state);
            }
            (summary, recount, alike)
        });
        prop_assert_eq!(summary, recount);
        prop_assert!(alike, "a row shows something else than its stream says");
    }
}
