//! One event: its body is written once and never changes.

use axum::body::Bytes;
use serde::Serialize;

use crate::chance::uuid_v7;
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
        let id = format!("evt_{}", uuid_v7(now).simple());
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
