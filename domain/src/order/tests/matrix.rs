//! Every state of an order against every command, in one table.

use std::fmt::Write as _;

use super::super::*;
use crate::decider::{Decider, DomainEvent as _};
use crate::testing::samples::*;
use crate::values::{Actor, Currency, LicenceKind, RefundId};

/// What stands in the table: `-` for nothing, `+` and the events, `!` and the refusal.
const TABLE: &str = include_str!("matrix.txt");

fn states() -> Vec<(&'static str, OrderState)> {
    let after = |commands: &[OrderCommand]| {
        commands
            .iter()
            .cloned()
            .fold(Order::replay(&placed_order()), |state, command| {
                let events = Order::decide(&state, command).unwrap();
                events.iter().fold(state, Order::evolve)
            })
    };
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
    ]
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
    let refund_id = RefundId::of_late_payment(order_id());
    let reason = RefundReason::PlatformDecision;
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
        ("cancel by buyer", cancel(buyer())),
        ("cancel by admin", cancel(admin())),
        ("cancel by stranger", cancel(stranger())),
        ("expire too early", OrderCommand::Expire { at: at(16) }),
        ("expire in time", OrderCommand::Expire { at: at(17) }),
        (
            "open refund",
            OrderCommand::OpenRefund {
                refund_id: RefundId::from_uuid(uuid(50)),
                amount: eur(100),
                reason,
                at: at(7),
            },
        ),
        (
            "settle refund",
            OrderCommand::SettleRefund {
                refund_id,
                provider_updated: at(8),
                at: at(9),
            },
        ),
        (
            "decline refund",
            OrderCommand::DeclineRefund {
                refund_id,
                code: None,
                provider_updated: at(8),
                at: at(9),
            },
        ),
    ];
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

fn outcome(state: &OrderState, command: OrderCommand) -> String {
    match Order::decide(state, command) {
        Ok(events) if events.is_empty() => "-".to_owned(),
        Ok(events) => {
            let names = events
                .iter()
                .map(|event| event.event_type().trim_start_matches("order.").to_owned());
            format!("+{}", names.collect::<Vec<_>>().join("+"))
        }
        Err(error) => {
            let name = format!("{error:?}");
            format!("!{}", name.split([' ', '(']).next().unwrap_or_default())
        }
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let states = states();
    let mut table = format!("{:<42}", "");
    for (name, _) in &states {
        write!(table, "{name:<21}").unwrap();
    }
    for (name, command) in commands() {
        write!(table, "\n{name:<42}").unwrap();
        for (_, state) in &states {
            write!(table, "{:<21}", outcome(state, command.clone())).unwrap();
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = TABLE.lines().collect();
    let differing: Vec<&str> = table
        .iter()
        .filter(|row| !expected.contains(row))
        .copied()
        .collect();
    assert!(
        table == expected,
        "the order decides otherwise than matrix.txt says:\n{}",
        differing.join("\n")
    );
}
