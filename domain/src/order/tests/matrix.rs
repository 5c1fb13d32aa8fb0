//! Every state of an order against every command, in one table.

use super::super::*;
use super::refunds::lines;
use super::withdrawal::bought_by_business;
use crate::decider::Decider;
use crate::testing::samples::events::dispute_report;
use crate::testing::samples::*;
use crate::testing::{hold_every_variant, hold_table};
use crate::values::{Actor, Currency, LicenceKind, RefundId};

const TABLE: &str = include_str!("matrix.txt");

pub(super) fn states() -> Vec<(&'static str, OrderState)> {
    let after_all = |placed: &[OrderEvent], commands: &[OrderCommand]| {
        commands
            .iter()
            .cloned()
            .fold(Order::replay(placed), |state, command| {
                let events = Order::decide(&state, command).unwrap();
                events.iter().fold(state, Order::evolve)
            })
    };
    let after = |commands: &[OrderCommand]| after_all(&placed_order(), commands);
    let expire = OrderCommand::Expire { at: at(17) };
    let gone = record_when_gone(report(PaymentStatus::Succeeded, 20));
    vec![
        ("absent", OrderState::Absent),
        ("awaiting", after(&[])),
        (
            "processing",
            after(&[record(report(PaymentStatus::Processing, 3))]),
        ),
        ("failed", after(&[record(report(PaymentStatus::Failed, 3))])),
        ("paid", after(&[record(report(PaymentStatus::Succeeded, 3))])),
        ("cancelled", after(&[cancel(buyer())])),
        ("expired", after(std::slice::from_ref(&expire))),
        ("refunding", after(&[expire, gone])),
        ("part refunded", after(&[paid(), open(admin(), 100), settle()])),
        ("refunded", after(&[paid(), open(admin(), 2990), settle()])),
        (
            "undone",
            after(&[paid(), open(admin(), 2990), settle(), decline(10)]),
        ),
        ("disputed", after(&[paid(), dispute(DisputeStatus::Opened, 8)])),
        (
            "overdrawn",
            after(&[
                paid(),
                open(admin(), 2990),
                decline(7),
                another_refund(admin(), 2990),
                settle(),
            ]),
        ),
        ("won", after(&[paid(), dispute(DisputeStatus::Won, 8)])),
        ("lost", after(&[paid(), dispute(DisputeStatus::Lost, 8)])),
        ("declared", after(&[paid(), declare(buyer())])),
        ("withdrawn", after(&[paid(), declare(buyer()), confirm(buyer())])),
        ("delivered", after(&[paid(), deliver()])),
        ("by a business", after_all(&bought_by_business(), &[paid()])),
    ]
}

fn paid() -> OrderCommand {
    record(report(PaymentStatus::Succeeded, 3))
}

pub(super) fn refund_id() -> RefundId {
    RefundId::from_uuid(uuid(50))
}

fn open(actor: Actor, amount_minor: i64) -> OrderCommand {
    OrderCommand::OpenRefund(wish(actor, amount_minor))
}

fn wish(actor: Actor, amount_minor: i64) -> OpenRefund {
    OpenRefund {
        refund_id: refund_id(),
        actor,
        scope: RefundScope::AmountMinor(amount_minor),
        grounds: RefundGrounds::CustomerRequest,
        note: None,
        windows: RefundWindows {
            seller_days: 14,
            admin_days: 365,
        },
        at: at(7),
    }
}

fn settle() -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: refund_id(),
        provider_updated: at(8),
        source: ReportSource::Webhook,
        at: at(9),
    }
}

fn flag() -> OrderCommand {
    OrderCommand::FlagRefund {
        refund_id: refund_id(),
        reported: eur(1),
        provider_updated: at(8),
        source: ReportSource::Webhook,
        at: at(9),
    }
}

fn decline(updated_minutes: i64) -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: refund_id(),
        code: None,
        provider_updated: at(updated_minutes),
        at: at(12),
    }
}

fn dispute(status: DisputeStatus, updated_minutes: i64) -> OrderCommand {
    OrderCommand::RecordDispute {
        report: dispute_report(status, updated_minutes),
        at: at(9),
    }
}

fn declare(actor: Actor) -> OrderCommand {
    OrderCommand::DeclareWithdrawal {
        actor,
        lines: None,
        at: at(10),
    }
}

fn confirm(actor: Actor) -> OrderCommand {
    OrderCommand::ConfirmWithdrawal { actor, at: at(11) }
}

fn deliver() -> OrderCommand {
    OrderCommand::BeginDelivery {
        line: 0,
        access: DeliveryAccess::Download,
        at: at(10),
    }
}

fn cancel(actor: Actor) -> OrderCommand {
    OrderCommand::Cancel {
        actor,
        reason: CancelReason::BuyerRequest,
        at: at(6),
    }
}

fn commands() -> Vec<(String, OrderCommand)> {
    let succeeded = || report(PaymentStatus::Succeeded, 4);
    let (payment_id, provider_status) = (succeeded().payment_id, PaymentStatus::Succeeded);
    let late_refund_id = RefundId::of_late_payment(order_id());
    let mut commands = vec![
        (
            "place the same",
            OrderCommand::Place(place(&[line_request(LicenceKind::Basic, 1)])),
        ),
        (
            "place another",
            OrderCommand::Place(place(&[line_request(LicenceKind::Basic, 2)])),
        ),
        (
            "initiated",
            OrderCommand::RecordPaymentInitiated {
                payment_id,
                provider_status,
                at: at(3),
            },
        ),
        (
            "too little",
            record(PaymentReport {
                amount_minor: 1,
                ..succeeded()
            }),
        ),
        (
            "received less",
            record(PaymentReport {
                amount_received_minor: Some(1),
                ..succeeded()
            }),
        ),
        (
            "in dollars",
            record(PaymentReport {
                currency: Currency::USD,
                ..succeeded()
            }),
        ),
        ("succeeded, gone", record_when_gone(succeeded())),
        (
            "succeeded, base gone",
            record_when(Availability::BaseGone, succeeded()),
        ),
        ("cancel by buyer", cancel(buyer())),
        ("cancel by admin", cancel(admin())),
        ("cancel by stranger", cancel(stranger())),
        ("expire too early", OrderCommand::Expire { at: at(16) }),
        ("expire in time", OrderCommand::Expire { at: at(17) }),
        (
            "settle late refund",
            OrderCommand::SettleRefund {
                refund_id: late_refund_id,
                provider_updated: at(8),
                source: ReportSource::Webhook,
                at: at(9),
            },
        ),
        (
            "decline late refund",
            OrderCommand::DeclineRefund {
                refund_id: late_refund_id,
                code: None,
                provider_updated: at(8),
                at: at(9),
            },
        ),
    ];
    commands.extend(refunds());
    commands.extend([
        ("settle refund", settle()),
        ("decline refund", decline(8)),
        ("decline refund later", decline(11)),
        ("another amount refunded", flag()),
        ("deliver", deliver()),
        ("declare withdrawal", declare(buyer())),
        ("declare by admin", declare(admin())),
        ("confirm withdrawal", confirm(buyer())),
        ("confirm by stranger", confirm(stranger())),
    ]);
    commands.extend(
        DisputeStatus::ALL
            .iter()
            .map(|status| (status.as_str(), dispute(*status, 8))),
    );
    commands.extend(
        PaymentStatus::ALL
            .iter()
            .map(|status| (status.as_str(), record(report(*status, 4)))),
    );
    commands
        .into_iter()
        .map(|(name, command)| (name.to_owned(), command))
        .collect()
}

/// What can be asked to be refunded, and by whom.
fn refunds() -> Vec<(&'static str, OrderCommand)> {
    vec![
        ("refund by admin", another_refund(admin(), 100)),
        ("refund by seller", another_refund(seller(), 100)),
        ("refund by buyer", another_refund(buyer(), 100)),
        ("refund too much", another_refund(admin(), 2991)),
        ("refund all by admin", refund_of(admin(), RefundScope::Whole)),
        ("refund all by seller", refund_of(seller(), RefundScope::Whole)),
        (
            "refund all by stranger",
            refund_of(stranger(), RefundScope::Whole),
        ),
        ("refund a line", refund_of(admin(), lines(&[0]))),
        ("refund no line", refund_of(admin(), lines(&[]))),
        ("refund a line too many", refund_of(admin(), lines(&[0, 1]))),
    ]
}

/// A refund beside the one that some of the states have.
fn another_refund(actor: Actor, amount_minor: i64) -> OrderCommand {
    refund_of(actor, RefundScope::AmountMinor(amount_minor))
}

fn refund_of(actor: Actor, scope: RefundScope) -> OrderCommand {
    OrderCommand::OpenRefund(OpenRefund {
        refund_id: RefundId::from_uuid(uuid(51)),
        scope,
        ..wish(actor, 0)
    })
}

fn scope(command: &OrderCommand) -> Option<&RefundScope> {
    if let OrderCommand::OpenRefund(open) = command {
        Some(&open.scope)
    } else {
        None
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    hold_table::<Order>(TABLE, &states(), &commands());
}

#[test]
fn the_table_misses_no_state_and_no_command() {
    let (states, commands) = (states(), commands());
    hold_every_variant!(
        states.iter().map(|(_, state)| state),
        OrderState {
            Absent,
            AwaitingPayment,
            Processing,
            PaymentFailed,
            Paid,
            Cancelled,
            Expired,
        }
    );
    hold_every_variant!(
        commands.iter().map(|(_, command)| command),
        OrderCommand {
            Place,
            RecordPaymentInitiated,
            RecordPaymentStatus,
            Cancel,
            Expire,
            OpenRefund,
            SettleRefund,
            FlagRefund,
            DeclineRefund,
            RecordDispute,
            BeginDelivery,
            DeclareWithdrawal,
            ConfirmWithdrawal,
        }
    );
    hold_every_variant!(
        commands.iter().filter_map(|(_, command)| scope(command)),
        RefundScope {
            Whole,
            Lines,
            AmountMinor,
        }
    );
}
