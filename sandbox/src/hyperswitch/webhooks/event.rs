//! One event: its body is written once and never changes.

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::chance::random_u64;
use crate::clock;
use crate::hyperswitch::account::Account;
use crate::hyperswitch::answer::to_json;
use crate::hyperswitch::wire::{Content, Envelope, EventType, Timestamp};

/// An event with the body that is signed and sent.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "the wire calls it event_type")]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) event_type: EventType,
    pub(crate) object_id: String,
    pub(crate) body: Bytes,
}

impl Event {
    pub(crate) fn new<Object: Serialize>(
        account: &Account,
        event_type: EventType,
        object_id: &str,
        kind: &'static str,
        object: Object,
    ) -> Self {
        let now = clock::now();
        let id = event_id(now);
        let body = to_json(&Envelope {
            merchant_id: &account.merchant_id,
            event_id: &id,
            event_type,
            content: Content { kind, object },
            timestamp: Timestamp(now),
            processor_merchant_id: &account.merchant_id,
        });
        Self {
            id,
            event_type,
            object_id: object_id.to_owned(),
            body,
        }
    }
}

/// `evt_` and a UUID of version 7, without hyphens.
fn event_id(now: DateTime<Utc>) -> String {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let random = (u128::from(random_u64()) << 64 | u128::from(random_u64())).to_be_bytes();
    let random: &[u8; 10] = random.first_chunk().unwrap_or(&[0; 10]);
    let uuid = uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid();
    format!("evt_{}", uuid.simple())
}
