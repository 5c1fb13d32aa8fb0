//! Every state of an aggregate against every command, as one table in a text file: what it decides can be read at a glance,
//! and nothing can be forgotten.

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
    let first = commands
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default()
        + 2;
    let columns: Vec<Vec<String>> = states
        .iter()
        .map(|(name, state)| {
            let outcomes = commands
                .iter()
                .map(|(_, command)| outcome::<D>(state, command.clone()));
            [(*name).to_owned()].into_iter().chain(outcomes).collect()
        })
        .collect();
    let names: Vec<&str> = [""]
        .into_iter()
        .chain(commands.iter().map(|(name, _)| name.as_str()))
        .collect();
    let mut rows = Vec::with_capacity(names.len());
    for (index, name) in names.into_iter().enumerate() {
        let mut row = format!("{name:<first$}");
        for column in &columns {
            let width = column.iter().map(String::len).max().unwrap_or_default() + 2;
            write!(row, "{:<width$}", column[index]).unwrap_or_default();
        }
        rows.push(row.trim_end().to_owned());
    }
    let expected: Vec<&str> = expected.lines().collect();
    let differing: Vec<&str> = rows
        .iter()
        .map(String::as_str)
        .filter(|row| !expected.contains(row))
        .collect();
    assert!(
        rows == expected,
        "{} decides otherwise than its table says:\n{}",
        D::NAME,
        differing.join("\n")
    );
}
