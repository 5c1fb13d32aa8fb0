//! Progress on the way, and the figures as JSON at the end.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::machine;

/// The figures of one part: `target/bench/<part>.json` at the root of the repository.
pub(crate) struct Figures {
    part: &'static str,
    machine: Vec<String>,
    rows: Vec<Value>,
    notes: Vec<String>,
}

impl Figures {
    /// Figures of a part on this machine.
    pub(crate) fn new(part: &'static str) -> Self {
        Self {
            part,
            machine: vec![machine::description()],
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds to the description of the machine, once.
    pub(crate) fn machine_add(&mut self, what: &str) {
        if !self.machine.iter().any(|said| said == what) {
            self.machine.push(what.to_owned());
        }
    }

    /// Adds a line of figures.
    pub(crate) fn row(&mut self, row: &impl Serialize) -> Result<()> {
        self.rows.push(serde_json::to_value(row)?);
        Ok(())
    }

    /// Says something about the figures, at once and in the file.
    pub(crate) fn note(&mut self, note: String) {
        progress(&note);
        self.notes.push(note);
    }

    /// Writes the file.
    pub(crate) fn write(self) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
        fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let mut file = Map::new();
        file.insert("machine".to_owned(), json!(self.machine.join(", ")));
        file.insert("rows".to_owned(), Value::Array(self.rows));
        if !self.notes.is_empty() {
            file.insert("notes".to_owned(), json!(self.notes));
        }
        let path = folder.join(format!("{}.json", self.part));
        fs::write(&path, serde_json::to_string_pretty(&file)? + "\n")
            .with_context(|| format!("write {}", path.display()))?;
        progress(&format!("written: target/bench/{}.json", self.part));
        Ok(())
    }
}

/// One line of progress, apart from the tables.
#[expect(clippy::print_stderr, reason = "progress belongs on the terminal")]
pub(crate) fn progress(line: &str) {
    eprintln!("{line}");
}

/// The middle of some figures; of an even number, between the two middle ones.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}

/// [`median`] of whole numbers; of an even number, the upper of the two middle ones.
pub(crate) fn median_u64(figures: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = figures.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        let close = |a: f64, b: f64| (a - b).abs() < f64::EPSILON;
        assert!(close(median(&[3.0, 1.0, 2.0]), 2.0));
        assert!(close(median(&[4.0, 1.0, 2.0, 3.0]), 2.5));
        assert_eq!(median_u64([3, 1, 2].into_iter()), 2);
    }
}
