//! The ids that an event names, from its text as it is stored: so no version of any event is left out.

use std::collections::BTreeSet;

use comptoir_domain::Decider as _;
use comptoir_domain::access::Access;
use comptoir_domain::values::{AnyId, OrderId, PersonId};
use comptoir_ledger::RecordedEvent;
use serde_json::Value;
use uuid::Uuid;

/// The field with the one who looked.
const AUDITOR: &str = "auditor_id";

/// What an event names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Things: orders, refunds, licences, and so on.
    pub(super) things: Vec<Uuid>,
    /// The orders among them, whose people it concerns too.
    pub(super) orders: Vec<Uuid>,
    /// People.
    pub(super) people: Vec<Uuid>,
}

/// What the payload of an event of a category names, where ids belong: text that somebody typed is never taken for one.
pub(super) fn named(category: &str, payload: &Value) -> Named {
    let mut named = Named::default();
    if category == Access::NAME {
        // Who looked at a thing is no part of its history.
        named.walk(category, AUDITOR, payload.get(AUDITOR).unwrap_or(&Value::Null));
    } else {
        named.walk(category, "", payload);
    }
    named
}

/// The orders that an event names, for whoever follows what belongs together.
pub fn orders_named(recorded: &RecordedEvent) -> BTreeSet<OrderId> {
    // A payload that is no JSON names nothing.
    let payload = serde_json::from_str(&recorded.data).unwrap_or(Value::Null);
    let orders = named(recorded.category(), &payload).orders;
    orders.into_iter().map(OrderId::from_uuid).collect()
}

/// The person who acted, from the text that metadata has of them; none for a part of the engine.
pub(super) fn person_of(actor: &str) -> Option<Uuid> {
    actor.parse::<PersonId>().ok().map(PersonId::as_uuid)
}

impl Named {
    fn walk(&mut self, category: &str, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.walk(category, key, value);
                }
            }
            Value::Array(entries) => {
                for entry in entries {
                    self.walk(category, key, entry);
                }
            }
            Value::String(text) if holds_id(key) => {
                if let Ok(id) = text.parse() {
                    self.add(category, id);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn add(&mut self, category: &str, id: AnyId) {
        match id {
            AnyId::PersonId(_) | AnyId::SellerId(_) => self.people.push(id.as_uuid()),
            AnyId::OrderId(_) | AnyId::PaymentId(_) => {
                self.things.push(id.as_uuid());
                self.orders.push(id.as_uuid());
            }
            AnyId::ProductId(_)
            | AnyId::RefundId(_)
            | AnyId::DisputeId(_)
            | AnyId::LicenceId(_)
            | AnyId::ReviewId(_)
            | AnyId::WebhookId(_)
            | AnyId::PromoId(_)
            | AnyId::DocumentId(_)
            | AnyId::AccessId(_)
            | AnyId::ProjectionId(_)
            | AnyId::InvoicingId(_) => self.things.push(id.as_uuid()),
            // Parts of a thing lead to it, and only its own events do.
            AnyId::OfferId(_) | AnyId::FileId(_) => {
                if category == "product" {
                    self.things.push(id.as_uuid());
                }
            }
            AnyId::ActivationId(_) | AnyId::DownloadId(_) => {
                if category == "licence" {
                    self.things.push(id.as_uuid());
                }
            }
            AnyId::SubjectId(_) => {}
        }
    }
}

/// Whether the field is one that holds ids: those that other fields hold are somebody's words, or sealed.
fn holds_id(key: &str) -> bool {
    const NAMES: [&str; 7] = [
        "by",
        "from",
        "to",
        "created_by",
        "requested_by",
        "credit_note",
        "series",
    ];
    key.ends_with("_id")
        || key.ends_with("_ids")
        || key.ends_with("_of")
        || key.ends_with("_by")
        || NAMES.contains(&key)
}
