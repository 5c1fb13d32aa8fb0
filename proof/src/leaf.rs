//! The leaf hash: what makes a changed event show. `docs/LEDGER-FORMAT.md` section 3 is its specification.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// RFC 6962 prefix of a leaf, then the version of this encoding.
const PREFIX: [u8; 2] = [0x00, 0x01];

/// The columns of an event, in the order in which they are hashed.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'a> {
    /// Position in the ledger.
    pub position: i64,
    /// Full stream name.
    pub stream: &'a str,
    /// Revision in the stream.
    pub revision: i64,
    /// Event id.
    pub event_id: Uuid,
    /// Wire name.
    pub event_type: &'a str,
    /// Schema version.
    pub schema_version: i32,
    /// Time of record, in whole microseconds.
    pub recorded_at: DateTime<Utc>,
    /// Payload, as stored.
    pub data: &'a str,
    /// Metadata, as stored.
    pub metadata: &'a str,
}

impl Leaf<'_> {
    /// SHA-256 over `0x00`, `0x01` and the length-prefixed columns.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(PREFIX);
        hasher.update(self.position.to_be_bytes());
        text(&mut hasher, self.stream);
        hasher.update(self.revision.to_be_bytes());
        hasher.update(self.event_id.as_bytes());
        text(&mut hasher, self.event_type);
        hasher.update(self.schema_version.to_be_bytes());
        hasher.update(self.recorded_at.timestamp_micros().to_be_bytes());
        text(&mut hasher, self.data);
        text(&mut hasher, self.metadata);
        hasher.finalize().into()
    }
}

/// Four bytes of length, big-endian, then the UTF-8 bytes. Lengths are bounded long before 2^32.
fn text(hasher: &mut Sha256, value: &str) {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(value.as_bytes());
}
