//! Products and their offers, through the use cases.

use comptoir_domain::product::{Product, ProductError};
use comptoir_domain::values::{Currency, LicenceKind, Money, Role, Title};
use comptoir_engine::{CreateProduct, DescribeProduct, Occasion, UseCaseError};

use crate::given::{buyer, keyed, person, refusal, seller};
use crate::world::World;

fn create(title: &str) -> CreateProduct {
    CreateProduct {
        title: Title::try_new(title).unwrap(),
        description: None,
    }
}

#[tokio::test]
async fn a_product_is_prepared_published_changed_and_withdrawn() {
    let world = World::new().await;
    let (product_id, offer_id) = world.product(LicenceKind::Basic, 2990).await;
    let words = DescribeProduct {
        title: Some(Title::try_new("Day Drive").unwrap()),
        ..DescribeProduct::default()
    };
    world
        .engine
        .describe_product(&seller(), product_id, words)
        .await
        .unwrap();
    let price = Money::new(1990, Currency::EUR);
    let repriced = world
        .engine
        .reprice_offer(&seller(), product_id, offer_id, price)
        .await
        .unwrap();
    world
        .engine
        .withdraw_offer(&seller(), product_id, offer_id)
        .await
        .unwrap();
    world
        .engine
        .withdraw_product(&seller(), product_id)
        .await
        .unwrap();

    let expected = [
        "product.created",
        "product.offer_added",
        "product.published",
        "product.described",
        "product.offer_repriced",
        "product.offer_withdrawn",
        "product.withdrawn",
    ];
    assert_eq!(world.names::<Product>(product_id.as_uuid()).await, expected);
    assert_eq!(repriced.position.get(), 5);
}

#[tokio::test]
async fn repeats_of_what_has_been_done_change_nothing() {
    let world = World::new().await;
    let (product_id, offer_id) = world.product(LicenceKind::Basic, 2990).await;
    let price = Money::new(2990, Currency::EUR);
    world.engine.publish_product(&seller(), product_id).await.unwrap();
    world
        .engine
        .reprice_offer(&seller(), product_id, offer_id, price)
        .await
        .unwrap();
    assert_eq!(world.names::<Product>(product_id.as_uuid()).await.len(), 3);
}

#[tokio::test]
async fn only_the_seller_may_change_a_product() {
    let world = World::new().await;
    let (product_id, _) = world.product(LicenceKind::Basic, 2990).await;
    for stranger in [person(2, Role::Seller), buyer(1)] {
        let refused = refusal(world.engine.withdraw_product(&stranger, product_id).await);
        assert!(
            matches!(refused, UseCaseError::Product(ProductError::NotYours)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_repeat_under_the_same_key_gets_the_first_answer() {
    let world = World::new().await;
    let request = keyed(seller(), "key-1", 1);
    let first = world
        .engine
        .create_product(&request, create("Night Drive"))
        .await
        .unwrap();
    let repeat = world
        .engine
        .create_product(&request, create("Night Drive"))
        .await
        .unwrap();
    assert_eq!(repeat.occasion, Occasion::Repeat);
    assert_eq!((repeat.answer, repeat.position), (first.answer, first.position));
    assert_eq!(world.category("product").await.len(), 1);
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let world = World::new().await;
    world
        .engine
        .create_product(&keyed(seller(), "key-1", 1), create("Night Drive"))
        .await
        .unwrap();
    let refused = refusal(
        world
            .engine
            .create_product(&keyed(seller(), "key-1", 2), create("Day Drive"))
            .await,
    );
    assert!(
        matches!(refused, UseCaseError::IdempotencyKeyReused),
        "{refused:?}"
    );
    // Somebody else's key of the same name is another key.
    let other = keyed(person(2, Role::Seller), "key-1", 2);
    assert!(
        world
            .engine
            .create_product(&other, create("Day Drive"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn many_equal_requests_at_once_make_one_product() {
    let world = World::new().await;
    let other_node = world.another_node(2).await;
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..16 {
        let engine = if number % 2 == 0 {
            world.engine.clone()
        } else {
            other_node.clone()
        };
        requests.spawn(async move {
            engine
                .create_product(&keyed(seller(), "key-1", 1), create("Night Drive"))
                .await
        });
    }
    let mut made = Vec::new();
    for result in requests.join_all().await {
        match result {
            Ok(answered) => made.push(answered.answer.product_id),
            Err(error) => assert!(matches!(error, UseCaseError::IdempotencyKeyInUse), "{error:?}"),
        }
    }
    made.dedup();
    assert_eq!(made.len(), 1);
    assert_eq!(world.category("product").await.len(), 1);
}

#[tokio::test]
async fn a_stale_memory_never_decides() {
    let world = World::new().await;
    let other_node = world.another_node(2).await;
    let (product_id, offer_id) = world.product(LicenceKind::Basic, 2990).await;
    other_node.withdraw_product(&seller(), product_id).await.unwrap();
    // This node remembers the product as published; publishing it must not seem to be done already.
    world.engine.publish_product(&seller(), product_id).await.unwrap();
    other_node
        .withdraw_offer(&seller(), product_id, offer_id)
        .await
        .unwrap();
    let price = Money::new(1, Currency::EUR);
    let refused = refusal(
        world
            .engine
            .reprice_offer(&seller(), product_id, offer_id, price)
            .await,
    );
    assert!(
        matches!(refused, UseCaseError::Product(ProductError::OfferWithdrawn)),
        "{refused:?}"
    );
    let names = world.names::<Product>(product_id.as_uuid()).await;
    assert_eq!(
        names[3..],
        [
            "product.withdrawn",
            "product.published",
            "product.offer_withdrawn"
        ]
    );
}
