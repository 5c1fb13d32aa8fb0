//! Reviews: one for each buyer and product, whoever comes at once; and never on a purchase that is undone.

use comptoir_domain::review::{NotPurchased, ReviewError};
use comptoir_domain::values::{LicenceKind, OrderId, ProductId, Rating, ReviewText};
use comptoir_engine::{Engine, Occasion, PostReview, UseCaseError};
use comptoir_ledger::Filter;
use comptoir_ledger::Position;
use futures::future::join_all;

use crate::given::{buyer, keyed, order_id, place, refusal};
use crate::world::World;

/// Somebody ordered a product that costs nothing, and so has paid for it.
async fn bought(world: &World) -> (ProductId, OrderId) {
    let product = world.product(LicenceKind::Basic, 0).await;
    let placed = world
        .engine
        .place_order(&keyed(buyer(1), "order", 1), place(&[product]))
        .await
        .unwrap();
    (product.0, order_id(&placed.answer))
}

fn review_of(product_id: ProductId, order_id: OrderId, rating: i64) -> PostReview {
    PostReview {
        product_id,
        order_id,
        rating: Rating::try_new(rating).unwrap(),
        body: Some(ReviewText::try_new("Warm and dark.").unwrap()),
    }
}

async fn count(engine: &Engine, event_type: &str) -> usize {
    let filter = Filter::types([event_type]);
    let page = engine.ledger().read_page(Position::START, &filter, 1000).await;
    page.unwrap().events.len()
}

#[tokio::test]
async fn of_many_reviews_at_once_one_is_posted() {
    let world = World::new().await;
    let (product, order) = bought(&world).await;
    let posts = (1..=20).map(|number| {
        let engine = world.engine.clone();
        async move {
            let request = keyed(buyer(1), &format!("review-{number}"), 1);
            engine
                .post_review(&request, review_of(product, order, number % 5 + 1))
                .await
        }
    });
    let outcomes = join_all(posts).await;
    let posted = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((posted, count(&world.engine, "review.posted").await), (1, 1));
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert!(
            matches!(
                refused,
                UseCaseError::Review(ReviewError::AlreadyReviewed) | UseCaseError::Contended
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_repeat_under_its_key_is_the_same_review_and_stores_nothing() {
    let world = World::new().await;
    let (product, order) = bought(&world).await;
    let request = keyed(buyer(1), "review", 1);
    let review = || review_of(product, order, 4);
    let first = world.engine.post_review(&request, review()).await.unwrap();
    let head = world.engine.ledger().horizon();
    let again = world.engine.post_review(&request, review()).await.unwrap();
    assert_eq!((again.answer, again.occasion), (first.answer, Occasion::Repeat));
    assert_eq!(world.engine.ledger().horizon(), head);
}

#[tokio::test]
async fn somebody_elses_order_is_no_purchase() {
    let world = World::new().await;
    let (product, order) = bought(&world).await;
    let request = keyed(buyer(2), "review", 1);
    let refused = refusal(
        world
            .engine
            .post_review(&request, review_of(product, order, 4))
            .await,
    );
    let expected = ReviewError::NotPurchased(NotPurchased::NoSuchOrder);
    assert!(matches!(refused, UseCaseError::Review(error) if error == expected));
    assert_eq!(count(&world.engine, "review.posted").await, 0);
}
