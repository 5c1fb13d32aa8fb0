//! What can be said of one event without the others: done on several threads at once.

use std::hash::{BuildHasher as _, RandomState};

use chrono::{DateTime, Utc};
use comptoir_domain::order::{OrderEvent, RefundReason};
use comptoir_domain::refund::RefundEvent;
use comptoir_ledger::{Metadata, RecordedEvent};
use comptoir_proof::tree::Hash;
use uuid::Uuid;

use super::known::Known;

/// Makes a stream's name shorter: 128 bits, by keys of this run, so that nobody can choose names that meet.
#[derive(Debug, Clone, Default)]
pub(super) struct StreamHash(RandomState, RandomState);

impl StreamHash {
    fn of(&self, stream: &str) -> (u64, u64) {
        (self.0.hash_one(stream), self.1.hash_one(stream))
    }
}

/// An event with what was found out about it alone.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) position: i64,
    pub(super) stream: String,
    pub(super) stream_hash: (u64, u64),
    pub(super) id: Option<Uuid>,
    pub(super) revision: i64,
    pub(super) event_id: Uuid,
    pub(super) recorded_at: DateTime<Utc>,
    /// As it must be.
    pub(super) leaf: Hash,
    pub(super) leaf_is: LeafIs,
    pub(super) content: Result<Known, String>,
    /// Who and what led to it, where that says whether money moved.
    pub(super) origin: Origin,
}

/// Whether the stored leaf hash is that of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeafIs {
    Stored,
    Another,
}

/// Who and what led to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Of no interest.
    NotAsked,
    /// The metadata cannot be read.
    Unreadable,
    /// Another event.
    Event(Uuid),
    /// A worker, by itself.
    Worker,
    /// Somebody or something else.
    Other,
}

impl Checked {
    pub(super) fn new(event: &RecordedEvent, hash: &StreamHash) -> Self {
        let leaf = event.leaf().hash();
        let content = Known::read(event);
        let origin = match &content {
            Ok(known) if moves_money(known) => origin(&event.metadata),
            // A JSON object; that it is JSON, its column holds.
            Ok(_) if event.metadata.trim_start().starts_with('{') => Origin::NotAsked,
            Ok(_) => Origin::Unreadable,
            Err(_) => Origin::NotAsked,
        };
        Self {
            position: event.position.get(),
            stream_hash: hash.of(&event.stream),
            id: event.aggregate_id(),
            revision: event.revision.get(),
            event_id: event.event_id,
            recorded_at: event.recorded_at,
            leaf,
            leaf_is: if event.leaf_hash == leaf {
                LeafIs::Stored
            } else {
                LeafIs::Another
            },
            content,
            origin,
            stream: event.stream.clone(),
        }
    }
}

/// Whether somebody must have said so.
fn moves_money(known: &Known) -> bool {
    match known {
        Known::Order(event) => match event.as_ref() {
            OrderEvent::Paid(_) => true,
            OrderEvent::RefundOpened(opened) => opened.reason == RefundReason::LatePaymentUnavailable,
            OrderEvent::Placed(_)
            | OrderEvent::PaymentInitiated(_)
            | OrderEvent::PaymentAwaiting(_)
            | OrderEvent::PaymentProcessing(_)
            | OrderEvent::PaymentFailed(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::Expired(_)
            | OrderEvent::FlaggedForReview(_)
            | OrderEvent::RefundSettled(_)
            | OrderEvent::RefundDeclined(_)
            | OrderEvent::Disputed(_)
            | OrderEvent::DisputeChanged(_)
            | OrderEvent::DisputeClosed(_)
            | OrderEvent::DeliveryBegan(_)
            | OrderEvent::WithdrawalDeclared(_)
            | OrderEvent::WithdrawalConfirmed(_) => false,
        },
        Known::Refund(event) => matches!(event.as_ref(), RefundEvent::Succeeded(_)),
        Known::Webhook(_)
        | Known::Licence(_)
        | Known::Document(_)
        | Known::Invoicing(_)
        | Known::Product(_)
        | Known::Promo(_)
        | Known::Review(_)
        | Known::Seller(_)
        | Known::Person(_)
        | Known::Access(_)
        | Known::Projection(_) => false,
    }
}

fn origin(metadata: &str) -> Origin {
    let Ok(metadata) = serde_json::from_str::<Metadata>(metadata) else {
        return Origin::Unreadable;
    };
    let is_worker = metadata.actor.is_some_and(|actor| actor.starts_with("worker:"));
    match metadata.causation_id {
        Some(event_id) => Origin::Event(event_id),
        None if is_worker => Origin::Worker,
        None => Origin::Other,
    }
}
