//! What a check of an export has found.

use serde::Serialize;

/// After so many findings the rest is only counted.
const FINDINGS_MAX: usize = 100;

/// What is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The event, where it is about one.
    pub position: Option<i64>,
    /// What is wrong.
    pub problem: String,
}

/// What a check has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// How many files were read.
    pub parts: usize,
    /// How many events.
    pub events: u64,
    /// Whether the root of a signed checkpoint was computed from the files, and is the one that was signed.
    pub root_recomputed: bool,
    /// Which of the given keys have signed the checkpoints.
    pub signed_by: Vec<String>,
    /// What is wrong, at most the first hundred.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more_findings: u64,
}

impl CheckReport {
    /// Whether everything is as the manifest says.
    pub const fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Nothing yet.
    pub(super) const fn empty() -> Self {
        Self {
            parts: 0,
            events: 0,
            root_recomputed: false,
            signed_by: Vec::new(),
            findings: Vec::new(),
            more_findings: 0,
        }
    }

    /// Notes a finding.
    pub(super) fn find(&mut self, file: &str, position: Option<i64>, problem: String) {
        if self.findings.len() < FINDINGS_MAX {
            let file = file.to_owned();
            self.findings.push(Finding {
                file,
                position,
                problem,
            });
        } else {
            self.more_findings += 1;
        }
    }
}
