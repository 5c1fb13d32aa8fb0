//! What a webhook says, once its signature has been checked.
//!
//! The body is read tolerantly, since each release of Hyperswitch adds keys and event types. Three things come out of it: the
//! facts that are no personal data and may stand in an event in plain form; the body without payment secrets, to be
//! sealed; and the digest of the raw body, which proves later what was signed.

use chrono::{DateTime, Utc};
use comptoir_domain::values::{ProviderCode, Sha256Hex};
use comptoir_domain::webhook::{DisputeNews, PaymentNews, RefundNews, WebhookContent};
use serde_json::Value;

use super::stripped::Stripped;

/// A webhook that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedWebhook {
    /// Hyperswitch's id of the event, the same for each delivery of it.
    pub event_id: ProviderCode,
    /// What happened, such as `payment_succeeded`. The set is open.
    pub event_type: ProviderCode,
    /// What it is about: facts that are no personal data.
    pub content: WebhookContent,
    /// The payment it names, whatever it is about.
    pub payment_id: Option<ProviderCode>,
    /// The body as JSON text without payment secrets. It still holds personal data.
    pub stripped_body: String,
    /// SHA-256 of the raw body: proof of what was signed.
    pub raw_digest: Sha256Hex,
}

/// The body is not a webhook as Hyperswitch sends them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedWebhook {
    /// It is not JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// A key is missing or has the wrong type.
    #[error("`{0}` is missing, or not what it should be")]
    Key(&'static str),
}

/// Reads a webhook's raw body. Event and content type must be there, and a payment or refund must say which one it is; the
/// rest is taken as far as it is there, for the rules to judge.
pub fn parse_webhook(raw_body: &[u8]) -> Result<ParsedWebhook, MalformedWebhook> {
    let Stripped(body) = serde_json::from_slice(raw_body).map_err(|_| MalformedWebhook::NotJson)?;
    let event_id = required(&body, "event_id")?;
    let event_type = required(&body, "event_type")?;
    let content = read_content(&body["content"], time(&body, "timestamp"))?;
    let payment_id = code(&body["content"]["object"], "payment_id");
    Ok(ParsedWebhook {
        event_id,
        event_type,
        content,
        payment_id,
        stripped_body: body.to_string(),
        raw_digest: Sha256Hex::of(raw_body),
    })
}

/// `told_at` is when Hyperswitch sent it: of a dispute it does not say otherwise when it changed.
fn read_content(content: &Value, told_at: Option<DateTime<Utc>>) -> Result<WebhookContent, MalformedWebhook> {
    let object_type = required(content, "type")?;
    let object = &content["object"];
    Ok(match object_type.as_str() {
        "payment_details" => WebhookContent::Payment(PaymentNews {
            payment_id: required(object, "payment_id")?,
            status: code(object, "status"),
            amount: object["amount"].as_i64(),
            amount_received: object["amount_received"].as_i64(),
            currency: code(object, "currency"),
            updated: time(object, "updated").or_else(|| time(object, "modified_at")),
            error_code: failure_code(object, "error_code"),
            unified_code: failure_code(object, "unified_code"),
        }),
        "refund_details" => WebhookContent::Refund(RefundNews {
            refund_id: required(object, "refund_id")?,
            payment_id: code(object, "payment_id"),
            status: code(object, "status"),
            amount: object["amount"].as_i64(),
            currency: code(object, "currency"),
            updated: time(object, "updated_at"),
            error_code: failure_code(object, "error_code"),
            unified_code: failure_code(object, "unified_code"),
        }),
        "dispute_details" => WebhookContent::Dispute(dispute_news(object, told_at)?),
        _ => WebhookContent::Other {
            object_type: Some(object_type),
        },
    })
}

/// The facts of a dispute; one that its processor has not changed is taken to be as it was told then.
pub(super) fn dispute_news(
    object: &Value,
    told_at: Option<DateTime<Utc>>,
) -> Result<DisputeNews, MalformedWebhook> {
    Ok(DisputeNews {
        dispute_id: required(object, "dispute_id")?,
        payment_id: code(object, "payment_id"),
        amount: minor_units(&object["amount"]),
        currency: code(object, "currency"),
        stage: code(object, "dispute_stage"),
        status: code(object, "dispute_status"),
        reason: code(object, "connector_reason"),
        respond_by: time(object, "challenge_required_by"),
        updated: time(object, "connector_updated_at").or(told_at),
    })
}

fn required(object: &Value, key: &'static str) -> Result<ProviderCode, MalformedWebhook> {
    let text = object[key].as_str().ok_or(MalformedWebhook::Key(key))?;
    ProviderCode::try_new(text).map_err(|_| MalformedWebhook::Key(key))
}

/// The amount of a dispute is a string of digits, unlike all others.
fn minor_units(amount: &Value) -> Option<i64> {
    amount
        .as_str()
        .map_or_else(|| amount.as_i64(), |digits| digits.parse().ok())
}

fn code(object: &Value, key: &str) -> Option<ProviderCode> {
    object[key].as_str().and_then(ProviderCode::from_provider)
}

/// What the processor says in words (`error_message`) may name somebody, and is left in the body that is sealed.
fn failure_code(object: &Value, key: &str) -> Option<ProviderCode> {
    object[key].as_str().and_then(ProviderCode::of_failure)
}

fn time(object: &Value, key: &str) -> Option<DateTime<Utc>> {
    object[key].as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT_SUCCEEDED: &[u8] = include_bytes!("../../../fixtures/hyperswitch/payment_succeeded.json");
    const PAYMENT_FAILED: &[u8] = include_bytes!("../../../fixtures/hyperswitch/payment_failed.json");
    const REFUND_SUCCEEDED: &[u8] = include_bytes!("../../../fixtures/hyperswitch/refund_succeeded.json");
    const REFUND_FAILED: &[u8] = include_bytes!("../../../fixtures/hyperswitch/refund_failed.json");
    const DISPUTE_OPENED: &[u8] = include_bytes!("../../../fixtures/hyperswitch/dispute_opened.json");

    fn code(text: &str) -> ProviderCode {
        ProviderCode::try_new(text).unwrap()
    }

    #[test]
    fn a_payment_webhook_gives_its_facts() {
        let parsed = parse_webhook(PAYMENT_SUCCEEDED).unwrap();
        assert_eq!(parsed.event_id, code("evt_019f0000000070008000000000000001"));
        assert_eq!(parsed.event_type, code("payment_succeeded"));
        assert_eq!(parsed.payment_id, Some(code("pay_example0000000000001")));
        let expected = WebhookContent::Payment(PaymentNews {
            payment_id: code("pay_example0000000000001"),
            status: Some(code("succeeded")),
            amount: Some(6540),
            amount_received: Some(6540),
            currency: Some(code("USD")),
            updated: "2026-06-25T08:14:52.600Z".parse().ok(),
            error_code: None,
            unified_code: None,
        });
        assert_eq!(parsed.content, expected);
    }

    #[test]
    fn a_failed_payment_says_why_in_codes_and_its_words_stay_in_the_body() {
        let parsed = parse_webhook(PAYMENT_FAILED).unwrap();
        let WebhookContent::Payment(news) = &parsed.content else {
            panic!("a payment was expected")
        };
        assert_eq!(
            (&news.status, &news.error_code, &news.unified_code),
            (
                &Some(code("failed")),
                &Some(code("DC_08")),
                &Some(code("UE_9000"))
            )
        );
        assert_eq!(news.amount_received, None);
        let words = "Payment declined: Card declined";
        assert!(parsed.stripped_body.contains(words), "{}", parsed.stripped_body);
        assert!(!format!("{:?}", parsed.content).contains("declined"));
    }

    #[test]
    fn words_in_the_place_of_a_code_are_not_taken_for_one() {
        let body = String::from_utf8(PAYMENT_FAILED.to_vec()).unwrap();
        let body = body.replace("\"DC_08\"", "\"Card of Ada Lovelace was declined\"");
        let WebhookContent::Payment(news) = parse_webhook(body.as_bytes()).unwrap().content else {
            panic!("a payment was expected")
        };
        assert_eq!(
            (news.error_code, news.unified_code),
            (None, Some(code("UE_9000")))
        );
    }

    #[test]
    fn refund_webhooks_give_their_facts() {
        for (raw, expected) in [(REFUND_SUCCEEDED, "succeeded"), (REFUND_FAILED, "failed")] {
            let WebhookContent::Refund(news) = parse_webhook(raw).unwrap().content else {
                panic!("a refund was expected")
            };
            assert_eq!((news.status, news.amount), (Some(code(expected)), Some(100)));
            assert_eq!(news.payment_id, Some(code("pay_example0000000000001")));
        }
    }

    #[test]
    fn a_dispute_webhook_gives_its_facts() {
        let parsed = parse_webhook(DISPUTE_OPENED).unwrap();
        let expected = WebhookContent::Dispute(DisputeNews {
            dispute_id: code("dp_example00000000000001"),
            payment_id: Some(code("pay_example0000000000001")),
            amount: Some(6540),
            currency: Some(code("USD")),
            stage: Some(code("dispute")),
            status: Some(code("dispute_opened")),
            reason: Some(code("fraudulent")),
            respond_by: "2026-07-10T23:59:59.000Z".parse().ok(),
            // The processor has not said; then it is when we were told.
            updated: "2026-06-25T08:20:05.392Z".parse().ok(),
        });
        assert_eq!(parsed.content, expected);
        assert_eq!(parsed.payment_id, Some(code("pay_example0000000000001")));
    }

    #[test]
    fn the_amount_of_a_dispute_is_a_string_or_a_number() {
        for (amount, expected) in [
            ("\"6540\"", Some(6540)),
            ("6540", Some(6540)),
            ("\"a lot\"", None),
            ("null", None),
        ] {
            let raw = format!(
                r#"{{"event_id":"e","event_type":"dispute_lost","content":{{"type":"dispute_details",
                "object":{{"dispute_id":"dp_1","amount":{amount}}}}}}}"#
            );
            let WebhookContent::Dispute(news) = parse_webhook(raw.as_bytes()).unwrap().content else {
                panic!("a dispute was expected")
            };
            assert_eq!((news.amount, news.updated), (expected, None));
        }
    }

    #[test]
    fn what_the_engine_does_not_act_on_still_names_its_payment() {
        let raw = br#"{"event_id":"e","event_type":"mandate_active","content":{"type":"mandate_details",
            "object":{"payment_id":"pay_1"}}}"#;
        let parsed = parse_webhook(raw).unwrap();
        let object_type = Some(code("mandate_details"));
        assert_eq!(parsed.content, WebhookContent::Other { object_type });
        assert_eq!(parsed.payment_id, Some(code("pay_1")));
    }

    #[test]
    fn payment_secrets_are_stripped_and_the_rest_is_kept() {
        let parsed = parse_webhook(PAYMENT_SUCCEEDED).unwrap();
        for secret in [
            "exampleSecret",
            "client_secret",
            "sdk_authorization",
            "4242",
            "payment_method_data",
        ] {
            assert!(!parsed.stripped_body.contains(secret), "{secret}");
        }
        assert!(!parsed.stripped_body.contains("null"));
        for kept in [
            "cus_example_01",
            "merchant_order_reference_id",
            "connector_transaction_id",
            "6540",
        ] {
            assert!(parsed.stripped_body.contains(kept), "{kept}");
        }
        assert_eq!(parsed.raw_digest, Sha256Hex::of(PAYMENT_SUCCEEDED));
    }

    #[test]
    fn unknown_event_types_and_keys_are_read_and_missing_facts_are_left_to_the_rules() {
        let raw = br#"{"event_id":"evt_1","event_type":"payment_levitated","new":1,
            "content":{"type":"payment_details","object":{"payment_id":"p","status":"levitating","amount":"6540",
            "newer":{}}}}"#;
        let parsed = parse_webhook(raw).unwrap();
        assert_eq!(parsed.event_type, code("payment_levitated"));
        let WebhookContent::Payment(news) = parsed.content else {
            panic!("a payment was expected")
        };
        assert_eq!(
            (news.status, news.amount, news.currency),
            (Some(code("levitating")), None, None)
        );
    }

    #[test]
    fn what_is_no_webhook_is_malformed_and_names_the_key() {
        let content = |kind: &str, object: &str| {
            format!(r#"{{"event_id":"e","event_type":"t","content":{{"type":"{kind}","object":{object}}}}}"#)
        };
        let cases = [
            ("nonsense".to_owned(), MalformedWebhook::NotJson),
            ("{}".to_owned(), MalformedWebhook::Key("event_id")),
            ("[]".to_owned(), MalformedWebhook::Key("event_id")),
            (r#"{"event_id":1}"#.to_owned(), MalformedWebhook::Key("event_id")),
            (
                r#"{"event_id":"a\u0000b"}"#.to_owned(),
                MalformedWebhook::Key("event_id"),
            ),
            (
                r#"{"event_id":"e"}"#.to_owned(),
                MalformedWebhook::Key("event_type"),
            ),
            (
                r#"{"event_id":"e","event_type":"t"}"#.to_owned(),
                MalformedWebhook::Key("type"),
            ),
            (
                content("payment_details", "{}"),
                MalformedWebhook::Key("payment_id"),
            ),
            (
                content("payment_details", r#"{"payment_id":7}"#),
                MalformedWebhook::Key("payment_id"),
            ),
            (
                content("refund_details", r#"{"payment_id":"p"}"#),
                MalformedWebhook::Key("refund_id"),
            ),
            (
                content("dispute_details", r#"{"payment_id":"p"}"#),
                MalformedWebhook::Key("dispute_id"),
            ),
        ];
        for (raw, problem) in cases {
            assert_eq!(parse_webhook(raw.as_bytes()), Err(problem), "{raw}");
        }
    }
}
