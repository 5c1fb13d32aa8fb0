//! Who left which traces.

use comptoir_domain::licence::Licence;
use comptoir_domain::order::{Order, OrderEvent, OrderRefundOpened};
use comptoir_domain::product::Product;
use comptoir_domain::review::{Review, ReviewEvent};
use comptoir_domain::seller::Seller;
use comptoir_domain::testing::samples::{self, admin, buyer, product_id, seller, stranger};
use comptoir_domain::values::{LicenceId, PersonId, RefundId, ReviewId};
use uuid::Uuid;

use super::Persons;
use super::query::{TraceKind, is_known, traces};
use crate::testing::{Fixture, fixture, order_events, order_number};

const KINDS: [TraceKind; 4] = [
    TraceKind::ReviewWritten,
    TraceKind::ReviewJoined,
    TraceKind::LicencePassed,
    TraceKind::RefundAsked,
];

fn review_id() -> Uuid {
    ReviewId::of(buyer().person_id, product_id()).as_uuid()
}

/// A review with all that can happen to it, an order with a refund that the seller asked for, a licence passed on.
async fn with_traces() -> Fixture {
    let fixture = fixture().await;
    fixture
        .append::<Review>(review_id(), &samples::events::review())
        .await;
    let order_id = order_number(1);
    let mut events = vec![samples::events::order_placed().into()];
    for event in samples::events::order() {
        if let OrderEvent::RefundOpened(opened) = event {
            let requested_by = Some(seller().person_id);
            events.push(
                OrderRefundOpened {
                    requested_by,
                    ..opened
                }
                .into(),
            );
        }
    }
    fixture
        .append::<Order>(order_id.as_uuid(), &order_events(order_id, events))
        .await;
    let licence = LicenceId::of_unit(order_id, 0, 0).as_uuid();
    fixture
        .append::<Licence>(licence, &samples::events::licence())
        .await;
    fixture.apply(Persons).await.unwrap();
    fixture
}

async fn counts(fixture: &Fixture, person: PersonId) -> [usize; 4] {
    let mut counts = [0; 4];
    for (count, kind) in counts.iter_mut().zip(KINDS) {
        *count = traces(&fixture.pool, person, kind, None, 10).await.unwrap().len();
    }
    counts
}

#[tokio::test]
async fn each_finds_what_they_had_to_do_with() {
    let fixture = with_traces().await;
    assert_eq!(counts(&fixture, buyer().person_id).await, [1, 0, 1, 0]);
    assert_eq!(counts(&fixture, seller().person_id).await, [0, 1, 0, 1]);
    assert_eq!(counts(&fixture, stranger().person_id).await[..2], [0, 1]);
    let written = traces(
        &fixture.pool,
        buyer().person_id,
        TraceKind::ReviewWritten,
        None,
        10,
    )
    .await;
    assert_eq!(written.unwrap(), [review_id()]);
    let asked = traces(
        &fixture.pool,
        seller().person_id,
        TraceKind::RefundAsked,
        None,
        10,
    )
    .await
    .unwrap();
    assert_eq!(asked, [RefundId::of_late_payment(order_number(1)).as_uuid()]);
}

#[tokio::test]
async fn a_page_goes_on_behind_the_one_before() {
    let fixture = fixture().await;
    let voted = samples::events::review()
        .into_iter()
        .filter(|event| matches!(event, ReviewEvent::HelpfulVoted(_)))
        .collect::<Vec<_>>();
    for number in 1..=3 {
        fixture.append::<Review>(Uuid::from_u128(number), &voted).await;
    }
    fixture.apply(Persons).await.unwrap();
    let person = stranger().person_id;
    let page = async |after| {
        traces(&fixture.pool, person, TraceKind::ReviewJoined, after, 2)
            .await
            .unwrap()
    };
    let first = page(None).await;
    assert_eq!(first, [1, 2].map(Uuid::from_u128));
    assert_eq!(page(first.last().copied()).await, [Uuid::from_u128(3)]);
}

#[tokio::test]
async fn whoever_is_named_anywhere_is_known() {
    let fixture = with_traces().await;
    for (person, known) in [
        (buyer(), true),
        (seller(), true),
        (stranger(), true),
        (admin(), false),
    ] {
        let found = is_known(&fixture.pool, person.person_id).await.unwrap();
        assert_eq!(found, known, "{person:?}");
    }
    let nobody = fixture_with_a_product().await;
    assert!(is_known(&nobody.pool, seller().person_id).await.unwrap());
    assert!(!is_known(&nobody.pool, buyer().person_id).await.unwrap());
}

#[tokio::test]
async fn a_seller_who_said_who_they_are_is_known_whatever_they_sell() {
    let fixture = fixture().await;
    fixture
        .append::<Seller>(seller().person_id.as_uuid(), &samples::events::seller())
        .await;
    fixture.apply(Persons).await.unwrap();
    let traces = traces(
        &fixture.pool,
        seller().person_id,
        TraceKind::SellerIdentified,
        None,
        10,
    )
    .await;
    assert_eq!(traces.unwrap(), [seller().person_id.as_uuid()]);
    assert!(is_known(&fixture.pool, seller().person_id).await.unwrap());
    assert!(!is_known(&fixture.pool, buyer().person_id).await.unwrap());
}

async fn fixture_with_a_product() -> Fixture {
    let fixture = fixture().await;
    fixture
        .append::<Product>(product_id().as_uuid(), &[samples::product_created().into()])
        .await;
    fixture.apply(crate::products::Products).await.unwrap();
    fixture
}
