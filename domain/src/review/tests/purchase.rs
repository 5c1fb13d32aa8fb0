//! Which purchases a rating can rest on, and when it counts.

use super::*;
use crate::order::{
    DisputeStatus, OpenRefund, OrderEvent, OrderFacts, RefundGrounds, RefundScope, RefundWindows,
    ReportSource,
};
use crate::policy::{Instruction, reviews_after_order_event};
use crate::testing::samples::events::{self, dispute_report};
use crate::values::{LicenceKind, RefundId};

fn refund() -> RefundId {
    RefundId::from_uuid(uuid(50))
}

fn open(scope: RefundScope) -> OrderCommand {
    OrderCommand::OpenRefund(OpenRefund {
        refund_id: refund(),
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

fn settle() -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: refund(),
        provider_updated: at(21),
        source: ReportSource::Webhook,
        at: at(21),
    }
}

fn decline() -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: refund(),
        code: None,
        provider_updated: at(22),
        at: at(22),
    }
}

fn dispute(status: DisputeStatus, updated_minutes: i64) -> OrderCommand {
    OrderCommand::RecordDispute {
        report: dispute_report(status, updated_minutes),
        at: at(40),
    }
}

fn allowed(commands: impl IntoIterator<Item = OrderCommand>) {
    let order = order_after([pay()].into_iter().chain(commands));
    none().when(post_on(order)).then([review_posted().into()]);
}

fn refused(commands: impl IntoIterator<Item = OrderCommand>, expected: NotPurchased) {
    let order = order_after([pay()].into_iter().chain(commands));
    none()
        .when(post_on(order))
        .then_error(&ReviewError::NotPurchased(expected));
}

#[test]
fn a_fully_refunded_purchase_cannot_be_reviewed_and_a_partly_refunded_one_can() {
    allowed([open(RefundScope::AmountMinor(1000)), settle()]);
    allowed([open(RefundScope::Whole)]);
    refused([open(RefundScope::Whole), settle()], NotPurchased::Refunded);
}

#[test]
fn a_refund_that_failed_after_it_had_succeeded_gives_the_review_back() {
    allowed([open(RefundScope::Whole), settle(), decline()]);
}

#[test]
fn a_charged_back_purchase_cannot_be_reviewed_until_that_is_undone() {
    allowed([dispute(DisputeStatus::Opened, 30)]);
    allowed([
        dispute(DisputeStatus::Opened, 30),
        dispute(DisputeStatus::Won, 31),
    ]);
    let lost = || {
        [
            dispute(DisputeStatus::Opened, 30),
            dispute(DisputeStatus::Lost, 31),
        ]
    };
    refused(lost(), NotPurchased::ChargedBack);
    allowed(lost().into_iter().chain([dispute(DisputeStatus::Won, 32)]));
}

fn order_of(lines: &[(LicenceKind, i64)]) -> OrderState {
    let requests: Vec<_> = lines
        .iter()
        .map(|(kind, units)| line_request(*kind, *units))
        .collect();
    let order = Order::replay(&placed(&requests));
    let total = order.facts().unwrap().total.amount;
    let mut paid = report(PaymentStatus::Succeeded, 3);
    (paid.amount_minor, paid.amount_received_minor) = (total, Some(total));
    decide_all(order, [record(paid)])
}

fn decide_all(order: OrderState, commands: impl IntoIterator<Item = OrderCommand>) -> OrderState {
    commands.into_iter().fold(order, |state, command| {
        let events = Order::decide(&state, command).unwrap();
        events.iter().fold(state, Order::evolve)
    })
}

fn facts(order: &OrderState) -> &OrderFacts {
    order.facts().unwrap()
}

#[test]
fn one_line_of_the_product_that_is_not_refunded_is_enough() {
    let order = order_of(&[(LicenceKind::Basic, 1), (LicenceKind::Premium, 1)]);
    let first_gone = decide_all(order, [open(RefundScope::Lines([0].into())), settle()]);
    assert_eq!(
        standing_of(facts(&first_gone), product_id()),
        PurchaseStanding::Stands
    );
}

#[test]
fn what_was_not_in_the_order_has_nothing_to_go_back() {
    let elsewhere = ProductId::from_uuid(uuid(11));
    let gone = order_after([pay(), open(RefundScope::Whole), settle()]);
    assert_eq!(standing_of(facts(&gone), product_id()), REFUNDED);
    assert_eq!(standing_of(facts(&gone), elsewhere), PurchaseStanding::Stands);
}

#[test]
fn whatever_moves_the_money_of_an_order_is_a_reason_to_look_at_its_reviews() {
    let order = paid();
    let aligned = [Instruction::AlignReviews { order_id: order_id() }];
    for event in events::order() {
        let moves_money = matches!(
            event,
            OrderEvent::RefundSettled(_)
                | OrderEvent::RefundDeclined(_)
                | OrderEvent::Disputed(_)
                | OrderEvent::DisputeChanged(_)
                | OrderEvent::DisputeClosed(_)
        );
        let follows = reviews_after_order_event(&order, &event);
        assert_eq!(follows == aligned, moves_money, "{event:?}");
        assert_eq!(reviews_after_order_event(&OrderState::Absent, &event), []);
    }
}
