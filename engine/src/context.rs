//! Who asks, under which key, and what is noted beside the events that follow.

use comptoir_domain::values::Actor;
use comptoir_ledger::{Idempotency, Metadata};
use uuid::Uuid;

/// What every request brings besides its content.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The person who asks, with the roles of their token.
    pub actor: Actor,
    /// The client's idempotency key, if the request has one.
    pub idempotency: Option<IdempotencyKey>,
    /// The id of the HTTP request, as it stands in the logs.
    pub request_id: Option<String>,
    /// The same for all that follows from one first request.
    pub correlation_id: Option<Uuid>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

/// What recognises a repeat of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's key.
    pub key: String,
    /// SHA-256 of all that makes the request what it is: method, path and body.
    pub fingerprint: [u8; 32],
}

impl RequestContext {
    /// The context of an actor without anything else.
    pub fn of(actor: Actor) -> Self {
        Self {
            actor,
            idempotency: None,
            request_id: None,
            correlation_id: None,
            traceparent: None,
        }
    }

    /// What is noted beside each event that follows from the request.
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata {
            actor: Some(self.actor.person_id.to_string()),
            correlation_id: self.correlation_id,
            causation_id: None,
            idempotency_key: self
                .idempotency
                .as_ref()
                .map(|idempotency| idempotency.key.clone()),
            request_id: self.request_id.clone(),
            traceparent: self.traceparent.clone(),
        }
    }

    /// Whose keys the request's key is one of: a person's, for one kind of request.
    pub(crate) fn scope(&self, operation: &str) -> String {
        format!("{}:{operation}", self.actor.person_id)
    }

    /// The record that makes a repeat of the request get `answer`.
    pub(crate) fn recording(&self, operation: &str, answer: String) -> Option<Idempotency> {
        let IdempotencyKey { key, fingerprint } = self.idempotency.clone()?;
        Some(Idempotency {
            scope: self.scope(operation),
            key,
            fingerprint,
            answer,
        })
    }
}

/// The metadata of what a worker does because of an event.
pub(crate) fn caused_by(worker: &'static str, event_id: Uuid, correlation_id: Option<Uuid>) -> Metadata {
    Metadata {
        actor: Some(format!("worker:{worker}")),
        correlation_id: Some(correlation_id.unwrap_or(event_id)),
        causation_id: Some(event_id),
        ..Metadata::default()
    }
}

/// The metadata of what a worker does by itself, because time has passed.
pub(crate) fn by_worker(worker: &'static str) -> Metadata {
    Metadata {
        actor: Some(format!("worker:{worker}")),
        ..Metadata::default()
    }
}
