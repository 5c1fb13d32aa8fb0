//! Events before and after they are recorded, and what is said about each.

use chrono::{DateTime, Utc};
use comptoir_domain::{DecodeError, DomainEvent};
use comptoir_proof::leaf::Leaf;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::names::{Position, Revision, aggregate_id_of, category_of};

/// Who and what led to an event. It holds ids only, never personal data in plain form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The person or the part of the engine that acted, such as `person_01j...` or `worker:expiry`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The same for all that follows from one first cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<Uuid>,
    /// The id of the event that this one follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// The client's idempotency key, if the request had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The id of the HTTP request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// W3C trace context of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Metadata {
    /// The JSON text that is stored and hashed.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }
}

/// An event that is still to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Unique in the whole ledger.
    pub event_id: Uuid,
    /// The stable wire name, such as `order.placed`.
    pub event_type: String,
    /// The version of the payload's shape, from 1.
    pub schema_version: i32,
    /// The payload: one JSON value. These very bytes are stored, hashed and read back.
    pub data: String,
}

impl NewEvent {
    /// A domain event under a given id.
    pub fn of<E: DomainEvent>(event_id: Uuid, event: &E) -> Self {
        Self {
            event_id,
            event_type: event.event_type().to_owned(),
            schema_version: event.schema_version(),
            data: event.to_json(),
        }
    }
}

/// An event as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its place in the whole ledger.
    pub position: Position,
    /// The stream that it belongs to.
    pub stream: String,
    /// Its place in that stream.
    pub revision: Revision,
    /// Unique in the whole ledger.
    pub event_id: Uuid,
    /// The stable wire name.
    pub event_type: String,
    /// The version of the payload's shape.
    pub schema_version: i32,
    /// When its batch was committed, UTC in whole microseconds; never before that of an earlier position.
    pub recorded_at: DateTime<Utc>,
    /// The payload, byte for byte as it was appended.
    pub data: String,
    /// The metadata, byte for byte as it was appended.
    pub metadata: String,
    /// SHA-256 over all of the above (docs/LEDGER-FORMAT.md, section 3).
    pub leaf_hash: Vec<u8>,
}

impl RecordedEvent {
    /// One that says nothing yet, for [`Rows::read`](crate::Rows::read) to fill.
    pub const fn blank() -> Self {
        Self {
            position: Position::START,
            stream: String::new(),
            revision: Revision::FIRST,
            event_id: Uuid::nil(),
            event_type: String::new(),
            schema_version: 0,
            recorded_at: DateTime::UNIX_EPOCH,
            data: String::new(),
            metadata: String::new(),
            leaf_hash: Vec::new(),
        }
    }

    /// The payload as an event of the domain, brought up to its newest shape.
    pub fn decode<E: DomainEvent>(&self) -> Result<E, DecodeError> {
        E::from_json(&self.event_type, self.schema_version, &self.data)
    }

    /// The columns that its leaf hash is made of, as they are.
    pub fn leaf(&self) -> Leaf<'_> {
        Leaf {
            position: self.position.get(),
            stream: &self.stream,
            revision: self.revision.get(),
            event_id: self.event_id,
            event_type: &self.event_type,
            schema_version: self.schema_version,
            recorded_at: self.recorded_at,
            data: &self.data,
            metadata: &self.metadata,
        }
    }

    /// The metadata, read.
    pub fn decode_metadata(&self) -> Result<Metadata, serde_json::Error> {
        serde_json::from_str(&self.metadata)
    }

    /// The category of its stream, such as `order`.
    pub fn category(&self) -> &str {
        category_of(&self.stream)
    }

    /// The id of its aggregate, where the stream is named after one.
    pub fn aggregate_id(&self) -> Option<Uuid> {
        aggregate_id_of(&self.stream)
    }
}
