//! Money that goes back.

use super::super::*;
use crate::decider::Decider as _;
use crate::testing::samples::events::dispute_report;
use crate::testing::{Given, given, samples::*};
use crate::values::{Actor, LicenceKind, PersonId, RefundId, Role};

pub(super) const WINDOWS: RefundWindows = RefundWindows {
    seller_days: 14,
    admin_days: 365,
};

pub(super) fn paid() -> Given<Order> {
    given::<Order>(placed_order()).and(record(report(PaymentStatus::Succeeded, 4)))
}

/// Three lines at 29.90, 99.00 and 10.00 EUR, the last one another seller's.
fn paid_by_three() -> Given<Order> {
    let mut events = placed(&[
        line_request(LicenceKind::Basic, 1),
        line_request(LicenceKind::Premium, 1),
    ]);
    let OrderEvent::Placed(placed) = &mut events[0] else {
        panic!("an order that was placed")
    };
    let mut third = placed.lines[0].clone();
    (third.seller_id, third.total, third.tax_amount) = (other_seller().person_id, eur(1000), eur(167));
    placed.lines[1].discount = eur(1000);
    placed.lines.push(third);
    placed.total = eur(13_890);
    let paid = OrderPaid {
        amount: eur(13_890),
        ..crate::testing::samples::events::order_paid()
    };
    events.push(paid.into());
    given(events)
}

fn other_seller() -> Actor {
    Actor {
        person_id: PersonId::from_uuid(uuid(5)),
        roles: vec![Role::Seller],
    }
}

pub(super) fn id(number: u128) -> RefundId {
    RefundId::from_uuid(uuid(number))
}

pub(super) fn ask(number: u128, actor: Actor, scope: RefundScope) -> OpenRefund {
    OpenRefund {
        refund_id: id(number),
        actor,
        scope,
        grounds: RefundGrounds::CustomerRequest,
        note: None,
        windows: WINDOWS,
        at: at(9),
    }
}

fn open(number: u128, amount_minor: i64) -> OrderCommand {
    OrderCommand::OpenRefund(ask(number, admin(), RefundScope::AmountMinor(amount_minor)))
}

pub(super) fn open_all(number: u128, actor: Actor, scope: RefundScope) -> OrderCommand {
    OrderCommand::OpenRefund(ask(number, actor, scope))
}

pub(super) fn lines(lines: &[u32]) -> RefundScope {
    RefundScope::Lines(lines.iter().copied().collect())
}

fn settle(updated_minutes: i64) -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: id(50),
        provider_updated: at(updated_minutes),
        source: ReportSource::Webhook,
        at: at(12),
    }
}

fn decline(updated_minutes: i64) -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: id(50),
        code: None,
        provider_updated: at(updated_minutes),
        at: at(12),
    }
}

/// The parts of the refund that a command opens: line, amount, tax.
#[track_caller]
pub(super) fn parts_after(history: Given<Order>, command: OrderCommand) -> Vec<(u32, i64, i64)> {
    let events = Order::decide(&history.state(), command).unwrap();
    let [OrderEvent::RefundOpened(opened)] = events.as_slice() else {
        panic!("one refund expected, got {events:?}")
    };
    let sum: i64 = opened.parts.iter().map(|part| part.amount.amount).sum();
    assert_eq!(sum, opened.amount.amount, "the parts add up");
    let part = |part: &RefundPart| (part.line, part.amount.amount, part.tax_amount.amount);
    opened.parts.iter().map(part).collect()
}

#[test]
fn refunds_never_exceed_what_arrived() {
    let refused = |refundable| OrderError::NotRefundable {
        refundable: eur(refundable),
    };
    paid().when(open(50, 2991)).then_error(&refused(2990));
    paid()
        .and(open(50, 2000))
        .when(open(51, 991))
        .then_error(&refused(990));
    paid().when(open(50, 0)).then_error(&refused(2990));
    paid().when(open(50, -1)).then_error(&refused(2990));
    paid().when(open(50, i64::MIN)).then_error(&refused(2990));
    paid().when(open(50, i64::MAX)).then_error(&refused(2990));
}

#[test]
fn a_whole_order_a_line_or_an_amount_goes_back() {
    let seller_whole = open_all(50, admin(), RefundScope::Whole);
    assert_eq!(
        parts_after(paid_by_three(), seller_whole),
        [(0, 2990, 498), (1, 9900, 1650), (2, 1000, 167)]
    );
    assert_eq!(
        parts_after(paid_by_three(), open_all(50, admin(), lines(&[1]))),
        [(1, 9900, 1650)]
    );
    // 10.00 of 138.90: 2.153, 7.127 and 0.720, by largest remainder.
    assert_eq!(
        parts_after(paid_by_three(), open(50, 1000)),
        [(0, 215, 36), (1, 713, 119), (2, 72, 12)]
    );
}

/// The platform that ignored promotions and tax, sent nothing, or refunded what was not due.
#[test]
fn parts_of_a_refund_bring_back_their_tax_and_a_last_one_exactly_the_rest() {
    let mut history = paid_by_three();
    let (mut amounts, mut taxes, mut discounts) = ([0; 3], [0; 3], [0; 3]);
    for number in 50..63 {
        let state = history.state();
        let command = if number == 62 {
            open_all(number, admin(), RefundScope::Whole)
        } else {
            open(number, 997)
        };
        let events = Order::decide(&state, command).unwrap();
        let OrderEvent::RefundOpened(opened) = &events[0] else {
            panic!("a refund expected")
        };
        for part in &opened.parts {
            let line = usize::try_from(part.line).unwrap();
            amounts[line] += part.amount.amount;
            taxes[line] += part.tax_amount.amount;
            discounts[line] += part.discount.amount;
        }
        history = Given::in_state(events.iter().fold(state, Order::evolve));
    }
    assert_eq!((amounts, taxes), ([2990, 9900, 1000], [498, 1650, 167]));
    assert_eq!(discounts, [0, 1000, 0]);
    history.when(open(70, 1)).then_error(&OrderError::NothingLeft);
}

/// Ad-hoc and repeated refunds that were refused.
#[test]
fn an_order_is_refunded_again_and_again_until_nothing_is_left() {
    let twice = || paid().and(open(50, 1000)).and(open(51, 1000));
    assert_eq!(
        parts_after(twice(), open_all(52, admin(), RefundScope::Whole)),
        [(0, 990, 165)]
    );
    twice()
        .and(open(52, 990))
        .when(open_all(53, admin(), RefundScope::Whole))
        .then_error(&OrderError::NothingLeft);
}

#[test]
fn a_seller_refunds_their_own_lines_only() {
    let refused = |line| OrderError::OtherSellersLine { line };
    paid_by_three()
        .when(open_all(50, seller(), RefundScope::Whole))
        .then_error(&refused(2));
    paid_by_three()
        .when(open_all(50, seller(), lines(&[0, 2])))
        .then_error(&refused(2));
    paid_by_three()
        .when(open_all(50, other_seller(), lines(&[0])))
        .then_error(&refused(0));
    assert_eq!(
        parts_after(paid_by_three(), open_all(50, other_seller(), lines(&[2]))),
        [(2, 1000, 167)]
    );
    let own = RefundScope::AmountMinor(1000);
    assert_eq!(
        parts_after(paid_by_three(), open_all(50, other_seller(), own)),
        [(2, 1000, 167)]
    );
    paid_by_three()
        .when(open_all(50, other_seller(), RefundScope::AmountMinor(1001)))
        .then_error(&OrderError::NotRefundable {
            refundable: eur(1000),
        });
    for nobody in [buyer(), stranger()] {
        paid_by_three()
            .when(open_all(50, nobody, RefundScope::Whole))
            .then_error(&OrderError::NotYours);
    }
}

#[test]
fn lines_must_be_named_and_exist() {
    paid()
        .when(open_all(50, admin(), lines(&[])))
        .then_error(&OrderError::NoLines);
    paid()
        .when(open_all(50, admin(), lines(&[0, 7])))
        .then_error(&OrderError::UnknownLine { line: 7 });
}

#[test]
fn an_unpaid_order_refunds_nothing() {
    given::<Order>(placed_order())
        .when(open_all(50, seller(), RefundScope::Whole))
        .then_error(&OrderError::NotPaid);
}

#[test]
fn another_reason_needs_a_note() {
    let other = |note| {
        OrderCommand::OpenRefund(OpenRefund {
            grounds: RefundGrounds::Other,
            note,
            ..ask(50, seller(), RefundScope::Whole)
        })
    };
    paid().when(other(None)).then_error(&OrderError::NoteMissing);
    let opened = OrderRefundOpened {
        refund_id: id(50),
        amount: eur(2990),
        parts: vec![RefundPart {
            line: 0,
            amount: eur(2990),
            tax_amount: eur(498),
            discount: eur(0),
        }],
        reason: RefundReason::Other,
        note: Some(sealed()),
        requested_by: Some(seller().person_id),
        at: at(9),
    };
    paid().when(other(Some(sealed()))).then([opened.into()]);
}

#[test]
fn the_same_refund_again_is_nothing_and_another_under_its_id_is_refused() {
    paid().and(open(50, 100)).when(open(50, 100)).then_nothing();
    let otherwise = OpenRefund {
        grounds: RefundGrounds::Duplicate,
        ..ask(50, admin(), RefundScope::Whole)
    };
    paid()
        .and(open(50, 100))
        .when(OrderCommand::OpenRefund(otherwise))
        .then_error(&OrderError::RefundExists);
}

#[test]
fn what_was_declined_can_be_refunded_again() {
    let again = paid().and(open(50, 2990)).and(decline(10));
    assert_eq!(parts_after(again, open(51, 2990)), [(0, 2990, 498)]);
}

#[test]
fn a_settled_refund_that_fails_after_all_is_undone() {
    let declined = OrderRefundDeclined {
        refund_id: id(50),
        amount: eur(100),
        code: None,
        provider_updated: at(11),
        at: at(12),
    };
    let history = || paid().and(open(50, 100)).and(settle(10));
    let state = history().when(decline(11)).then([declined.into()]);
    assert_eq!(state.facts().unwrap().refundable(), Ok(eur(2990)));
    assert_eq!(state.facts().unwrap().refunded_share(), RefundedShare::None);
}

#[test]
fn older_or_repeated_news_of_a_refund_is_nothing() {
    let history = || paid().and(open(50, 100)).and(settle(10)).and(decline(11));
    history().when(settle(10)).then_nothing();
    history().when(decline(11)).then_nothing();
}

#[test]
fn one_refund_after_the_other_has_its_turn_at_the_provider() {
    let turn = |given: Given<Order>| given.state().facts().unwrap().refund_in_turn();
    let three = || paid().and(open(52, 10)).and(open(50, 20)).and(open(51, 30));
    let over = |number, minutes| OrderCommand::SettleRefund {
        refund_id: id(number),
        provider_updated: at(minutes),
        source: ReportSource::Webhook,
        at: at(12),
    };
    assert_eq!(turn(paid()), None);
    assert_eq!(turn(three()), Some(id(52)));
    assert_eq!(turn(three().and(over(52, 10))), Some(id(50)));
    assert_eq!(turn(three().and(over(52, 10)).and(decline(11))), Some(id(51)));
}

#[test]
fn a_disputed_order_refunds_nothing_until_the_dispute_has_ended() {
    let dispute = |status| OrderCommand::RecordDispute {
        report: dispute_report(status, 30),
        at: at(31),
    };
    for status in DisputeStatus::ALL {
        let history = paid().and(dispute(*status));
        match status.standing() {
            DisputeStanding::Open => history.when(open(50, 1)).then_error(&OrderError::Disputed),
            DisputeStanding::Closed(DisputeOutcome::Lost) => {
                history.when(open(50, 1)).then_error(&OrderError::NothingLeft);
            }
            DisputeStanding::Closed(DisputeOutcome::Won) => {
                assert_eq!(parts_after(history, open(50, 1)), [(0, 1, 0)]);
            }
        }
    }
}

#[test]
fn late_money_that_could_not_go_back_can_be_refunded_by_the_platform() {
    let refund_id = RefundId::of_late_payment(order_id());
    let declined = given::<Order>(placed_order())
        .and(OrderCommand::Expire { at: at(17) })
        .and(record_when_gone(report(PaymentStatus::Succeeded, 20)))
        .and(OrderCommand::DeclineRefund {
            refund_id,
            code: None,
            provider_updated: at(21),
            at: at(22),
        });
    assert_eq!(parts_after(declined, open(51, 2990)), [(0, 2990, 498)]);
}

/// What the first release wrote names no lines.
#[test]
fn a_refund_of_version_1_is_spread_over_the_lines() {
    use crate::decider::DomainEvent as _;
    let stored = include_str!("../../../golden/order.refund_opened.v1.json");
    let opened = OrderEvent::from_json("order.refund_opened", 1, stored).unwrap();
    let expired = OrderExpired { at: at(17) }.into();
    let history = [placed_order(), vec![expired, opened]].concat();
    let state = Order::replay(&history);
    let balance = state.facts().unwrap().balances()[0];
    assert_eq!((balance.pending, balance.kept), (eur(2990), eur(0)));
}
