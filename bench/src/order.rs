//! The event that every contestant appends: an order of one licence, some 500 bytes of JSON.

use chrono::{DateTime, Utc};
use comptoir_domain::wire;
use comptoir_domain::{Decider, DecodeError, DomainEvent};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const WIRE_NAME: &str = "order.placed";

/// A buyer placed an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderPlaced {
    pub(crate) order_id: Uuid,
    buyer_id: Uuid,
    placed_at: DateTime<Utc>,
    currency: String,
    total: i64,
    line: Line,
    billing: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    product_id: Uuid,
    offer_id: Uuid,
    title: String,
    licence: String,
    quantity: u32,
    unit_price: i64,
    terms_hash: String,
}

impl OrderPlaced {
    /// An order that no other is equal to, with the id of its own new stream.
    pub(crate) fn new() -> Self {
        let order_id = Uuid::now_v7();
        Self {
            order_id,
            buyer_id: order_id,
            placed_at: Utc::now(),
            currency: "EUR".to_owned(),
            total: 2_990,
            line: Line {
                product_id: order_id,
                offer_id: order_id,
                title: "Night Drive (Instrumental)".to_owned(),
                licence: "premium".to_owned(),
                quantity: 1,
                unit_price: 2_990,
                terms_hash: "8f434346648f6b96df89dda901c5176b".to_owned(),
            },
            billing: "q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kA==".to_owned(),
        }
    }
}

impl DomainEvent for OrderPlaced {
    fn event_type(&self) -> &'static str {
        WIRE_NAME
    }

    fn schema_version(&self) -> i32 {
        1
    }

    fn to_json(&self) -> String {
        wire::encode(self)
    }

    fn from_json(_: &str, schema_version: i32, data: &str) -> Result<Self, DecodeError> {
        wire::decode(WIRE_NAME, &[], schema_version, data)
    }
}

/// The aggregate that the order is the first event of. Nothing is decided: only appending is measured.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order;

/// No command is ever refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NeverRefused {}

impl Decider for Order {
    const NAME: &'static str = "order";
    type State = ();
    type Command = OrderPlaced;
    type Event = OrderPlaced;
    type Error = NeverRefused;

    fn decide((): &(), placed: OrderPlaced) -> Result<Vec<OrderPlaced>, NeverRefused> {
        Ok(vec![placed])
    }

    fn evolve((): (), _: &OrderPlaced) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_some_500_bytes() {
        let bytes = OrderPlaced::new().to_json().len();
        assert!((490..=510).contains(&bytes), "{bytes} bytes");
    }
}
