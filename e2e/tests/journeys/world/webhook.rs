//! Webhooks that the test delivers itself.

use bytes::Bytes;
use comptoir_sandbox::hyperswitch::{Delivery, EventType, SIGNATURE_HEADER, StandInOptions, sign};
use hyper::Method;
use serde_json::Value;

use super::client::Answer;
use super::node::Node;
use super::{World, eventually};

impl World {
    /// Delivers a body with a signature, or without one.
    pub(crate) async fn deliver(
        &self,
        node: &Node,
        body: impl Into<Bytes>,
        signature: Option<&str>,
    ) -> Answer {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(signature.map(|signature| (SIGNATURE_HEADER, signature)));
        self.client
            .send(Method::POST, &node.webhook_url(), &headers, body.into())
            .await
    }

    /// Delivers a body signed as Hyperswitch would.
    pub(crate) async fn deliver_signed(&self, body: &Value) -> Answer {
        let body = body.to_string();
        self.deliver(&self.node, body.clone(), Some(&signature(body.as_bytes())))
            .await
    }

    /// The id of the stand-in's webhook about a payment or refund, as soon as there is one.
    pub(crate) async fn webhook_about(&self, object_id: &str, event_type: EventType) -> String {
        eventually(&format!("a webhook about {object_id}"), async || {
            let all = self.stand_in.deliveries().into_iter();
            let mut found =
                all.filter(|known| known.object_id == object_id && known.event_type == event_type);
            found.next().map(|found| found.event_id)
        })
        .await
    }

    /// Delivers a webhook of the stand-in that was held back, by its wire name.
    pub(crate) async fn deliver_webhook_about(&self, object_id: &str, event_type: &str) {
        let event_id = eventually(&format!("{event_type} of {object_id}"), async || {
            let is_it = |known: &Delivery| {
                let name = serde_json::to_value(known.event_type).unwrap_or_default();
                known.object_id == object_id && name == event_type
            };
            self.stand_in
                .deliveries()
                .into_iter()
                .find(is_it)
                .map(|found| found.event_id)
        })
        .await;
        let (body, signature) = self.signed(&event_id);
        self.deliver(&self.node, body, Some(&signature)).await.expect(200);
    }

    /// Waits until the worker has worked on every webhook that is kept.
    pub(crate) async fn webhooks_are_worked_off(&self) {
        eventually("every webhook is worked off", async || {
            let pool = self.database.pool().await;
            let left: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM events WHERE event_type = 'webhook.received' AND position >
                 (SELECT position FROM subscription_checkpoints WHERE name = 'policy_webhooks')",
            )
            .fetch_one(&pool)
            .await
            .expect("the checkpoint can be read");
            (left == 0).then_some(())
        })
        .await;
    }

    /// Body and signature of a webhook of the stand-in.
    pub(crate) fn signed(&self, event_id: &str) -> (Vec<u8>, String) {
        self.stand_in
            .signed_webhook(event_id)
            .expect("the stand-in remembers its webhooks")
    }
}

/// The right signature of a body.
pub(crate) fn signature(body: &[u8]) -> String {
    sign(&StandInOptions::default().webhook_secret, body)
}
