//! The rules of the format that need the order of the events: docs/LEDGER-FORMAT.md, section 2.

use std::io;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::checked::{Checked, LeafIs};
use super::finding::Findings;
use super::rule::Rule;
use super::spill::{Record, Spill};
use super::stored::Ends;

/// How many records of 32 bytes stay in memory, for ids and for revisions each.
const RUN_RECORDS: usize = 1 << 19;

/// What was read so far.
#[derive(Debug)]
pub(super) struct Format {
    last: i64,
    latest: DateTime<Utc>,
    events: u64,
    streams: u64,
    ids: Spill,
    revisions: Spill,
}

impl Format {
    pub(super) const fn new() -> Self {
        Self {
            last: 0,
            latest: DateTime::<Utc>::MIN_UTC,
            events: 0,
            streams: 0,
            ids: Spill::new(RUN_RECORDS),
            revisions: Spill::new(RUN_RECORDS),
        }
    }

    pub(super) const fn events(&self) -> u64 {
        self.events
    }

    pub(super) const fn streams(&self) -> u64 {
        self.streams
    }

    /// When the newest event was recorded.
    pub(super) const fn latest(&self) -> DateTime<Utc> {
        self.latest
    }

    pub(super) fn check(&mut self, event: &Checked, findings: &mut Findings) -> io::Result<()> {
        let (position, stream, last) = (event.position, event.stream.as_str(), self.last);
        if position == last {
            findings.at(Rule::PositionDense, position, stream, || {
                "the position is there twice".to_owned()
            });
        } else if position != last + 1 {
            findings.at(Rule::PositionDense, position, stream, || {
                format!("follows position {last}")
            });
        }
        if event.recorded_at < self.latest {
            findings.at(Rule::TimeOrder, position, stream, || {
                format!("was recorded before position {last}")
            });
        }
        if event.leaf_is == LeafIs::Another {
            findings.at(Rule::LeafHash, position, stream, || {
                format!(
                    "the row has the leaf hash {}, not the stored one",
                    hex::encode(event.leaf)
                )
            });
        }
        self.last = position;
        self.latest = self.latest.max(event.recorded_at);
        self.events += 1;
        self.streams += u64::from(event.revision == 0);
        let (high, low) = event.event_id.as_u64_pair();
        self.ids.push([high, low, position.cast_unsigned(), 0])?;
        let (high, low) = event.stream_hash;
        let revision = event.revision.cast_unsigned();
        self.revisions
            .push([high, low, position.cast_unsigned(), revision])
    }

    /// What only shows at the end.
    pub(super) fn finish(self, through: i64, ends: Ends, findings: &mut Findings) -> io::Result<()> {
        check_ends(self.last, through, ends, findings);
        let mut before: Option<Record> = None;
        self.ids.finish(|[high, low, position, _]| {
            if let Some([.., first, _]) = before.filter(|before| before[..2] == [high, low]) {
                let id = Uuid::from_u64_pair(high, low);
                findings.at(Rule::EventIdUnique, position.cast_signed(), "", || {
                    format!("event id {id} is there at position {first} too")
                });
            }
            before = Some([high, low, position, 0]);
        })?;
        let mut before: Option<Record> = None;
        self.revisions.finish(|record| {
            let [high, low, position, revision] = record;
            let known = before.filter(|before| before[..2] == [high, low]);
            let expected = known.map_or(0, |[.., revision]| revision.wrapping_add(1));
            if revision != expected {
                findings.at(Rule::RevisionDense, position.cast_signed(), "", || {
                    format!(
                        "has revision {}, where {expected} follows",
                        revision.cast_signed()
                    )
                });
            }
            before = Some(record);
        })
    }
}

fn check_ends(last: i64, through: i64, ends: Ends, findings: &mut Findings) {
    let Ends {
        head,
        horizon,
        newest,
        before_start,
    } = ends;
    if last < through {
        findings.at(Rule::End, last + 1, "", || {
            format!("the horizon is {through}, but the last event within it is at {last}: the end is missing")
        });
    }
    if horizon > head {
        findings.general(Rule::End, || {
            format!("the horizon is {horizon}, beyond the head, which is {head}")
        });
    }
    if newest != head {
        findings.general(Rule::End, || {
            format!("the head is {head}, but the newest row is at {newest}")
        });
    }
    if before_start > 0 {
        findings.general(Rule::End, || {
            format!("{before_start} rows stand before position 1")
        });
    }
}
