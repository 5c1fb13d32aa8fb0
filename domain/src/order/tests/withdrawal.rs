//! The buyer withdraws from the contract.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::super::*;
use crate::decider::Decider as _;
use crate::tax::{TaxCustomer, VatIdCheck};
use crate::testing::samples::events::{dispute_report, withdrawal_confirmed};
use crate::testing::{Given, given, samples::*};
use crate::values::{Actor, CountryCode, LicenceKind, RefundId};

fn paid() -> Given<Order> {
    given::<Order>(placed_order()).and(record(report(PaymentStatus::Succeeded, 4)))
}

fn paid_by_two() -> Given<Order> {
    let requests = [
        line_request(LicenceKind::Basic, 1),
        line_request(LicenceKind::Premium, 1),
    ];
    let report = PaymentReport {
        amount_minor: 12_890,
        amount_received_minor: Some(12_890),
        ..report(PaymentStatus::Succeeded, 4)
    };
    given::<Order>(placed(&requests)).and(record(report))
}

fn declare(actor: Actor, minutes: i64) -> OrderCommand {
    OrderCommand::DeclareWithdrawal {
        actor,
        lines: None,
        at: at(minutes),
    }
}

fn declare_line(line: u32) -> OrderCommand {
    OrderCommand::DeclareWithdrawal {
        actor: buyer(),
        lines: Some(BTreeSet::from([line])),
        at: at(41),
    }
}

fn confirm(minutes: i64) -> OrderCommand {
    OrderCommand::ConfirmWithdrawal {
        actor: buyer(),
        at: at(minutes),
    }
}

fn deliver(line: u32, minutes: i64) -> OrderCommand {
    OrderCommand::BeginDelivery {
        line,
        access: DeliveryAccess::Download,
        at: at(minutes),
    }
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_withdrawal_is_declared_then_confirmed_and_pays_back() {
    let lines = vec![0];
    let declared = WithdrawalDeclared {
        lines,
        by: buyer().person_id,
        at: at(41),
    };
    paid().when(declare(buyer(), 41)).then([declared.into()]);
    let refund = OrderRefundOpened {
        refund_id: RefundId::of_withdrawal(order_id(), 0),
        amount: eur(2990),
        parts: vec![RefundPart {
            line: 0,
            amount: eur(2990),
            tax_amount: eur(498),
            discount: eur(0),
        }],
        reason: RefundReason::Withdrawal,
        note: None,
        requested_by: Some(buyer().person_id),
        at: at(42),
    };
    let state = paid()
        .and(declare(buyer(), 41))
        .when(confirm(42))
        .then([withdrawal_confirmed().into(), refund.into()]);
    assert!(state.facts().unwrap().withdrawal.is_withdrawn(0));
    paid()
        .and(declare(buyer(), 41))
        .and(confirm(42))
        .when(confirm(43))
        .then_nothing();
}

#[test]
fn nothing_is_confirmed_that_was_not_declared() {
    paid().when(confirm(42)).then_error(&OrderError::NoDeclaration);
}

#[test]
fn only_the_buyer_withdraws_and_only_from_what_is_paid() {
    for actor in [seller(), admin(), stranger()] {
        paid().when(declare(actor, 41)).then_error(&OrderError::NotYours);
    }
    given::<Order>(placed_order())
        .when(declare(buyer(), 3))
        .then_error(&OrderError::NotPaid);
    paid()
        .when(declare_line(7))
        .then_error(&OrderError::UnknownLine { line: 7 });
}

/// Consent was given with the order; what ends the right is that the buyer then got at it.
#[test]
fn a_line_whose_delivery_began_is_excluded_and_the_others_go_back() {
    let history = || paid_by_two().and(deliver(0, 20)).and(declare(buyer(), 41));
    let events = Order::decide(&history().state(), confirm(42)).unwrap();
    let [
        OrderEvent::WithdrawalConfirmed(confirmed),
        OrderEvent::RefundOpened(refund),
    ] = events.as_slice()
    else {
        panic!("a withdrawal and its refund expected, got {events:?}")
    };
    let excluded = ExcludedLine {
        line: 0,
        access: DeliveryAccess::Download,
        delivery_began_at: at(20),
    };
    assert_eq!(
        (&confirmed.lines, &confirmed.excluded),
        (&vec![1], &vec![excluded])
    );
    assert_eq!((refund.amount, refund.parts.len()), (eur(9900), 1));
    history()
        .and(confirm(42))
        .when(declare(buyer(), 43))
        .then_error(&OrderError::NothingToWithdraw);
    paid()
        .and(deliver(0, 20))
        .when(declare(buyer(), 41))
        .then_error(&OrderError::NothingToWithdraw);
}

#[test]
fn delivery_that_begins_between_the_two_steps_counts() {
    paid()
        .and(declare(buyer(), 41))
        .and(deliver(0, 42))
        .when(confirm(43))
        .then_error(&OrderError::NothingToWithdraw);
}

#[test]
fn delivery_begins_once() {
    paid().and(deliver(0, 20)).when(deliver(0, 30)).then_nothing();
    paid()
        .when(deliver(3, 20))
        .then_error(&OrderError::UnknownLine { line: 3 });
    given::<Order>(placed_order())
        .when(deliver(0, 20))
        .then_error(&OrderError::NotPaid);
}

#[test]
fn one_line_after_the_other_can_be_withdrawn_from() {
    let first = || paid_by_two().and(declare_line(1)).and(confirm(42));
    let events = Order::decide(&first().and(declare(buyer(), 43)).state(), confirm(44)).unwrap();
    let OrderEvent::WithdrawalConfirmed(confirmed) = &events[0] else {
        panic!("a withdrawal expected")
    };
    assert_eq!(
        (confirmed.number, &confirmed.lines, confirmed.amount),
        (1, &vec![0], eur(2990))
    );
    assert_eq!(confirmed.refund_id, Some(RefundId::of_withdrawal(order_id(), 1)));
}

#[test]
fn a_withdrawal_stands_while_the_payment_is_disputed() {
    let dispute = OrderCommand::RecordDispute {
        report: dispute_report(DisputeStatus::Opened, 30),
        at: at(31),
    };
    let state = paid()
        .and(dispute)
        .and(declare(buyer(), 41))
        .and(confirm(42))
        .state();
    let facts = state.facts().unwrap();
    assert!(facts.withdrawal.is_withdrawn(0));
    assert_eq!(
        facts.refund_in_turn(),
        Some(RefundId::of_withdrawal(order_id(), 0))
    );
}

#[test]
fn what_was_refunded_before_does_not_go_back_again() {
    let part = OrderCommand::OpenRefund(OpenRefund {
        refund_id: RefundId::from_uuid(uuid(50)),
        actor: admin(),
        scope: RefundScope::AmountMinor(2000),
        grounds: RefundGrounds::CustomerRequest,
        note: None,
        windows: RefundWindows {
            seller_days: 14,
            admin_days: 365,
        },
        at: at(9),
    });
    let state = paid().and(part).and(declare(buyer(), 41)).state();
    let events = Order::decide(&state, confirm(42)).unwrap();
    let OrderEvent::WithdrawalConfirmed(confirmed) = &events[0] else {
        panic!("a withdrawal expected")
    };
    assert_eq!(confirmed.amount, eur(990));
}

/// Regulation (EEC, Euratom) 1182/71: the day of the contract does not count. Fourteen days and a week, to the end of the
/// last day wherever that ends last.
#[test]
fn the_period_ends_with_its_last_day() {
    for (paid_at, until) in [
        ("2026-07-01T00:00:00Z", "2026-07-23T12:00:00Z"),
        ("2026-07-01T23:59:59Z", "2026-07-23T12:00:00Z"),
        ("2026-07-02T00:00:00Z", "2026-07-24T12:00:00Z"),
    ] {
        assert_eq!(withdrawal_until(time(paid_at)), time(until), "{paid_at}");
    }
}

/// Where the fourteenth day is the first of a run of days on which nobody works, the right ends with the first working day
/// after it. These are the longest runs that we know of.
#[test]
fn no_right_is_refused_because_of_weekends_and_holidays() {
    for (paid_at, first_working_day) in [
        // A Saturday.
        ("2026-07-04T10:00:00Z", "2026-07-20"),
        // France: Ascension Day, a Thursday.
        ("2026-04-30T10:00:00Z", "2026-05-15"),
        // Denmark: Maundy Thursday to Easter Monday.
        ("2026-03-19T10:00:00Z", "2026-04-07"),
        // Lithuania: Christmas Eve, a Thursday, to the Sunday after Boxing Day.
        ("2026-12-10T10:00:00Z", "2026-12-28"),
        // Bulgaria: Christmas Eve, a Friday, to the Tuesday in place of the holidays on the weekend.
        ("2027-12-10T10:00:00Z", "2027-12-29"),
    ] {
        let end: DateTime<Utc> = time(&format!("{first_working_day}T23:59:59Z"));
        assert!(withdrawal_until(time(paid_at)) > end, "{paid_at}");
    }
}

/// An order of a basic licence by a business, placed.
pub(super) fn bought_by_business() -> Vec<OrderEvent> {
    let mut events = placed_order();
    let OrderEvent::Placed(placed) = &mut events[0] else {
        panic!("an order that was placed")
    };
    placed.tax.customer = TaxCustomer::Business {
        vat_id_country: CountryCode::FR,
        check: VatIdCheck::Form,
    };
    events
}

/// The right is one of consumers: whoever gave a VAT id has none.
#[test]
fn a_business_has_no_right_of_withdrawal() {
    let paid = || given::<Order>(bought_by_business()).and(record(report(PaymentStatus::Succeeded, 4)));
    for command in [declare(buyer(), 41), confirm(42)] {
        paid().when(command).then_error(&OrderError::BoughtByBusiness);
    }
    paid()
        .when(declare(stranger(), 41))
        .then_error(&OrderError::NotYours);
}

#[test]
fn after_the_period_nothing_is_declared_and_a_declaration_waits_a_day() {
    let until = withdrawal_until(at(5));
    let minutes = (until - at(0)).num_minutes();
    paid()
        .when(declare(buyer(), minutes))
        .then_error(&OrderError::WithdrawalOver { until });
    let declared = || paid().and(declare(buyer(), minutes - 1));
    assert_eq!(
        Order::decide(&declared().state(), confirm(minutes + 60))
            .unwrap()
            .len(),
        2
    );
    let day_later = at(minutes - 1 + 24 * 60);
    declared()
        .when(confirm(minutes - 1 + 24 * 60))
        .then_error(&OrderError::WithdrawalOver { until: day_later });
}
