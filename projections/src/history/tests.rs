//! What is found by which id.

use comptoir_domain::licence::Licence;
use comptoir_domain::order::Order;
use comptoir_domain::promo::Promo;
use comptoir_domain::testing::samples::{self, buyer, product_id, seller};
use comptoir_domain::values::LicenceId;
use comptoir_ledger::Position;
use serde_json::json;
use uuid::Uuid;

use super::History;
use super::ids::{Named, named, person_of};
use super::query::{newest, of_several, oldest};
use crate::testing::{Fixture, fixture, order_events, order_number};

async fn positions(fixture: &Fixture, subject: Uuid) -> Vec<i64> {
    let found = oldest(&fixture.pool, subject, Position::START, Position::END, 1_000).await;
    found.unwrap().into_iter().map(Position::get).collect()
}

#[tokio::test]
async fn every_event_of_an_order_is_found_by_its_buyer_and_its_seller() {
    let fixture = fixture().await;
    let order_id = order_number(1);
    let events = order_events(order_id, samples::events::order());
    let through = fixture.append::<Order>(order_id.as_uuid(), &events).await;
    fixture.apply(History).await.unwrap();
    let all: Vec<i64> = (1..=through.get()).collect();
    assert_eq!(positions(&fixture, buyer().person_id.as_uuid()).await, all);
    assert_eq!(positions(&fixture, seller().person_id.as_uuid()).await, all);
    assert_eq!(
        positions(&fixture, product_id().as_uuid()).await,
        [1],
        "the product is named once"
    );
    assert!(
        positions(&fixture, order_id.as_uuid()).await.is_empty(),
        "its own stream leads to it"
    );
}

#[tokio::test]
async fn other_things_are_found_by_the_order_that_they_name() {
    let fixture = fixture().await;
    let licence = LicenceId::of_unit(samples::order_id(), 0, 0).as_uuid();
    let through = fixture
        .append::<Licence>(licence, &samples::events::licence())
        .await;
    fixture.apply(History).await.unwrap();
    let of_order = positions(&fixture, samples::order_id().as_uuid()).await;
    assert_eq!(of_order.first(), Some(&1), "it was issued for the order");
    let of_buyer = positions(&fixture, buyer().person_id.as_uuid()).await;
    assert_eq!(of_buyer, (1..=through.get()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_promotion_concerns_those_alone_whom_each_event_names() {
    let fixture = fixture().await;
    let through = fixture
        .append::<Promo>(Uuid::from_u128(77), &samples::events::promo())
        .await;
    fixture.apply(History).await.unwrap();
    let of_buyer = positions(&fixture, buyer().person_id.as_uuid()).await;
    assert!(!of_buyer.is_empty());
    assert!(!of_buyer.contains(&1) && !of_buyer.contains(&through.get()));
}

#[tokio::test]
async fn the_batches_do_not_matter_and_pages_go_on_where_they_ended() {
    let fixture = fixture().await;
    let order_id = order_number(1);
    let events = order_events(order_id, samples::events::order());
    fixture.append::<Order>(order_id.as_uuid(), &events[..1]).await;
    fixture.apply(History).await.unwrap();
    let through = fixture.append::<Order>(order_id.as_uuid(), &events[1..]).await;
    fixture.apply_rest(History, 1).await;
    let person = buyer().person_id.as_uuid();
    assert_eq!(
        positions(&fixture, person).await,
        (1..=through.get()).collect::<Vec<_>>()
    );
    let page = newest(&fixture.pool, person, Position::END, 2).await.unwrap();
    assert_eq!(page, [through, Position::new(through.get() - 1)]);
    let next = newest(&fixture.pool, person, page[1], 1).await.unwrap();
    assert_eq!(next, [Position::new(through.get() - 2)]);
    let some = of_several(
        &fixture.pool,
        &[person, seller().person_id.as_uuid()],
        Position::new(3),
        2,
    )
    .await;
    assert_eq!(some.unwrap(), [1, 2].map(Position::new));
}

#[test]
fn words_that_look_like_an_id_lead_nowhere() {
    let order = order_number(1);
    let payload = json!({"title": order, "text": [order], "note": {"order_id": order}});
    let found = named("product", &payload);
    let expected = Named {
        things: vec![order.as_uuid()],
        orders: vec![order.as_uuid()],
        people: vec![],
    };
    assert_eq!(found, expected, "only the field for it counts");
    assert_eq!(person_of("worker:policy"), None);
    assert_eq!(
        person_of(&buyer().person_id.to_string()),
        Some(buyer().person_id.as_uuid())
    );
}
