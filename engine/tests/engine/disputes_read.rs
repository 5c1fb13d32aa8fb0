//! Disputes whose webhooks never came.

use chrono::TimeDelta;
use comptoir_domain::licence::Bearing;
use comptoir_domain::order::{OrderEvent, ReportSource};
use comptoir_domain::values::{OrderId, PaymentId};
use comptoir_engine::worker::{Sweep, SweepReport};
use comptoir_sandbox::hyperswitch::{DisputeStage, DisputeStatus, DisputeWord, Down, Faults};

use crate::after_sale::{bearing, deliver, paid};
use crate::world::World;

const NOTHING: SweepReport = SweepReport {
    taken_up: 0,
    failed: 0,
};

/// The bank says something, and nobody tells us.
fn bank_says(world: &World, order: OrderId, status: DisputeStatus) {
    let payment_id = PaymentId::of(order).to_string();
    world
        .stand_in
        .dispute_payment(&payment_id, DisputeWord::of(status))
        .unwrap();
}

/// What a later sweep finds, once the policies have done their part.
async fn ask(world: &World) -> SweepReport {
    world.advance(TimeDelta::hours(7));
    let report = world.sweep(Sweep::Disputes).await;
    world.work().await;
    report
}

/// Veza 4 and 10: lost webhooks, and chargebacks that nobody handled.
#[tokio::test]
async fn a_dispute_without_webhooks_suspends_and_its_end_revokes_or_reinstates() {
    for (end, expected) in [
        (DisputeStatus::DisputeLost, Some(Bearing::Revokes)),
        (DisputeStatus::DisputeAccepted, Some(Bearing::Revokes)),
        (DisputeStatus::DisputeWon, None),
        (DisputeStatus::DisputeCancelled, None),
    ] {
        let world = World::new().await;
        let order = paid(&world).await;
        assert_eq!(ask(&world).await, NOTHING);
        bank_says(&world, order, DisputeStatus::DisputeOpened);
        assert_eq!(ask(&world).await.failed, 0);
        assert_eq!(bearing(&world, order).await, Some(Bearing::Suspends));
        bank_says(&world, order, end);
        assert_eq!(ask(&world).await.failed, 0);
        assert_eq!(bearing(&world, order).await, expected, "{end:?}");
        let events = world.order_events(order).await;
        let mut closed = None;
        for event in &events {
            if let OrderEvent::DisputeClosed(event) = event {
                closed = Some(event.word.source);
            }
        }
        assert_eq!(closed, Some(ReportSource::Reconciler));
        // The webhooks that come after all, and further questions, change nothing.
        deliver(&world).await;
        assert_eq!(ask(&world).await, NOTHING);
        assert_eq!(world.order_events(order).await, events);
        assert_eq!(bearing(&world, order).await, expected, "{end:?}");
    }
}

/// Only what is open is asked about by itself, and less and less often; what it answers again is no event.
#[tokio::test]
async fn an_open_dispute_is_asked_about_with_growing_pauses() {
    let world = World::new().await;
    let order = paid(&world).await;
    bank_says(&world, order, DisputeStatus::DisputeOpened);
    deliver(&world).await;
    let known = world.order_events(order).await;
    let asked = || world.calls("GET /disputes/{dispute_id}");
    // Due at once, then after pauses of one hour, of two and of four.
    for (wait_minutes, questions) in [(0, 1), (59, 1), (1, 2), (119, 2), (1, 3), (239, 3), (1, 4)] {
        world.advance(TimeDelta::minutes(wait_minutes));
        assert_eq!(world.sweep(Sweep::Disputes).await.failed, 0);
        assert_eq!(asked(), questions, "after {wait_minutes}");
    }
    assert_eq!(world.order_events(order).await, known);
    bank_says(&world, order, DisputeStatus::DisputeWon);
    ask(&world).await;
    let questions = asked();
    ask(&world).await;
    assert_eq!(asked(), questions, "what has ended is not asked about");
}

/// A later stage opens again what was won before.
#[tokio::test]
async fn a_later_stage_that_was_not_told_is_found() {
    let world = World::new().await;
    let order = paid(&world).await;
    bank_says(&world, order, DisputeStatus::DisputeOpened);
    bank_says(&world, order, DisputeStatus::DisputeWon);
    deliver(&world).await;
    let opened_again = DisputeWord {
        stage: DisputeStage::PreArbitration,
        ..DisputeWord::of(DisputeStatus::DisputeOpened)
    };
    let payment_id = PaymentId::of(order).to_string();
    world.stand_in.dispute_payment(&payment_id, opened_again).unwrap();
    ask(&world).await;
    assert_eq!(bearing(&world, order).await, Some(Bearing::Suspends));
}

/// More disputes than a page has, the oldest of them unknown: each sweep reads on behind the first page.
#[tokio::test]
async fn the_whole_list_is_read_a_page_at_a_time() {
    let world = World::new().await;
    let order = paid(&world).await;
    bank_says(&world, order, DisputeStatus::DisputeLost);
    let payment_id = PaymentId::of(order).to_string();
    for number in 0..250 {
        let further = DisputeWord {
            dispute_id: Some(format!("dp_{number}")),
            amount: Some(0),
            ..DisputeWord::of(DisputeStatus::DisputeCancelled)
        };
        world.stand_in.dispute_payment(&payment_id, further).unwrap();
    }
    ask(&world).await;
    assert_eq!(bearing(&world, order).await, None);
    ask(&world).await;
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
    // Behind the end it begins again.
    ask(&world).await;
    let before = world.calls("GET /disputes/list");
    ask(&world).await;
    assert_eq!(world.calls("GET /disputes/list") - before, 2);
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_leaves_a_dispute_as_it_is() {
    let world = World::new().await;
    let order = paid(&world).await;
    bank_says(&world, order, DisputeStatus::DisputeOpened);
    deliver(&world).await;
    let known = world.order_events(order).await;
    world.stand_in.set_faults(Faults {
        down: Down::Unavailable,
        ..Faults::default()
    });
    assert!(world.engine.sweep(Sweep::Disputes).await.is_err());
    assert_eq!(world.order_events(order).await, known);
    assert_eq!(bearing(&world, order).await, Some(Bearing::Suspends));
}
