//! Every state of a refund against every command.

use super::super::*;
use super::{record, report, request, requested, submitted};
use crate::testing::samples::eur;
use crate::testing::{hold_every_variant, hold_table};
use crate::values::{Currency, Money};

fn refused() -> RefundCommand {
    RefundCommand::RecordRefused {
        code: None,
        at: crate::testing::samples::at(24),
    }
}

fn other_amount(amount: Money) -> RefundReport {
    RefundReport {
        amount,
        ..report(RefundStatus::Succeeded, 24)
    }
}

pub(super) fn states() -> Vec<(&'static str, RefundState)> {
    let pending = || requested().and(submitted(RefundStatus::Pending));
    let after = |status| pending().and(record(report(status, 22))).state();
    vec![
        ("absent", RefundState::Absent),
        ("requested", requested().state()),
        ("submitted", pending().state()),
        ("refused", requested().and(refused()).state()),
        ("under review", after(RefundStatus::Review)),
        ("succeeded", after(RefundStatus::Succeeded)),
        ("failed", after(RefundStatus::Failed)),
        ("flagged", pending().and(record(other_amount(eur(1)))).state()),
    ]
}

fn commands() -> Vec<(String, RefundCommand)> {
    let mut commands = vec![
        ("request the same".to_owned(), request(eur(2990))),
        ("request another".to_owned(), request(eur(1))),
        ("request nothing".to_owned(), request(eur(0))),
        ("submitted".to_owned(), submitted(RefundStatus::Succeeded)),
        ("refused".to_owned(), refused()),
        ("another amount".to_owned(), record(other_amount(eur(1)))),
        (
            "another currency".to_owned(),
            record(other_amount(Money::new(2990, Currency::USD))),
        ),
    ];
    for (age, minutes) in [("older", 21), ("same time", 22), ("newer", 23)] {
        let reports = RefundStatus::ALL.iter();
        commands.extend(reports.map(|status| (format!("{age}: {status}"), record(report(*status, minutes)))));
    }
    commands
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    hold_table::<Refund>(include_str!("matrix.txt"), &states(), &commands());
}

#[test]
fn the_table_misses_no_state_and_no_command() {
    let (states, commands) = (states(), commands());
    hold_every_variant!(
        states.iter().map(|(_, state)| state),
        RefundState {
            Absent,
            Pending,
            UnderReview,
            Succeeded,
            Failed,
        }
    );
    hold_every_variant!(
        commands.iter().map(|(_, command)| command),
        RefundCommand {
            Request,
            RecordSubmitted,
            RecordRefused,
            RecordStatus,
        }
    );
}
