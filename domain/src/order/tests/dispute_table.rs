//! Every state of a dispute against every word about it: told or asked for, at an earlier, the same or a later stage, older or
//! newer.

use super::super::*;
use crate::decider::Decider as _;
use crate::testing::hold_table;
use crate::testing::samples::events::dispute_report;
use crate::testing::samples::*;

/// When what is known was said.
pub(super) const KNOWN_MINUTES: i64 = 30;

pub(super) fn tell(report: DisputeReport) -> OrderCommand {
    OrderCommand::RecordDispute { report, at: at(60) }
}

pub(super) fn known(stage: DisputeStage, status: DisputeStatus) -> OrderState {
    let report = DisputeReport {
        stage,
        ..dispute_report(status, KNOWN_MINUTES)
    };
    let paid = record(crate::testing::samples::report(PaymentStatus::Succeeded, 3));
    [paid, tell(report)]
        .into_iter()
        .fold(Order::replay(&placed_order()), |state, command| {
            let events = Order::decide(&state, command).unwrap();
            events.iter().fold(state, Order::evolve)
        })
}

#[test]
fn every_state_of_a_dispute_answers_every_word_as_the_table_says() {
    let mut states = vec![
        ("no order", OrderState::Absent),
        ("unpaid", Order::replay(&placed_order())),
        (
            "asked before",
            known(DisputeStage::PreDispute, DisputeStatus::Opened),
        ),
    ];
    let at_dispute = |status: &DisputeStatus| (status.as_str(), known(DisputeStage::Dispute, *status));
    states.extend(DisputeStatus::ALL.iter().map(at_dispute));
    states.push((
        "won later",
        known(DisputeStage::PreArbitration, DisputeStatus::Won),
    ));
    let (told, asked) = (ReportSource::Webhook, ReportSource::Reconciler);
    let words = [
        ("before", DisputeStage::PreDispute, 31, told),
        ("older", DisputeStage::Dispute, 29, told),
        ("same time", DisputeStage::Dispute, KNOWN_MINUTES, told),
        ("newer", DisputeStage::Dispute, 31, told),
        ("asked", DisputeStage::Dispute, 31, asked),
        ("later", DisputeStage::PreArbitration, 29, told),
    ];
    let commands: Vec<(String, OrderCommand)> = words
        .into_iter()
        .flat_map(|(name, stage, minutes, source)| {
            DisputeStatus::ALL.iter().map(move |status| {
                let report = DisputeReport {
                    stage,
                    source,
                    ..dispute_report(*status, minutes)
                };
                let word = status.as_str().trim_start_matches("dispute_");
                (format!("{name}: {word}"), tell(report))
            })
        })
        .collect();
    hold_table::<Order>(include_str!("dispute_table.txt"), &states, &commands);
}
