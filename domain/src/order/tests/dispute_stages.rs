//! Every stage and status of a dispute against every word and every stored event about it.
//!
//! A cell of the table is `.` for a word that is behind what is known, `o` for one by which the dispute goes on or is open
//! again, and `x` for one by which it ends. Rows and columns are named by the letters of stage and status.

use std::fmt::Write as _;

use super::super::*;
use super::dispute_table::{KNOWN_MINUTES, known, tell};
use crate::decider::Decider as _;
use crate::testing::hold_evolution_table;
use crate::testing::samples::at;
use crate::testing::samples::events::{dispute_report, dispute_word};

type Standing = (DisputeStage, DisputeStatus);

fn all() -> Vec<Standing> {
    let of_stage = |stage: &DisputeStage| {
        let stage = *stage;
        DisputeStatus::ALL.iter().map(move |status| (stage, *status))
    };
    DisputeStage::ALL.iter().flat_map(of_stage).collect()
}

fn letters((stage, status): Standing) -> String {
    let stage = match stage {
        DisputeStage::PreDispute => 'p',
        DisputeStage::Dispute => 'd',
        DisputeStage::PreArbitration => 'b',
        DisputeStage::Arbitration => 'a',
        DisputeStage::Reversal => 'r',
    };
    let status = match status {
        DisputeStatus::Opened => 'o',
        DisputeStatus::Challenged => 'c',
        DisputeStatus::Expired => 'e',
        DisputeStatus::Cancelled => 'k',
        DisputeStatus::Won => 'w',
        DisputeStatus::Accepted => 'a',
        DisputeStatus::Lost => 'l',
    };
    format!("{stage}{status}")
}

fn cell(state: &OrderState, word: DisputeReport) -> char {
    let events = Order::decide(state, tell(word)).unwrap();
    match events.as_slice() {
        [] => '.',
        [OrderEvent::DisputeChanged(_)] => 'o',
        [OrderEvent::DisputeClosed(_)] => 'x',
        other => panic!("one event or none expected, got {other:?}"),
    }
}

fn block(name: &str, minutes: i64, source: ReportSource) -> String {
    let states: Vec<OrderState> = all()
        .into_iter()
        .map(|(stage, status)| known(stage, status))
        .collect();
    let heads: Vec<String> = all().into_iter().map(letters).collect();
    let mut block = format!("{name:<32}{}\n", heads.join(" "));
    for (stage, status) in all() {
        let name = format!(
            "{} {} {}",
            letters((stage, status)),
            stage.as_str(),
            status.as_str().trim_start_matches("dispute_")
        );
        write!(block, "{name:<32}").unwrap();
        for state in &states {
            let word = DisputeReport {
                stage,
                source,
                ..dispute_report(status, minutes)
            };
            write!(block, "{}  ", cell(state, word)).unwrap();
        }
        block.truncate(block.trim_end().len());
        block.push('\n');
    }
    block
}

#[test]
fn every_stage_and_status_answers_every_other_as_the_table_says() {
    let (told, asked) = (ReportSource::Webhook, ReportSource::Reconciler);
    let table = [
        block("told, of an earlier time", KNOWN_MINUTES - 1, told),
        block("told, of a later time", KNOWN_MINUTES + 1, told),
        block("asked for", KNOWN_MINUTES + 1, asked),
    ];
    let table = table.join("\n");
    assert!(
        table == include_str!("dispute_stages.txt"),
        "a dispute decides otherwise than dispute_stages.txt says; now it is\n{table}"
    );
}

/// The events as they are stored, at a stage: opened, gone on, and ended in each way.
fn stored() -> Vec<(String, OrderEvent)> {
    let named = |(stage, status): Standing| {
        let word = DisputeWord {
            stage,
            ..dispute_word(status, 40)
        };
        let at = at(41);
        let event = match status.standing() {
            DisputeStanding::Open if status == DisputeStatus::Opened => OrderDisputed { word, at }.into(),
            DisputeStanding::Open => OrderDisputeChanged { word, at }.into(),
            DisputeStanding::Closed(outcome) => OrderDisputeClosed { word, outcome, at }.into(),
        };
        (letters((stage, status)), event)
    };
    all().into_iter().map(named).collect()
}

/// Stage, status, and what it means for the order.
fn shown(state: &OrderState) -> String {
    let Some(facts) = state.facts() else {
        return "absent".to_owned();
    };
    let dispute = facts.disputes.values().next();
    dispute.map_or("none".to_owned(), |dispute| {
        let standing = (dispute.word.stage, dispute.word.status);
        format!("{}:{}", letters(standing), facts.dispute_summary().as_str())
    })
}

#[test]
fn every_state_of_a_dispute_becomes_by_every_event_what_the_table_says() {
    let states = [
        ("no order", OrderState::Absent),
        ("opened", known(DisputeStage::Dispute, DisputeStatus::Opened)),
        (
            "challenged",
            known(DisputeStage::Dispute, DisputeStatus::Challenged),
        ),
        ("won", known(DisputeStage::Dispute, DisputeStatus::Won)),
        ("lost", known(DisputeStage::Dispute, DisputeStatus::Lost)),
        (
            "at its last stage",
            known(DisputeStage::Reversal, DisputeStatus::Opened),
        ),
    ];
    let wire = [
        ("order.disputed", 1),
        ("order.dispute_changed", 1),
        ("order.dispute_closed", 1),
    ];
    let table = include_str!("dispute_evolution.txt");
    hold_evolution_table::<Order>(table, &wire, &states, &stored(), shown);
}
