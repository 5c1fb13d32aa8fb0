//! Which documents an order owes, whatever became of its refunds.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use super::basket::{basket, wish};
use super::desk::Desk;
use crate::order::{
    OpenRefund, OrderCommand, RefundGrounds, RefundScope, RefundStanding, RefundWindows, ReportSource,
};
use crate::testing::samples::{admin, at};
use crate::values::{DocumentId, RefundId};

fn refund_id(number: u128) -> RefundId {
    RefundId::from_uuid(crate::testing::samples::uuid(50 + number))
}

fn open(number: u128, scope: RefundScope) -> OrderCommand {
    OrderCommand::OpenRefund(OpenRefund {
        refund_id: refund_id(number),
        actor: admin(),
        scope,
        grounds: RefundGrounds::CustomerRequest,
        note: None,
        windows: RefundWindows {
            seller_days: 14,
            admin_days: 365,
        },
        at: at(20),
    })
}

fn settle(number: u128, minutes: i64) -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: refund_id(number),
        provider_updated: at(minutes),
        source: ReportSource::Webhook,
        at: at(minutes),
    }
}

fn decline(number: u128, minutes: i64) -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: refund_id(number),
        code: None,
        provider_updated: at(minutes),
        at: at(minutes),
    }
}

/// An order of one line of 100.00, paid and invoiced.
fn desk() -> Desk {
    let mut desk = Desk::new(basket(&[wish(1, 10_000, 1)]).paid());
    desk.catch_up();
    desk
}

/// The numbers of all documents, with what they refer to and what they come to.
fn papers(desk: &Desk) -> Vec<String> {
    let mut facts: Vec<_> = desk.documents.values().filter_map(DocumentState::facts).collect();
    facts.sort_by_key(|facts| facts.content.at);
    let paper = |facts: &DocumentFacts| {
        let content = &facts.content;
        let preceding = content.preceding.as_ref();
        let preceding = preceding.map_or(String::new(), |preceding| {
            format!(" <- {}", preceding.number.as_str())
        });
        format!(
            "{}{preceding}: {}",
            content.number.as_str(),
            content.totals.gross.amount
        )
    };
    facts.into_iter().map(paper).collect()
}

#[test]
fn an_order_that_is_paid_owes_one_invoice_for_each_supplier() {
    let order = basket(&[wish(1, 1000, 1), wish(2, 2000, 1), wish(1, 3000, 1)]);
    let mut desk = Desk::new(order.clone().paid());
    desk.catch_up();
    assert_eq!(papers(&desk), ["FA-2026-000001: 6000"]);
    let mut desk = Desk::new(order.of_sellers().paid());
    desk.catch_up();
    let totals: Vec<i64> = desk
        .documents
        .values()
        .filter_map(DocumentState::facts)
        .map(|facts| facts.content.totals.gross.amount)
        .collect();
    assert_eq!((totals.len(), totals.iter().sum::<i64>()), (2, 6000));
}

#[test]
fn what_is_given_away_owes_no_invoice() {
    let free = basket(&[wish(1, 0, 1)]).paid();
    assert_eq!(suppliers_of(free.facts().unwrap()), []);
    let half = basket(&[wish(1, 0, 1), wish(2, 1000, 1)]).of_sellers().paid();
    assert_eq!(suppliers_of(half.facts().unwrap()).len(), 1);
    let documents = OrderDocuments::new(half.facts().unwrap().order_id, Supplier::Platform);
    assert_eq!(documents.due(&half), [], "the platform supplied nothing");
}

#[test]
fn a_refund_owes_a_credit_note_when_it_succeeds_and_not_before() {
    let mut desk = desk();
    desk.tell(open(1, RefundScope::AmountMinor(4000)));
    desk.catch_up();
    assert_eq!(papers(&desk), ["FA-2026-000001: 10000"]);
    desk.tell(settle(1, 21));
    desk.catch_up();
    assert_eq!(
        papers(&desk),
        ["FA-2026-000001: 10000", "AV-2026-000001 <- FA-2026-000001: 4000"]
    );
}

#[test]
fn a_refund_that_failed_before_it_was_credited_owes_nothing() {
    let mut desk = desk();
    desk.tell(open(1, RefundScope::Whole));
    desk.tell(settle(1, 21));
    desk.tell(decline(1, 22));
    desk.catch_up();
    assert_eq!(papers(&desk), ["FA-2026-000001: 10000"]);
}

#[test]
fn an_invoice_follows_a_credit_note_whose_refund_has_failed_as_often_as_it_does() {
    let mut desk = desk();
    desk.tell(open(1, RefundScope::AmountMinor(4000)));
    for minutes in [21, 23] {
        desk.tell(settle(1, minutes));
        desk.catch_up();
        desk.tell(decline(1, minutes + 1));
        desk.catch_up();
    }
    assert_eq!(
        papers(&desk),
        [
            "FA-2026-000001: 10000",
            "AV-2026-000001 <- FA-2026-000001: 4000",
            "FA-2026-000002 <- AV-2026-000001: 4000",
            "AV-2026-000002 <- FA-2026-000001: 4000",
            "FA-2026-000003 <- AV-2026-000002: 4000",
        ]
    );
    assert_eq!(desk.invoiced()[&0].2, 10_000);
}

/// What one invoice has left no more of, another one has: then a refund has two credit notes.
#[test]
fn a_refund_of_what_stands_on_two_invoices_owes_a_credit_note_for_each() {
    let mut desk = desk();
    desk.tell(open(1, RefundScope::AmountMinor(4000)));
    desk.tell(settle(1, 21));
    desk.catch_up();
    desk.tell(decline(1, 22));
    desk.catch_up();
    desk.tell(open(2, RefundScope::Whole));
    desk.tell(settle(2, 23));
    desk.catch_up();
    let papers = papers(&desk);
    assert_eq!(
        papers[3..],
        [
            "AV-2026-000002 <- FA-2026-000001: 6000",
            "AV-2026-000003 <- FA-2026-000002: 4000",
        ]
    );
    assert_eq!(desk.invoiced()[&0], (0, 0, 0));
}

#[test]
fn a_refund_after_a_correction_is_credited_against_the_new_invoice() {
    let mut desk = desk();
    let first = DocumentId::of_order(desk.facts().order_id, Supplier::Platform);
    desk.correct(first).unwrap();
    desk.tell(open(1, RefundScope::Whole));
    desk.tell(settle(1, 21));
    desk.catch_up();
    assert_eq!(
        papers(&desk),
        [
            "FA-2026-000001: 10000",
            "AV-2026-000001 <- FA-2026-000001: 10000",
            "FA-2026-000002 <- FA-2026-000001: 10000",
            "AV-2026-000002 <- FA-2026-000002: 10000",
        ]
    );
}

#[test]
fn an_order_that_was_not_paid_owes_nothing() {
    let paid = basket(&[wish(1, 1000, 1)]).paid();
    let facts = paid.facts().unwrap().clone();
    let documents = OrderDocuments::new(facts.order_id, Supplier::Platform);
    assert_eq!(documents.due(&paid).len(), 1);
    for unpaid in [
        crate::order::OrderState::Absent,
        crate::order::OrderState::AwaitingPayment(facts.clone()),
        crate::order::OrderState::Processing(facts.clone()),
        crate::order::OrderState::PaymentFailed(facts.clone()),
        crate::order::OrderState::Cancelled(facts.clone()),
        crate::order::OrderState::Expired(facts),
    ] {
        assert_eq!(documents.due(&unpaid), []);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Open(u128, RefundScope),
    Settle(u128),
    Decline(u128),
    CatchUp,
    Correct(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    let scope = prop_oneof![
        Just(RefundScope::Whole),
        prop::collection::btree_set(0_u32..4, 1..3).prop_map(RefundScope::Lines),
        (1_i64..9_000).prop_map(RefundScope::AmountMinor),
    ];
    prop_oneof![
        3 => (0_u128..4, scope).prop_map(|(number, scope)| Step::Open(number, scope)),
        4 => (0_u128..4).prop_map(Step::Settle),
        3 => (0_u128..4).prop_map(Step::Decline),
        3 => Just(Step::CatchUp),
        1 => (0_usize..10).prop_map(Step::Correct),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Refunds succeed, fail, succeed again and overlap; buyers correct their invoices; the desk catches up now and then. In
    /// the end the invoices stand for what was paid less what went back, line by line, and no document was refused.
    #[test]
    fn invoices_less_credit_notes_are_what_was_paid_less_what_went_back(
        prices in prop::collection::vec(1_i64..4_000, 4),
        sellers in any::<bool>(),
        country in select(vec!["FR", "HU", "US"]),
        steps in prop::collection::vec(any_step(), 0..40),
    ) {
        let wishes: Vec<_> = (0..).zip(&prices).map(|(number, price)| wish(number % 2, *price, 1)).collect();
        let mut order = basket(&wishes);
        order.country = country;
        let order = if sellers { order.of_sellers() } else { order };
        let mut desk = Desk::new(order.paid());
        desk.catch_up();
        for (minutes, step) in (21..).zip(steps) {
            match step {
                Step::Open(number, scope) => desk.tell(open(number, scope)),
                Step::Settle(number) => desk.tell(settle(number, minutes)),
                Step::Decline(number) => desk.tell(decline(number, minutes)),
                Step::CatchUp => desk.catch_up(),
                Step::Correct(which) => {
                    let standing: Vec<_> = desk.documents.iter()
                        .filter(|(_, state)| matches!(state, DocumentState::Standing(facts) if facts.content.kind == DocumentKind::Invoice))
                        .map(|(id, _)| *id)
                        .collect();
                    let _ = desk.correct(standing[which % standing.len()]);
                }
            }
        }
        desk.catch_up();
        let invoiced = desk.invoiced();
        for (number, line) in (0_u32..).zip(&desk.facts().lines) {
            let settled = desk.facts().refunds.values().filter(|refund| refund.standing == RefundStanding::Settled);
            let parts = settled.flat_map(|refund| &refund.parts).filter(|part| part.line == number);
            let back: i64 = parts.map(|part| part.amount.amount).sum();
            let (net, tax, gross) = invoiced[&number];
            prop_assert_eq!(gross, (line.total.amount - back).max(0), "line {}", number);
            prop_assert!(net >= 0 && tax >= 0 && net + tax == gross, "line {}: {} {} {}", number, net, tax, gross);
        }
        let issued: u32 = desk.series.values().filter_map(|series| series.facts()).map(|facts| facts.issued).sum();
        prop_assert_eq!(issued as usize, desk.documents.len());
    }
}
