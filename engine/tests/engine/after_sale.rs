//! Refunds of paid orders.

use chrono::TimeDelta;
use comptoir_domain::licence::Bearing;
use comptoir_domain::order::{
    OrderError, OrderEvent, RefundGrounds, RefundScope, RefundStanding, RefundedShare, ReviewReason,
};
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::values::{LicenceKind, OrderId, PaymentId, RefundId, RefundNote, Role, SubjectId};
use comptoir_engine::worker::Sweep;
use comptoir_engine::{RefundOrder, UseCaseError};
use comptoir_sandbox::hyperswitch::{PaymentStatus, RefundStatus};

use crate::given::{buyer, keyed, order_id, payment_id, person, seller};
use crate::world::World;

pub(crate) const PRICE: i64 = 2990;

pub(crate) async fn paid(world: &World) -> OrderId {
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let placed = world.order(&buyer(1), product).await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    order_id(&placed)
}

pub(crate) fn amount(minor: i64) -> RefundOrder {
    RefundOrder {
        scope: RefundScope::AmountMinor(minor),
        grounds: RefundGrounds::CustomerRequest,
        note: None,
    }
}

pub(crate) async fn ask(world: &World, order_id: OrderId, minor: i64) -> RefundId {
    let asked = world
        .engine
        .refund_order(&seller(), order_id, amount(minor))
        .await;
    asked.unwrap().answer.refund_id
}

/// Every webhook so far arrives, once more if it had before.
pub(crate) async fn deliver(world: &World) {
    for delivery in world.stand_in.deliveries() {
        let (body, signature) = world.stand_in.signed_webhook(&delivery.event_id).unwrap();
        world
            .engine
            .receive_webhook(&body, Some(&signature), None)
            .await
            .unwrap();
    }
    world.work().await;
}

pub(crate) async fn bearing(world: &World, order_id: OrderId) -> Option<Bearing> {
    let evidence = world.engine.evidence(order_id).await.unwrap().unwrap();
    let [licence] = evidence.licences.as_slice() else {
        panic!("one licence expected")
    };
    licence.state.held().unwrap().bearing()
}

pub(crate) async fn standing(world: &World, order_id: OrderId, refund_id: RefundId) -> RefundStanding {
    let state = world.order_state(order_id).await;
    state.facts().unwrap().refunds[&refund_id].standing
}

/// Crashes, lost webhooks and opaque answers left refunds in doubt: the wish is stored before the
/// call, and nothing but the provider's own word ends it.
#[tokio::test]
async fn a_refund_is_settled_by_the_providers_word_and_revokes_the_licence() {
    let world = World::new().await;
    let order = paid(&world).await;
    let refund_id = ask(&world, order, PRICE).await;
    assert_eq!(world.calls("POST /refunds"), 0);
    world.work().await;
    assert_eq!(world.calls("POST /refunds"), 1);
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Open);
    assert_eq!(bearing(&world, order).await, None);
    deliver(&world).await;
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
    let share = world.order_state(order).await.facts().unwrap().refunded_share();
    assert_eq!(share, RefundedShare::Full);
    // Again and again, it changes nothing.
    let before = world.ledger.horizon();
    deliver(&world).await;
    assert_eq!(world.ledger.horizon(), before);
}

#[tokio::test]
async fn a_part_keeps_the_licence_and_the_rest_revokes_it() {
    let world = World::new().await;
    let order = paid(&world).await;
    ask(&world, order, 1000).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(bearing(&world, order).await, None);
    ask(&world, order, PRICE - 1000).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
}

/// A success that the bank takes back brings back the same licence.
#[tokio::test]
async fn a_refund_that_fails_after_it_had_succeeded_is_undone() {
    let world = World::new().await;
    let order = paid(&world).await;
    let refund_id = ask(&world, order, PRICE).await;
    world.work().await;
    deliver(&world).await;
    let revoked = world.engine.evidence(order).await.unwrap().unwrap().licences;
    world
        .stand_in
        .settle_refund(&refund_id.to_string(), RefundStatus::Failed)
        .unwrap();
    deliver(&world).await;
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Declined);
    assert_eq!(bearing(&world, order).await, None);
    let back = world.engine.evidence(order).await.unwrap().unwrap().licences;
    let grant = |licence: &comptoir_ledger::Loaded<comptoir_domain::licence::Licence>| {
        licence.state.held().unwrap().grant.clone()
    };
    assert_eq!(grant(&revoked[0]), grant(&back[0]));
    // And it can be asked for again.
    let again = ask(&world, order, PRICE).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(standing(&world, order, again).await, RefundStanding::Settled);
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
}

/// The provider checks concurrent refunds one by one and pays both: so no more than one of a payment is with it.
#[tokio::test]
async fn one_refund_of_a_payment_is_with_the_provider_at_a_time() {
    let world = World::new().await;
    world.stand_in.plan_refunds(Some(RefundStatus::Pending));
    let order = paid(&world).await;
    let first = ask(&world, order, 1000).await;
    let second = ask(&world, order, 500).await;
    world.work().await;
    assert_eq!(world.stand_in.counts(), (1, 1));
    world.advance(TimeDelta::hours(1));
    world.sweep(Sweep::Reconciler).await;
    assert_eq!(world.stand_in.counts(), (1, 1));
    world
        .stand_in
        .settle_refund(&first.to_string(), RefundStatus::Succeeded)
        .unwrap();
    deliver(&world).await;
    assert_eq!(world.stand_in.counts(), (1, 2));
    assert_eq!(standing(&world, order, second).await, RefundStanding::Open);
}

#[tokio::test]
async fn refunds_that_are_asked_for_at_once_never_exceed_what_was_paid() {
    let world = World::new().await;
    let order = paid(&world).await;
    let seller = seller();
    let asked = (0..20).map(|_| world.engine.refund_order(&seller, order, amount(700)));
    let asked = futures::future::join_all(asked).await;
    let opened = asked.iter().filter(|asked| asked.is_ok()).count();
    assert_eq!(opened, 4, "of 29.90, four times 7.00");
    assert!(asked.iter().all(|asked| matches!(
        asked,
        Ok(_) | Err(UseCaseError::Order(OrderError::NotRefundable { .. }) | UseCaseError::Contended)
    )));
    for _ in 0..4 {
        world.work().await;
        deliver(&world).await;
    }
    let facts = world.order_state(order).await.facts().unwrap().clone();
    assert_eq!(facts.refundable().unwrap().amount, PRICE - 2800);
    assert_eq!(world.stand_in.counts(), (1, 4));
}

/// A refund that was posted twice, for want of a key.
#[tokio::test]
async fn a_repeated_request_is_one_refund() {
    let world = World::new().await;
    let order = paid(&world).await;
    let once = keyed(seller(), "refund-1", 1);
    let first = world
        .engine
        .refund_order(&once, order, amount(1000))
        .await
        .unwrap();
    let again = world
        .engine
        .refund_order(&once, order, amount(1000))
        .await
        .unwrap();
    assert_eq!(first.answer, again.answer);
    assert_eq!(world.order_state(order).await.facts().unwrap().refunds.len(), 1);
    let other = keyed(seller(), "refund-1", 2);
    let refused = world.engine.refund_order(&other, order, amount(5)).await;
    assert!(
        matches!(refused, Err(UseCaseError::IdempotencyKeyReused)),
        "{refused:?}"
    );
}

/// A refund had failed, another one went in its place, and then the bank let the first one through after all.
#[tokio::test]
async fn what_the_provider_paid_twice_flags_the_order() {
    let world = World::new().await;
    let order = paid(&world).await;
    world.stand_in.plan_refunds(Some(RefundStatus::Failed));
    let first = ask(&world, order, PRICE).await;
    world.work().await;
    deliver(&world).await;
    world.stand_in.plan_refunds(None);
    let second = ask(&world, order, PRICE).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(standing(&world, order, second).await, RefundStanding::Settled);
    world
        .stand_in
        .settle_refund(&first.to_string(), RefundStatus::Succeeded)
        .unwrap();
    deliver(&world).await;
    let flags = world.order_state(order).await.facts().unwrap().flags.clone();
    let seen: Vec<_> = flags
        .iter()
        .map(|flag| (flag.reason, flag.received.amount))
        .collect();
    assert_eq!(seen, [(ReviewReason::RefundedTooMuch, 2 * PRICE)]);
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
    // Once more, it changes nothing.
    let before = world.ledger.horizon();
    deliver(&world).await;
    assert_eq!(world.ledger.horizon(), before);
}

#[tokio::test]
async fn a_note_is_sealed_and_a_refused_request_stores_nothing() {
    let world = World::new().await;
    let order = paid(&world).await;
    let noted = |scope| RefundOrder {
        scope,
        grounds: RefundGrounds::Other,
        note: Some(RefundNote::try_new("Zebedee asked by letter.").unwrap()),
    };
    let admin = person(77, Role::Admin);
    let before = world.ledger.horizon();
    let too_much = noted(RefundScope::AmountMinor(PRICE + 1));
    world
        .engine
        .refund_order(&admin, order, too_much)
        .await
        .unwrap_err();
    assert_eq!(world.ledger.horizon(), before);
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM person_keys WHERE subject = $1")
        .bind(SubjectId::from(admin.actor.person_id).to_string())
        .fetch_one(world.ledger.pool())
        .await
        .unwrap();
    assert_eq!(keys, 0);
    world
        .engine
        .refund_order(&admin, order, noted(RefundScope::Whole))
        .await
        .unwrap();
    let events = world.order_events(order).await;
    let Some(OrderEvent::RefundOpened(opened)) = events.last() else {
        panic!("a refund expected")
    };
    let sealed = opened.note.clone().unwrap();
    assert_eq!(sealed.subject, admin.actor.person_id.into());
    assert!(!sealed.ciphertext.contains("Zebedee"));
}

/// What the provider will never take ends as failed, and can be asked for again.
#[tokio::test]
async fn a_refund_that_the_provider_refuses_and_does_not_have_is_declined() {
    let world = World::new().await;
    let order = paid(&world).await;
    world
        .stand_in
        .settle_payment(&PaymentId::of(order).to_string(), PaymentStatus::Processing, None)
        .unwrap();
    let refund_id = ask(&world, order, PRICE).await;
    world.work().await;
    let events = world.refund_events(refund_id).await;
    assert!(
        matches!(events[..], [RefundEvent::Requested(_), RefundEvent::Refused(_)]),
        "{events:?}"
    );
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Declined);
}
