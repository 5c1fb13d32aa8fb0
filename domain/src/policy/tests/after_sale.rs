//! What follows from refunds, disputes and withdrawals.

use super::super::*;
use crate::decider::{Decider as _, DomainEvent};
use crate::order::{DisputeStatus, Order, OrderCommand, OrderEvent, OrderState, PaymentStatus};
use crate::testing::samples::events::{self, code, dispute_news, dispute_report, webhook_received};
use crate::testing::samples::*;
use crate::webhook::{DisputeNews, WebhookContent};

/// Chargebacks that fell into the default branch, or were only logged.
#[test]
fn every_dispute_webhook_becomes_a_report() {
    for status in DisputeStatus::ALL {
        let report = dispute_report(*status, 30);
        let news = dispute_news(&report);
        let received = webhook_received(status.as_str(), WebhookContent::Dispute(news.clone()));
        let applied = Instruction::ApplyDisputeReport {
            order_id: order_id(),
            report,
        };
        assert_eq!(on_webhook(&received), [applied]);
        for (field, broken) in [
            (
                "payment_id",
                DisputeNews {
                    payment_id: None,
                    ..news.clone()
                },
            ),
            (
                "amount",
                DisputeNews {
                    amount: None,
                    ..news.clone()
                },
            ),
            (
                "dispute_stage",
                DisputeNews {
                    stage: Some(code("sparkling")),
                    ..news.clone()
                },
            ),
            (
                "dispute_status",
                DisputeNews {
                    status: None,
                    ..news.clone()
                },
            ),
            (
                "timestamp",
                DisputeNews {
                    updated: None,
                    ..news.clone()
                },
            ),
        ] {
            let notice = Notice::UnreadableNews {
                about: code(status.as_str()),
                field,
            };
            let received = webhook_received(status.as_str(), WebhookContent::Dispute(broken));
            assert_eq!(on_webhook(&received), [Instruction::Report(notice)]);
        }
    }
}

fn after(commands: Vec<OrderCommand>) -> OrderState {
    commands
        .into_iter()
        .fold(Order::replay(&placed_order()), |state, command| {
            let events = Order::decide(&state, command).unwrap();
            events.iter().fold(state, Order::evolve)
        })
}

fn disputed(status: DisputeStatus) -> OrderCommand {
    OrderCommand::RecordDispute {
        report: dispute_report(status, 30),
        at: at(31),
    }
}

#[test]
fn whatever_touches_the_licences_of_a_paid_order_aligns_them() {
    let order = after(vec![record(report(PaymentStatus::Succeeded, 4))]);
    let aligns = |event: &&OrderEvent| {
        on_order_event(&order, event).contains(&Instruction::AlignLicences { order_id: order_id() })
    };
    let events = events::order();
    let found: Vec<&str> = events
        .iter()
        .filter(aligns)
        .map(DomainEvent::event_type)
        .collect();
    let expected = [
        "order.refund_settled",
        "order.refund_declined",
        "order.disputed",
        "order.dispute_changed",
        "order.dispute_closed",
        "order.withdrawal_confirmed",
    ];
    assert_eq!(found, expected);
    // Nothing was issued for an order that is not paid.
    let unpaid = after(vec![disputed(DisputeStatus::Opened)]);
    let follows = on_order_event(&unpaid, &events[12]);
    let dispute_id = events::dispute_word(DisputeStatus::Opened, 30).dispute_id;
    let notice = Notice::Disputed {
        order_id: order_id(),
        dispute_id,
    };
    assert_eq!(follows, [Instruction::Report(notice)]);
}

#[test]
fn a_dispute_that_came_before_the_payment_suspends_what_is_then_issued() {
    let order = after(vec![
        disputed(DisputeStatus::Opened),
        record(report(PaymentStatus::Succeeded, 4)),
    ]);
    let follows = on_order_event(&order, &events::order_paid().into());
    assert_eq!(
        follows.last(),
        Some(&Instruction::AlignLicences { order_id: order_id() })
    );
}

#[test]
fn the_next_refund_has_its_turn_when_one_or_a_dispute_has_ended() {
    let order = after(vec![record(report(PaymentStatus::Succeeded, 4))]);
    let turn = Instruction::SubmitRefundInTurn { order_id: order_id() };
    let ends = |event: &&OrderEvent| refunds_after_order_event(&order, event).contains(&turn);
    let events = events::order();
    let found: Vec<&str> = events.iter().filter(ends).map(DomainEvent::event_type).collect();
    assert_eq!(
        found,
        [
            "order.refund_settled",
            "order.refund_declined",
            "order.dispute_closed"
        ]
    );
}
