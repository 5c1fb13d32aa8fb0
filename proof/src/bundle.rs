//! A bundle: events, and all that proves them, in one JSON file that is checked offline.
//!
//! It proves that these events, with these very bytes, stand at these positions of the ledger that a checkpoint was signed of; and
//! that no event of a stream is missing before the last one that is shown. Personal data in it stays sealed: destroying a
//! person's key changes no byte, so that a bundle holds after an erasure as before.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::checkpoint::Checkpoint;
use crate::leaf::Leaf;
use crate::note::{Note, NoteError, PublicKey, Signed};
use crate::tree::{Hash, ProofError, verify_consistency, verify_inclusion};

/// What stands in the field `format`.
pub const FORMAT: &str = "comptoir-proof/1";

/// Events with their proofs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`FORMAT`].
    pub format: String,
    /// What was asked for, such as the id of an order.
    pub about: Vec<String>,
    /// The streams of which all events up to the checkpoint are here.
    pub streams: Vec<String>,
    /// The events, in the order of their positions.
    pub events: Vec<ProvenEvent>,
    /// The signed checkpoint that they are in: a whole note.
    pub checkpoint: String,
    /// An earlier checkpoint, and the proof that the later one continues it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// The keys that the platform says it signs with. Whoever checks compares them with what they know.
    pub keys: Vec<String>,
}

/// An event as the ledger holds it, and its path to the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvenEvent {
    /// Its place in the ledger, from 1.
    pub position: i64,
    /// Its stream.
    pub stream: String,
    /// Its place in the stream, from 0.
    pub revision: i64,
    /// Its id.
    pub event_id: Uuid,
    /// Its wire name.
    pub event_type: String,
    /// The version of its payload's shape.
    pub schema_version: i32,
    /// When it was recorded, in microseconds since 1970, UTC.
    pub recorded_at_us: i64,
    /// The payload, byte for byte.
    pub data: String,
    /// The metadata, byte for byte.
    pub metadata: String,
    /// The hashes from the leaf to the root, in hexadecimal.
    pub path: Vec<Hex>,
}

/// An earlier checkpoint that the bundle's own one continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// A whole note.
    pub checkpoint: String,
    /// The consistency proof, in hexadecimal.
    pub path: Vec<Hex>,
}

/// A hash in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hex(pub Hash);

impl From<Hex> for String {
    fn from(hash: Hex) -> Self {
        hex::encode(hash.0)
    }
}

impl TryFrom<String> for Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).map_err(|_| "a hash is 64 hexadecimal digits")?;
        Ok(Self(hash))
    }
}

/// Why a bundle proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is of another format.
    #[error("the format is `{found}`; this program reads `{FORMAT}`")]
    Format {
        /// What it says.
        found: String,
    },
    /// Nothing is in it.
    #[error("there is no event in it")]
    Empty,
    /// A checkpoint in it cannot be read.
    #[error("the {which} checkpoint cannot be read")]
    Checkpoint {
        /// Which one.
        which: &'static str,
        /// What is wrong with it.
        source: NoteError,
    },
    /// A key in it cannot be read.
    #[error("a key cannot be read")]
    Key(#[from] NoteError),
    /// Nobody who is trusted has signed it.
    #[error("the {which} checkpoint is signed by none of the keys: {}", known(.keys))]
    Unsigned {
        /// Which one.
        which: &'static str,
        /// The keys that were tried.
        keys: Vec<String>,
    },
    /// The two checkpoints are of different ledgers.
    #[error("the checkpoints are of different ledgers: `{earlier}` and `{later}`")]
    OtherOrigin {
        /// The origin of the earlier one.
        earlier: String,
        /// The origin of the later one.
        later: String,
    },
    /// An event is not in the tree.
    #[error("the event at position {position} ({event_type} of {stream}) is not the one that was signed")]
    NotIncluded {
        /// Where it claims to stand.
        position: i64,
        /// Its stream.
        stream: String,
        /// Its type.
        event_type: String,
        /// What is wrong with its proof.
        source: ProofError,
    },
    /// Events of a stream are missing, come twice, or are out of order.
    #[error("revision {revision} of {stream} is missing or out of its place")]
    Incomplete {
        /// The stream.
        stream: String,
        /// The revision that should be next.
        revision: i64,
    },
    /// There is an event of a stream that the bundle does not name, or none of one that it names.
    #[error("the events do not fit the streams that are named: {stream}")]
    OtherStream {
        /// The stream.
        stream: String,
    },
    /// The ledger of the later checkpoint does not begin with that of the earlier one.
    #[error("the ledger of {later} events does not continue that of {earlier}: its history was changed")]
    Inconsistent {
        /// The size of the earlier one.
        earlier: u64,
        /// The size of the later one.
        later: u64,
        /// What is wrong with the proof.
        source: ProofError,
    },
    /// The checkpoint that the reader keeps is in none of the proofs.
    #[error(
        "the checkpoint of {size} events that you keep is not in the bundle; have one made with \
         `comptoir audit prove --since <your checkpoint>`"
    )]
    KeptElsewhere {
        /// Its size.
        size: u64,
    },
    /// The checkpoint that the reader keeps has another root than the one of the bundle.
    #[error(
        "the checkpoint of {size} events that you keep has another root: the ledger was forked or rewritten"
    )]
    Forked {
        /// Its size.
        size: u64,
    },
}

fn known(keys: &[String]) -> String {
    keys.join(", ")
}

/// What a bundle was held against.
#[derive(Debug, Clone, Copy)]
pub enum Trust<'a> {
    /// Keys that the reader knows from elsewhere.
    Keys(&'a [PublicKey]),
    /// The keys in the bundle: it is sound in itself, and the reader has to compare the keys.
    Bundle,
}

/// What a bundle proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The state of the ledger that it is about.
    pub checkpoint: Checkpoint,
    /// Who has signed it.
    pub signed: Vec<Signed>,
    /// The earlier state that it continues.
    pub since: Option<Checkpoint>,
}

impl Bundle {
    /// Checks all of it. `kept` are checkpoints that the reader has kept, whose ledger must be this one.
    pub fn check(&self, trust: Trust<'_>, kept: &[Checkpoint]) -> Result<Proven, BundleError> {
        if self.format != FORMAT {
            return Err(BundleError::Format {
                found: self.format.clone(),
            });
        }
        if self.events.is_empty() {
            return Err(BundleError::Empty);
        }
        let own: Vec<PublicKey> = self
            .keys
            .iter()
            .map(|key| key.parse())
            .collect::<Result<_, _>>()?;
        let keys = match trust {
            Trust::Keys(keys) => keys,
            Trust::Bundle => &own,
        };
        let (checkpoint, signed) = signed("bundle's", &self.checkpoint, keys)?;
        for event in &self.events {
            event.check(&checkpoint)?;
        }
        self.check_streams()?;
        let since = self
            .since
            .as_ref()
            .map(|since| since.check(&checkpoint, keys))
            .transpose()?;
        for kept in kept {
            hold_against(kept, &checkpoint, since.as_ref())?;
        }
        Ok(Proven {
            checkpoint,
            signed,
            since,
        })
    }

    fn check_streams(&self) -> Result<(), BundleError> {
        let mut next: BTreeMap<&str, i64> = self.streams.iter().map(|stream| (stream.as_str(), 0)).collect();
        let mut latest = 0;
        for event in &self.events {
            let stream = event.stream.clone();
            let Some(revision) = next.get_mut(event.stream.as_str()) else {
                return Err(BundleError::OtherStream { stream });
            };
            if event.revision != *revision || event.position <= latest {
                return Err(BundleError::Incomplete {
                    stream,
                    revision: *revision,
                });
            }
            (*revision, latest) = (event.revision + 1, event.position);
        }
        match next.into_iter().find(|(_, revision)| *revision == 0) {
            Some((stream, _)) => Err(BundleError::OtherStream {
                stream: stream.to_owned(),
            }),
            None => Ok(()),
        }
    }
}

impl ProvenEvent {
    /// When it was recorded.
    pub fn recorded_at(&self) -> Option<DateTime<Utc>> {
        DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::microseconds(self.recorded_at_us))
    }

    /// What is hashed; none, if its time is out of range.
    fn leaf(&self) -> Option<Leaf<'_>> {
        Some(Leaf {
            position: self.position,
            stream: &self.stream,
            revision: self.revision,
            event_id: self.event_id,
            event_type: &self.event_type,
            schema_version: self.schema_version,
            recorded_at: self.recorded_at()?,
            data: &self.data,
            metadata: &self.metadata,
        })
    }

    fn check(&self, checkpoint: &Checkpoint) -> Result<(), BundleError> {
        let included = || {
            let index = u64::try_from(self.position)
                .ok()
                .and_then(|position| position.checked_sub(1));
            let (index, leaf) = index.zip(self.leaf()).ok_or(ProofError::OutOfRange)?;
            verify_inclusion(
                index,
                &leaf.hash(),
                checkpoint.size,
                &plain(&self.path),
                &checkpoint.root,
            )
        };
        included().map_err(|source| BundleError::NotIncluded {
            position: self.position,
            stream: self.stream.clone(),
            event_type: self.event_type.clone(),
            source,
        })
    }
}

impl Since {
    fn check(&self, later: &Checkpoint, keys: &[PublicKey]) -> Result<Checkpoint, BundleError> {
        let (earlier, _) = signed("earlier", &self.checkpoint, keys)?;
        if earlier.origin != later.origin {
            let (earlier, later) = (earlier.origin, later.origin.clone());
            return Err(BundleError::OtherOrigin { earlier, later });
        }
        verify_consistency(
            earlier.size,
            later.size,
            &plain(&self.path),
            &earlier.root,
            &later.root,
        )
        .map_err(|source| BundleError::Inconsistent {
            earlier: earlier.size,
            later: later.size,
            source,
        })?;
        Ok(earlier)
    }
}

fn plain(path: &[Hex]) -> Vec<Hash> {
    path.iter().map(|hash| hash.0).collect()
}

fn signed(
    which: &'static str,
    note: &str,
    keys: &[PublicKey],
) -> Result<(Checkpoint, Vec<Signed>), BundleError> {
    let note: Note = note
        .parse()
        .map_err(|source| BundleError::Checkpoint { which, source })?;
    let checkpoint = Checkpoint::of(&note).map_err(|source| BundleError::Checkpoint { which, source })?;
    // A key speaks for the ledger that has its name; a witness speaks for any.
    let signed = note.signed_by(keys);
    let by_ledger = keys.iter().any(|key| {
        key.name() == checkpoint.origin
            && signed
                .iter()
                .any(|signed| signed.id == key.id() && signed.at.is_none())
    });
    if by_ledger {
        Ok((checkpoint, signed))
    } else {
        Err(BundleError::Unsigned {
            which,
            keys: keys.iter().map(ToString::to_string).collect(),
        })
    }
}

fn hold_against(
    kept: &Checkpoint,
    bundle: &Checkpoint,
    since: Option<&Checkpoint>,
) -> Result<(), BundleError> {
    let same_size = [Some(bundle), since]
        .into_iter()
        .flatten()
        .find(|known| known.size == kept.size);
    match same_size {
        None => Err(BundleError::KeptElsewhere { size: kept.size }),
        Some(known) if known == kept => Ok(()),
        Some(_) => Err(BundleError::Forked { size: kept.size }),
    }
}

#[cfg(test)]
mod tests;
