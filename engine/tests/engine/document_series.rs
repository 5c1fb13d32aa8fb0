//! Numbers without gap and without double, in the order of time, however many issue at once.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::invoicing::{InvoiceIssued, InvoicingEvent};
use comptoir_domain::values::{LicenceKind, OrderId};
use comptoir_engine::Engine;
use comptoir_engine::invoicing::{FirstNumbers, InvoicingConfig};
use comptoir_sandbox::hyperswitch::PaymentStatus;
use futures::{StreamExt, stream};

use crate::documents::{PressRoom, content, documents, invoicing, issuing, issuing_with, paid};
use crate::given::{buyer, order_id, payment_id};
use crate::world::{World, work};

const ORDERS: u32 = 250;

/// Orders that the payment provider has reported as paid, and that nothing has followed from yet.
async fn reported(world: &World, count: u32) -> Vec<OrderId> {
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed: Vec<_> = stream::iter(0..count)
        .map(|number| async move { world.order(&buyer(u128::from(number)), product).await })
        .buffer_unordered(16)
        .collect()
        .await;
    let mut orders = Vec::new();
    for placed in &placed {
        world
            .payment_becomes(payment_id(placed), PaymentStatus::Succeeded)
            .await;
        orders.push(order_id(placed));
    }
    orders
}

async fn issued(world: &World) -> Vec<InvoiceIssued> {
    let events = world.category("invoicing").await;
    let issued = events.iter().filter_map(|event| match event.decode().unwrap() {
        InvoicingEvent::InvoiceIssued(issued) => Some(issued),
        InvoicingEvent::SeriesOpened(_) | InvoicingEvent::CreditNoteIssued(_) => None,
    });
    issued.collect()
}

#[tokio::test]
async fn orders_that_several_engines_issue_at_once_have_the_numbers_from_1_on() {
    let (world, _press) = issuing_with(|config| {
        // The documents are left to those who issue them below.
        config.invoicing = None;
    })
    .await;
    let orders = reported(&world, ORDERS).await;
    world.work().await;
    let press = PressRoom::default();
    let mut engines: Vec<Engine> = Vec::new();
    for seed in 2..5 {
        let mut config = world.config();
        config.invoicing = Some(invoicing(&press));
        engines.push(world.another_node_with(seed, config).await);
    }
    let work: Vec<(&Engine, OrderId)> = orders
        .iter()
        .flat_map(|order_id| engines.iter().map(move |engine| (engine, *order_id)))
        .collect();
    let results: Vec<_> = stream::iter(work)
        .map(|(engine, order_id)| engine.issue_documents(order_id))
        .buffer_unordered(48)
        .collect()
        .await;
    for result in results {
        result.unwrap();
    }

    let issued = issued(&world).await;
    let numbers: Vec<u32> = issued.iter().map(|issued| issued.sequence).collect();
    assert_eq!(numbers, (1..=ORDERS).collect::<Vec<_>>());
    let invoiced: BTreeSet<OrderId> = issued.iter().map(|issued| issued.order_id).collect();
    assert_eq!(invoiced, orders.into_iter().collect());
    assert!(issued.is_sorted_by_key(|issued| (issued.at, issued.sequence)));
    assert_eq!(issued[249].number.as_str(), "FA-2026-000250");
}

#[tokio::test]
async fn a_node_goes_on_where_another_one_has_stopped() {
    let (world, _press) = issuing().await;
    let other = world.another_node(2).await;
    reported(&world, 3).await;
    world.work().await;
    reported(&world, 3).await;
    work(&other).await;
    let numbers: Vec<u32> = issued(&world)
        .await
        .iter()
        .map(|issued| issued.sequence)
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_year_has_its_own_numbers_and_begins_by_the_suppliers_clock() {
    let (world, _press) = issuing().await;
    // Half an hour before midnight in Paris, in winter.
    let eve: DateTime<Utc> = "2026-12-31T22:30:00Z".parse().unwrap();
    world.advance(eve - world.ledger.clock().now());
    let old = paid(&world).await;
    world.advance(TimeDelta::hours(1));
    let new = paid(&world).await;
    let read = |order| documents(&world, order);
    let (old, new) = (read(old).await.remove(0), read(new).await.remove(0));
    assert_eq!(content(&old).number.as_str(), "FA-2026-000001");
    assert_eq!(content(&new).number.as_str(), "FA-2027-000001");
    assert_eq!(content(&new).issued_on.to_string(), "2027-01-01");
}

#[tokio::test]
async fn a_platform_that_moves_in_goes_on_from_its_last_number_for_that_year() {
    let (world, _press) = issuing_with(|config| {
        let first = FirstNumbers {
            year: 2026,
            invoice: NonZeroU32::new(4012).unwrap(),
            credit_note: NonZeroU32::MIN,
        };
        let invoicing = config.invoicing.take().unwrap();
        config.invoicing = Some(InvoicingConfig {
            first_numbers: Some(first),
            ..invoicing
        });
    })
    .await;
    for (wait, number) in [
        (0, "FA-2026-004012"),
        (0, "FA-2026-004013"),
        (365, "FA-2027-000001"),
    ] {
        world.advance(TimeDelta::days(wait));
        let order = paid(&world).await;
        let read = documents(&world, order).await.remove(0);
        assert_eq!(content(&read).number.as_str(), number);
    }
}
