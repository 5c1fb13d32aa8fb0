//! Placing, cancelling, expiring.

use super::super::*;
use crate::decider::DomainEvent as _;
use crate::testing::{given, samples::*};
use crate::values::{LicenceKind, PaymentId, Role};

#[test]
fn a_placed_order_keeps_a_copy_of_what_was_offered() {
    let place = place(&[line_request(LicenceKind::Basic, 2)]);
    let line = place.priced.lines()[0].clone();
    assert_eq!(
        (line.unit_price, line.total, line.tax_amount),
        (eur(2990), eur(5980), eur(997))
    );
    assert_eq!(
        (line.title.as_str(), line.terms_hash),
        ("Night Drive", terms().hash)
    );
    let expected = OrderPlaced {
        order_id: order_id(),
        buyer_id: buyer().person_id,
        lines: vec![line],
        currency: eur(0).currency,
        total: eur(5980),
        tax_total: eur(997),
        discount_total: eur(0),
        promotion: None,
        tax: place.priced.tax().clone(),
        billing: sealed(),
        consent: place.consent,
        refund_policy: Some(place.refund_policy),
        payment_id: PaymentId::of(order_id()),
        expires_at: at(17),
        at: at(2),
    };
    given::<Order>([])
        .when(OrderCommand::Place(place))
        .then([expected.into()]);
}

#[test]
fn an_order_of_an_earlier_release_does_not_say_how_refunds_were_granted() {
    for (version, stored) in [
        (1, include_str!("../../../golden/order.placed.v1.json")),
        (2, include_str!("../../../golden/order.placed.v2.json")),
        (3, include_str!("../../../golden/order.placed.v3.json")),
    ] {
        let event = OrderEvent::from_json("order.placed", version, stored).unwrap();
        let state = Order::replay([&event]);
        assert_eq!(state.facts().unwrap().refund_policy, None, "version {version}");
    }
    let newest = Order::replay(&placed_order());
    let policy = RefundPolicy {
        seller_days: 14,
        platform_days: 365,
    };
    assert_eq!(newest.facts().unwrap().refund_policy, Some(policy));
}

#[test]
fn it_is_known_when_an_order_was_placed_paid_closed_and_last_changed() {
    let times = |events: Vec<OrderEvent>| {
        let state = Order::replay(&[placed_order(), events].concat());
        let facts = state.facts().unwrap().clone();
        assert_eq!((facts.placed_at, facts.billing), (at(2), sealed()));
        (
            facts.paid_at,
            facts.closed_at,
            facts.cancel_reason,
            facts.updated_at,
        )
    };
    let cancelled = OrderCancelled {
        by: buyer().person_id,
        reason: CancelReason::Mistake,
        at: at(6),
    };
    let paid = OrderPaid {
        amount: eur(2990),
        source: PaymentSource::Webhook,
        provider_updated: Some(at(7)),
        revived: true,
        at: at(8),
    };
    let (cancelled, paid) = (OrderEvent::from(cancelled), OrderEvent::from(paid));
    assert_eq!(times(vec![]), (None, None, None, at(2)));
    assert_eq!(
        times(vec![OrderExpired { at: at(17) }.into()]),
        (None, Some(at(17)), None, at(17))
    );
    assert_eq!(
        times(vec![cancelled.clone()]),
        (None, Some(at(6)), Some(CancelReason::Mistake), at(6))
    );
    assert_eq!(times(vec![cancelled, paid]), (Some(at(8)), None, None, at(8)));
}

#[test]
fn an_order_without_anything_to_pay_is_paid_by_being_placed() {
    let mut place = place(&[line_request(LicenceKind::Basic, 1)]);
    let mut product = published_product();
    product[1] = offer_added(LicenceKind::Basic, eur(0)).into();
    let requests = [line_request(LicenceKind::Basic, 1)];
    let tax = tax_terms();
    place.priced = price_lines(order_id(), &requests, &catalogue(&product), pricing(&tax)).unwrap();
    let events = given::<Order>([]).and(OrderCommand::Place(place.clone())).state();
    assert_eq!(events.status(), Some(OrderStatus::Paid));
    given::<Order>([])
        .and(OrderCommand::Place(place.clone()))
        .when(OrderCommand::Place(place))
        .then_nothing();
}

#[test]
fn an_order_cannot_expire_before_it_is_placed() {
    let place = PlaceOrder {
        expires_at: at(2),
        ..place(&[line_request(LicenceKind::Basic, 1)])
    };
    given::<Order>([])
        .when(OrderCommand::Place(place))
        .then_error(&OrderError::ExpiresInThePast);
}

#[test]
fn the_buyer_can_cancel_before_paying() {
    let cancelled = OrderCancelled {
        by: buyer().person_id,
        reason: CancelReason::Mistake,
        at: at(3),
    };
    given::<Order>(placed_order())
        .when(OrderCommand::Cancel {
            actor: buyer(),
            reason: CancelReason::Mistake,
            at: at(3),
        })
        .then([cancelled.into()]);
}

#[test]
fn the_buyer_needs_the_buyers_role() {
    let mut actor = buyer();
    actor.roles = vec![Role::Auditor];
    given::<Order>(placed_order())
        .when(OrderCommand::Cancel {
            actor,
            reason: CancelReason::Mistake,
            at: at(3),
        })
        .then_error(&OrderError::NotYours);
}

#[test]
fn an_order_expires_at_its_time_and_not_before() {
    let one_second = chrono::TimeDelta::seconds(1);
    given::<Order>(placed_order())
        .when(OrderCommand::Expire {
            at: at(17) - one_second,
        })
        .then_error(&OrderError::NotYetExpired { expires_at: at(17) });
    given::<Order>(placed_order())
        .when(OrderCommand::Expire { at: at(17) })
        .then([OrderExpired { at: at(17) }.into()]);
}
