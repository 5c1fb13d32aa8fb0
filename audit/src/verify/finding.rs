//! What was found: the broken rule, and where.

use std::collections::BTreeMap;
use std::fmt;

use comptoir_ledger::Position;
use serde::Serialize;

use super::rule::Rule;

/// Something that should not be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// The event, where it is about one.
    pub position: Option<Position>,
    /// The stream of that event.
    pub stream: Option<String>,
    /// What is wrong, in words. No personal data: payloads are never repeated.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule)?;
        if let Some(position) = self.position {
            write!(f, " at {position}")?;
        }
        if let Some(stream) = &self.stream {
            write!(f, " in {stream}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All findings: each rule's first ones in full, and how many there are.
#[derive(Debug)]
pub(super) struct Findings {
    of_rule_max: usize,
    kept: Vec<Finding>,
    counts: BTreeMap<Rule, u64>,
}

impl Findings {
    pub(super) const fn new(of_rule_max: usize) -> Self {
        Self {
            of_rule_max,
            kept: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Notes a finding about an event.
    pub(super) fn at(&mut self, rule: Rule, position: i64, stream: &str, what: impl FnOnce() -> String) {
        let stream = Some(stream.to_owned()).filter(|stream| !stream.is_empty());
        self.note(rule, Some(Position::new(position)), stream, what);
    }

    /// Notes a finding about no event in particular.
    pub(super) fn general(&mut self, rule: Rule, what: impl FnOnce() -> String) {
        self.note(rule, None, None, what);
    }

    fn note(
        &mut self,
        rule: Rule,
        position: Option<Position>,
        stream: Option<String>,
        what: impl FnOnce() -> String,
    ) {
        let count = self.counts.entry(rule).or_default();
        *count += 1;
        if usize::try_from(*count).unwrap_or(usize::MAX) <= self.of_rule_max {
            self.kept.push(Finding {
                rule,
                position,
                stream,
                what: what(),
            });
        }
    }

    /// Where findings stand whose stream is not known yet.
    pub(super) fn without_stream(&mut self) -> impl Iterator<Item = (Position, &mut Option<String>)> {
        self.kept.iter_mut().filter_map(|finding| {
            let position = finding.position?;
            finding
                .stream
                .is_none()
                .then_some((position, &mut finding.stream))
        })
    }

    /// The findings by their place, and the number of each rule's.
    pub(super) fn into_parts(mut self) -> (Vec<Finding>, BTreeMap<Rule, u64>) {
        self.kept.sort_by_key(|finding| (finding.position, finding.rule));
        (self.kept, self.counts)
    }
}
