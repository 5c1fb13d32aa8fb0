//! A bigger licence for the difference: what it costs, what it is refused for, and money that comes when its base is gone.

use std::collections::BTreeMap;

use super::super::*;
use crate::decider::{Decider as _, DomainEvent as _};
use crate::licence::{
    Bearing, HeldLicence, Licence, LicenceCause, LicenceCommand, LicenceStanding, LicenceState, UpgradeStep,
};
use crate::product::ProductEvent;
use crate::testing::samples::events::{key_facts, licence_grant};
use crate::testing::samples::*;
use crate::values::{LicenceId, LicenceKind, Money, PaymentId, PersonId, PriceBasis, ProductId};

const BASIC: LicenceKind = LicenceKind::Basic;
const PREMIUM: LicenceKind = LicenceKind::Premium;

fn licence_id() -> LicenceId {
    licence_grant().licence_id
}

fn issued() -> HeldLicence {
    after(
        LicenceState::Absent,
        LicenceCommand::Issue {
            grant: licence_grant(),
            key: key_facts(1),
            at: at(6),
        },
    )
}

fn after(state: LicenceState, command: LicenceCommand) -> HeldLicence {
    let events = Licence::decide(&state, command).unwrap();
    let state = events.iter().fold(state, Licence::evolve);
    state.held().unwrap().clone()
}

/// The basic licence, for which 23.92 EUR were paid after a discount of 5.98.
fn base() -> UpgradeBase {
    UpgradeBase {
        held: issued(),
        soundness: Soundness::Sound,
        unit_price: eur(2990),
        paid: PaidForLicence {
            gross: eur(2392),
            net: eur(1993),
        },
    }
}

fn upgrade(kind: LicenceKind) -> LineRequest {
    LineRequest {
        upgrade_of: Some(licence_id()),
        ..line_request(kind, 1)
    }
}

fn price_with(
    base: UpgradeBase,
    requests: &[LineRequest],
    more: Vec<ProductEvent>,
) -> Result<PricedOrder, PlaceError> {
    let (products, tax) = (catalogue(&[published_product(), more].concat()), tax_terms());
    let bases = BTreeMap::from([(licence_id(), base)]);
    let upgrades = UpgradeTerms {
        bases: &bases,
        buyer_id: buyer().person_id,
        at: at(10),
    };
    let terms = PricingTerms {
        upgrades: Some(upgrades),
        ..pricing(&tax)
    };
    price_lines(other_order_id(), requests, &products, terms)
}

fn refusal(base: UpgradeBase, request: LineRequest, more: Vec<ProductEvent>) -> UpgradeRefusal {
    let problems = match price_with(base, &[request], more) {
        Err(PlaceError::Lines(problems)) => problems,
        other => panic!("a refused line expected: {other:?}"),
    };
    match problems.as_slice() {
        [
            LineProblem {
                line: 0,
                field: LineField::UpgradeOf,
                refusal: LineRefusal::Upgrade(refusal),
            },
        ] => *refusal,
        other => panic!("{other:?}"),
    }
}

/// Nobody is credited what a code had taken off: who has had basic and premium has paid what premium costs.
#[test]
fn an_upgrade_costs_the_difference_to_what_was_paid() {
    let priced = price_with(base(), &[upgrade(PREMIUM)], vec![]).unwrap();
    let line = &priced.lines()[0];
    assert_eq!(line.unit_price, eur(9900));
    assert_eq!(
        line.upgrade,
        Some(LineUpgrade {
            licence_id: licence_id(),
            credit: eur(2392)
        })
    );
    assert_eq!((line.total, line.tax_amount), (eur(9900 - 2392), eur(1251)));
    assert_eq!((priced.total(), line.discount), (eur(7508), eur(0)));
}

#[test]
fn prices_without_tax_are_credited_without_tax() {
    let paid = base().paid;
    assert_eq!(paid.on(PriceBasis::TaxIncluded), eur(2392));
    assert_eq!(paid.on(PriceBasis::TaxExcluded), eur(1993));
}

#[test]
fn a_code_takes_its_part_of_the_difference_only() {
    let (products, tax) = (catalogue(&published_product()), tax_terms());
    let promo = crate::promo::Promo::replay(&promo_created(promo_terms()));
    let bases = BTreeMap::from([(licence_id(), base())]);
    let (buyer_id, at) = (buyer().person_id, at(10));
    let terms = PricingTerms {
        promotion: Some(PromotionTerms {
            state: &promo,
            buyer_id,
            at,
        }),
        upgrades: Some(UpgradeTerms {
            bases: &bases,
            buyer_id,
            at,
        }),
        ..pricing(&tax)
    };
    let priced = price_lines(other_order_id(), &[upgrade(PREMIUM)], &products, terms).unwrap();
    assert_eq!((priced.discount_total(), priced.total()), (eur(751), eur(6757)));
}

fn with_held(change: impl FnOnce(&mut HeldLicence)) -> UpgradeBase {
    let mut base = base();
    change(&mut base.held);
    base
}

fn reserved_by(order_id: crate::values::OrderId) -> UpgradeBase {
    let step = UpgradeStep::Reserve {
        buyer_id: buyer().person_id,
    };
    UpgradeBase {
        held: after(
            LicenceState::Issued(Box::new(issued())),
            step.of_order(order_id, at(9)),
        ),
        ..base()
    }
}

#[test]
fn a_licence_that_cannot_be_upgraded_is_refused_by_name() {
    let stranger = stranger().person_id;
    let dollars = Money::new(2392, crate::values::Currency::USD);
    let suspended = || {
        with_held(|held| {
            held.causes.insert(LicenceCause::Withdrawal, Bearing::Suspends);
        })
    };
    let superseded = with_held(|held| {
        held.succession = crate::licence::Succession::Superseded {
            order_id: other_order_id(),
            by: licence_id(),
        };
    });
    let cases = [
        (
            with_held(|held| held.holder_id = stranger),
            UpgradeRefusal::Unknown,
        ),
        (
            with_held(|held| held.grant.buyer_id = stranger),
            UpgradeRefusal::BoughtByAnother,
        ),
        (
            with_held(|held| held.grant.product_id = ProductId::from_uuid(uuid(11))),
            UpgradeRefusal::OtherProduct,
        ),
        (suspended(), UpgradeRefusal::NotLive(LicenceStanding::Suspended)),
        (superseded, UpgradeRefusal::NotLive(LicenceStanding::Superseded)),
        (
            with_held(|held| held.expires_at = Some(at(10))),
            UpgradeRefusal::NotLive(LicenceStanding::Expired),
        ),
        (reserved_by(order_id()), UpgradeRefusal::BeingUpgraded),
        (
            UpgradeBase {
                soundness: Soundness::Contested,
                ..base()
            },
            UpgradeRefusal::Contested,
        ),
        (
            UpgradeBase {
                paid: PaidForLicence {
                    gross: dollars,
                    net: dollars,
                },
                ..base()
            },
            UpgradeRefusal::OtherCurrency,
        ),
        (
            with_held(|held| held.grant.kind = LicenceKind::Unlimited),
            UpgradeRefusal::NotBigger,
        ),
        (
            with_held(|held| held.grant.kind = PREMIUM),
            UpgradeRefusal::NotBigger,
        ),
        (
            with_held(|held| held.grant.offer_id = offer_id(PREMIUM)),
            UpgradeRefusal::NotBigger,
        ),
        (
            UpgradeBase {
                paid: PaidForLicence {
                    gross: eur(9900),
                    net: eur(8250),
                },
                ..base()
            },
            UpgradeRefusal::NotDearer,
        ),
    ];
    for (base, expected) in cases {
        assert_eq!(refusal(base, upgrade(PREMIUM), vec![]), expected);
    }
    assert!(price_with(reserved_by(other_order_id()), &[upgrade(PREMIUM)], vec![]).is_ok());
    let unknown = LineRequest {
        upgrade_of: Some(LicenceId::of_unit(order_id(), 7, 0)),
        ..line_request(PREMIUM, 1)
    };
    assert_eq!(refusal(base(), unknown, vec![]), UpgradeRefusal::Unknown);
    let two = LineRequest {
        quantity: 2,
        ..upgrade(PREMIUM)
    };
    assert_eq!(refusal(base(), two, vec![]), UpgradeRefusal::NotSingle);
}

#[test]
fn a_custom_licence_is_bigger_than_what_was_cheaper() {
    let custom = |price| vec![offer_added(LicenceKind::Custom, eur(price)).into()];
    let wanted = || upgrade(LicenceKind::Custom);
    assert!(price_with(base(), &[wanted()], custom(2991)).is_ok());
    // Between what it cost and what was paid for it.
    assert_eq!(refusal(base(), wanted(), custom(2990)), UpgradeRefusal::NotBigger);
    let from_custom = with_held(|held| {
        (held.grant.kind, held.grant.offer_id) = (LicenceKind::Custom, offer_id(LicenceKind::Custom));
    });
    assert!(price_with(from_custom, &[upgrade(PREMIUM)], vec![]).is_ok());
}

#[test]
fn a_licence_is_upgraded_by_one_line() {
    let lines = [upgrade(PREMIUM), upgrade(LicenceKind::Unlimited)];
    let more = vec![offer_added(LicenceKind::Unlimited, eur(20_000)).into()];
    let Err(PlaceError::Lines(problems)) = price_with(base(), &lines, more) else {
        panic!("a refusal expected")
    };
    assert_eq!(problems[0].pointer(), "/lines/1/upgrade_of");
    let duplicate = UpgradeRefusal::Duplicate { first: 0 };
    assert_eq!(problems[0].refusal, LineRefusal::Upgrade(duplicate));
}

fn placed_upgrade() -> OrderState {
    let priced = price_with(base(), &[upgrade(PREMIUM)], vec![]).unwrap();
    let place = PlaceOrder {
        order_id: other_order_id(),
        priced,
        ..place(&[line_request(BASIC, 1)])
    };
    let events = Order::decide(&OrderState::Absent, OrderCommand::Place(place)).unwrap();
    Order::replay(&events)
}

fn money(availability: Availability) -> OrderCommand {
    let report = PaymentReport {
        payment_id: PaymentId::of(other_order_id()),
        amount_minor: 7508,
        amount_received_minor: Some(7508),
        ..report(PaymentStatus::Succeeded, 12)
    };
    OrderCommand::RecordPaymentStatus {
        report,
        availability,
        at: at(13),
    }
}

/// There is nothing that the difference would be a difference to.
#[test]
fn money_for_an_upgrade_whose_base_is_gone_goes_back() {
    let state = placed_upgrade();
    let names = |availability| {
        let events = Order::decide(&state, money(availability)).unwrap();
        events.iter().map(OrderEvent::event_type).collect::<Vec<_>>()
    };
    assert_eq!(names(Availability::StillToBeHad), ["order.paid"]);
    assert_eq!(
        names(Availability::BaseGone),
        ["order.expired", "order.refund_opened"]
    );
    let gone = Order::decide(&state, money(Availability::BaseGone)).unwrap();
    let closed = gone.iter().fold(state, Order::evolve);
    let facts = closed.facts().unwrap();
    assert_eq!(facts.received, eur(7508));
    assert_eq!(facts.balances()[0].pending, eur(7508));
    assert_eq!(
        Order::decide(&closed, money(Availability::StillToBeHad)),
        Ok(vec![])
    );
    let expired = OrderEvent::from(OrderExpired { at: at(17) });
    let late = Order::evolve(placed_upgrade(), &expired);
    let back = Order::decide(&late, money(Availability::BaseGone)).unwrap();
    assert_eq!(back[0].event_type(), "order.refund_opened");
}

#[test]
fn an_upgrade_stands_while_its_base_is_sound_and_paid_for() {
    let state = placed_upgrade();
    let facts = state.facts().unwrap();
    let stands = |base: UpgradeBase| facts.upgrades_stand(&BTreeMap::from([(licence_id(), base)]), at(12));
    assert!(stands(base()) && stands(reserved_by(other_order_id())));
    assert!(!facts.upgrades_stand(&BTreeMap::new(), at(12)));
    assert!(!stands(reserved_by(order_id())));
    assert!(!stands(UpgradeBase {
        soundness: Soundness::Contested,
        ..base()
    }));
    let less = PaidForLicence {
        gross: eur(2391),
        ..base().paid
    };
    assert!(!stands(UpgradeBase { paid: less, ..base() }));
    let stranger: PersonId = stranger().person_id;
    assert!(!stands(with_held(|held| held.holder_id = stranger)));
    // Time may run out while the order waits, but not before it is revived.
    let mut reserved = reserved_by(other_order_id());
    reserved.held.expires_at = Some(at(11));
    assert!(stands(reserved));
    assert!(!stands(with_held(|held| held.expires_at = Some(at(11)))));
}

#[test]
fn an_order_placed_before_there_were_upgrades_upgrades_nothing() {
    let old = include_str!("../../../golden/order.placed.v2.json");
    let event = OrderEvent::from_json("order.placed", 2, old).unwrap();
    let state = Order::replay([&event]);
    assert_eq!(state.facts().unwrap().upgrades().count(), 0);
}

#[test]
fn the_order_records_what_it_upgrades_and_what_was_counted() {
    let priced = price_with(base(), &[upgrade(PREMIUM)], vec![]).unwrap();
    let stored = serde_json::to_value(&priced.lines()[0]).unwrap();
    let expected = serde_json::json!({
        "licence_id": licence_id(), "credit": { "amount": 2392, "currency": "EUR" },
    });
    assert_eq!(stored["upgrade"], expected);
}
