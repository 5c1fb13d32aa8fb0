//! Every state of an aggregate against every command, and against every event that its stream can hold, as tables in text
//! files: what it decides and what becomes of it can be read at a glance, and nothing can be forgotten.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};

use crate::decider::{Decider, DomainEvent};

/// What stands in the table: `-` for nothing, `+` and the events without their category, `!` and the refusal.
fn outcome<D: Decider>(state: &D::State, command: D::Command) -> String
where
    D::Error: Debug,
{
    match D::decide(state, command) {
        Ok(events) if events.is_empty() => "-".to_owned(),
        Ok(events) => {
            let category = format!("{}.", D::NAME);
            let names = events
                .iter()
                .map(|event| event.event_type().trim_start_matches(&category).to_owned());
            format!("+{}", names.collect::<Vec<_>>().join("+"))
        }
        Err(error) => {
            let name = format!("{error:?}");
            format!("!{}", name.split([' ', '(']).next().unwrap_or_default())
        }
    }
}

/// The aggregate decides as the table says.
///
/// # Panics
/// If it does not; the rows that differ are named.
#[track_caller]
pub fn hold_table<D: Decider>(expected: &str, states: &[(&str, D::State)], commands: &[(String, D::Command)])
where
    D::Command: Clone,
    D::Error: Debug,
{
    let names: Vec<&str> = commands.iter().map(|(name, _)| name.as_str()).collect();
    let columns = states.iter().map(|(name, state)| {
        let outcomes = commands
            .iter()
            .map(|(_, command)| outcome::<D>(state, command.clone()));
        (*name, outcomes.collect())
    });
    let rows = rows(&names, &columns.collect::<Vec<_>>());
    hold_rows(expected, &rows, D::NAME, "decides");
}

/// The aggregate becomes what the table says by each event that its stream can hold: `-` where it looks as before. `shown`
/// says how a state looks, and `wire` which types of event there are: each has a row.
///
/// # Panics
/// If it becomes something else, or a type of event has no row.
#[track_caller]
pub fn hold_evolution_table<D: Decider>(
    expected: &str,
    wire: &[(&str, i32)],
    states: &[(&str, D::State)],
    events: &[(String, D::Event)],
    shown: impl Fn(&D::State) -> String,
) where
    D::State: Clone,
{
    let types: BTreeSet<&str> = events.iter().map(|(_, event)| event.event_type()).collect();
    for (event_type, _) in wire {
        assert!(types.contains(event_type), "{event_type} has no row");
    }
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    let columns = states.iter().map(|(name, state)| {
        let before = shown(state);
        let outcomes = events.iter().map(|(_, event)| {
            let after = shown(&D::evolve(state.clone(), event));
            if after == before { "-".to_owned() } else { after }
        });
        (*name, outcomes.collect())
    });
    let rows = rows(&names, &columns.collect::<Vec<_>>());
    hold_rows(expected, &rows, D::NAME, "evolves");
}

/// A table: a row for each name below the heads of the columns.
fn rows(names: &[&str], columns: &[(&str, Vec<String>)]) -> Vec<String> {
    let first = names.iter().map(|name| name.len()).max().unwrap_or_default() + 2;
    let width = |(head, cells): &(&str, Vec<String>)| {
        let widest = cells.iter().map(String::len).max().unwrap_or_default();
        widest.max(head.len()) + 2
    };
    let mut head = format!("{:<first$}", "");
    for column in columns {
        write!(head, "{:<width$}", column.0, width = width(column)).unwrap_or_default();
    }
    let mut rows = vec![head.trim_end().to_owned()];
    for (index, name) in names.iter().enumerate() {
        let mut row = format!("{name:<first$}");
        for column in columns {
            write!(row, "{:<width$}", column.1[index], width = width(column)).unwrap_or_default();
        }
        rows.push(row.trim_end().to_owned());
    }
    rows
}

#[track_caller]
fn hold_rows(expected: &str, rows: &[String], name: &str, verb: &str) {
    let expected: Vec<&str> = expected.lines().collect();
    let differing: Vec<&str> = rows
        .iter()
        .map(String::as_str)
        .filter(|row| !expected.contains(row))
        .collect();
    assert!(
        rows == expected,
        "{name} {verb} otherwise than its table says:\n{}",
        differing.join("\n")
    );
}
