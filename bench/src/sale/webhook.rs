//! The webhook by which Hyperswitch reports a payment that succeeded: the engine's own signed example, with the facts of
//! the sale in it.

use anyhow::{Result, ensure};
use chrono::{SecondsFormat, Utc};
use comptoir_sandbox::hyperswitch::{SIGNATURE_HEADER, sign};
use uuid::Uuid;

use crate::catalogue::PRICE;
use crate::house::WEBHOOK_SECRET;
use crate::http::post;

const EXAMPLE: &str = include_str!("../../../engine/fixtures/hyperswitch/payment_succeeded.json");
const PAYMENT_ID: &str = "pay_example0000000000001";
const EVENT_ID: &str = "evt_019f0000000070008000000000000001";
const UPDATED: &str = "2026-06-25T08:14:52.600Z";

/// Makes webhooks.
#[derive(Debug, Clone)]
pub(crate) struct Webhooks {
    template: String,
}

impl Webhooks {
    pub(crate) fn new() -> Result<Self> {
        let template = EXAMPLE
            .trim_end()
            .replace(":6540,", &format!(":{PRICE},"))
            .replace(r#""currency":"USD""#, r#""currency":"EUR""#);
        for needed in [
            PAYMENT_ID,
            EVENT_ID,
            UPDATED,
            &format!(r#""amount_received":{PRICE}"#),
        ] {
            ensure!(template.contains(needed), "the example has no {needed}");
        }
        Ok(Self { template })
    }

    /// The whole request that reports this payment.
    pub(crate) fn succeeded(&self, payment_id: &str) -> String {
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let body = self
            .template
            .replace(PAYMENT_ID, payment_id)
            .replace(EVENT_ID, &format!("evt_{}", Uuid::now_v7().simple()))
            .replace(UPDATED, &now);
        let headers = format!(
            "{SIGNATURE_HEADER}: {}\r\n",
            sign(WEBHOOK_SECRET, body.as_bytes())
        );
        post("/api/v1/webhooks/hyperswitch", &headers, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_names_the_payment_and_its_amount() {
        let request = Webhooks::new().unwrap().succeeded("pay_01j");
        assert!(request.contains(r#""payment_id":"pay_01j""#));
        assert!(request.contains(r#""amount_received":2990"#));
        assert!(!request.contains("2026-06-25T08:14:52.600Z"));
    }
}
