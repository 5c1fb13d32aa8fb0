//! Refunds whose calls were lost on the way: each is asked for under its own id, so that it is found again and never doubled.

use chrono::TimeDelta;
use comptoir_domain::order::RefundStanding;
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::values::{LicenceKind, RefundId};
use comptoir_engine::EngineConfig;
use comptoir_engine::worker::{Sweep, SweepReport};
use comptoir_sandbox::hyperswitch::{Down, Faults, PaymentStatus, RefundStatus};

use crate::after_sale::{PRICE, ask, deliver, paid, standing};
use crate::given::{buyer, order_id, payment_id, tax};
use crate::world::World;

const CREATE: &str = "POST /refunds";
const RETRIEVE: &str = "GET /refunds/{refund_id}";

fn calls(world: &World) -> (u64, u64) {
    (world.calls(CREATE), world.calls(RETRIEVE))
}

/// The answer of so many calls comes too late, whatever they have changed.
fn late(route: Option<&str>, calls: u32) -> Faults {
    Faults {
        late_ms: 2_000,
        route: route.map(str::to_owned),
        calls: Some(calls),
        ..Faults::default()
    }
}

async fn is_submitted(world: &World, refund_id: RefundId) -> bool {
    let events = world.refund_events(refund_id).await;
    matches!(events[..], [RefundEvent::Requested(_), RefundEvent::Submitted(_)])
}

/// Veza 5: a refund was asked for without a key. Here its id is the key, and a time-out leads to a look at it.
#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_looked_for_under_its_id_and_made_once() {
    let world = World::new().await;
    let order = paid(&world).await;
    world.stand_in.set_faults(late(Some(CREATE), 1));
    let refund_id = ask(&world, order, PRICE).await;
    world.work().await;
    assert_eq!(calls(&world), (1, 1));
    assert_eq!(world.stand_in.counts(), (1, 1));
    assert!(is_submitted(&world, refund_id).await);
    // It is there under our own id, and under no other.
    world
        .stand_in
        .settle_refund(&refund_id.to_string(), RefundStatus::Succeeded)
        .unwrap();
    deliver(&world).await;
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
    assert_eq!(calls(&world), (1, 1));
}

/// Veza 5: the provider forgets keys after a while, so that a repeat is never taken for the first call. It is asked again under
/// the same id, says that it has it, and is believed.
#[tokio::test]
async fn a_refund_that_is_asked_for_again_is_the_same_refund() {
    let world = World::new().await;
    let order = paid(&world).await;
    // The refund is made, and nobody here knows.
    world.stand_in.set_faults(late(None, 2));
    let refund_id = ask(&world, order, PRICE).await;
    world.work().await;
    assert_eq!(world.stand_in.counts(), (1, 1));
    assert_eq!(world.refund_events(refund_id).await.len(), 1);
    world.stand_in.set_faults(Faults::default());
    world.advance(TimeDelta::seconds(300));
    let report = world.sweep(Sweep::Reconciler).await;
    assert_eq!((report.taken_up, report.failed), (1, 0));
    assert!(is_submitted(&world, refund_id).await);
    assert_eq!((calls(&world), world.stand_in.counts()), ((2, 2), (1, 1)));
    // Workers that have forgotten all of it ask for nothing more.
    world.begin_again().await;
    world.work().await;
    assert_eq!((calls(&world), world.stand_in.counts()), ((2, 2), (1, 1)));
    deliver(&world).await;
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
}

/// Veza 25: a sweep took fifty at most and came once an hour, so that a backlog would have waited for days. One sweep asks for
/// all of them, whatever it takes up of orders at most, and another settles what was not reported.
#[tokio::test]
async fn a_backlog_of_refunds_is_worked_off() {
    const BACKLOG: usize = 60;
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let (mut orders, mut refunds) = (Vec::new(), Vec::new());
    for _ in 0..BACKLOG {
        let placed = world.order(&buyer(1), product).await;
        world
            .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
            .await;
        orders.push(order_id(&placed));
    }
    world.work().await;
    world.stand_in.set_faults(Faults {
        down: Down::Unavailable,
        ..Faults::default()
    });
    for order in &orders {
        refunds.push(ask(&world, *order, PRICE).await);
    }
    world.work().await;
    assert_eq!(world.stand_in.counts(), (BACKLOG, 0));
    world.stand_in.set_faults(Faults::default());
    let mut config = EngineConfig::new(tax());
    config.workers.sweep_orders_max = 7;
    let engine = world.another_node_with(2, config).await;
    let all = SweepReport {
        taken_up: BACKLOG,
        failed: 0,
    };
    for _ in ["asked for", "settled by asking"] {
        world.advance(TimeDelta::seconds(600));
        assert_eq!(engine.sweep(Sweep::Reconciler).await.unwrap(), all);
    }
    world.work().await;
    assert_eq!(world.stand_in.counts(), (BACKLOG, BACKLOG));
    for (order, refund_id) in orders.into_iter().zip(refunds) {
        assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
    }
}
