//! JSON as it is kept: payment secrets and empty keys are left out while it is read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Keys whose values are secrets or raw payment data: they are dropped wherever they stand.
const SECRET_KEYS: [&str; 22] = [
    "authentication_data",
    "browser_info",
    "client_secret",
    "connector_mandate_id",
    "connector_metadata",
    "connector_response_metadata",
    "ephemeral_key",
    "external_authentication_details",
    "fingerprint",
    "mandate_data",
    "network_token",
    "network_transaction_id",
    "next_action",
    "payment_link",
    "payment_method_data",
    "payment_method_id",
    "payment_method_tokenization_details",
    "payment_token",
    "raw_connector_response",
    "sdk_authorization",
    "sender_payment_instrument_id",
    "whole_connector_response",
];
/// What client secrets look like inside longer text, such as a redirect URL.
const SECRET_MARKS: [&str; 2] = ["_secret_", "client_secret="];

/// A value without secret keys, with other texts that have a secret inside blanked, and without keys that have no value: of
/// the hundred and more that a payment has, most are null, and reading those costs more than all the rest.
#[derive(Debug, PartialEq)]
pub(super) struct Stripped(pub(super) Value);

impl<'de> Deserialize<'de> for Stripped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrippedVisitor).map(Self)
    }
}

struct StrippedVisitor;

impl<'de> Visitor<'de> for StrippedVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        let is_secret = SECRET_MARKS.iter().any(|mark| text.contains(mark));
        let kept = if is_secret { "[stripped]" } else { text };
        Ok(Value::String(kept.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(Stripped(value)) = values.next_element()? {
            kept.push(value);
        }
        Ok(Value::Array(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if SECRET_KEYS.binary_search(&key.as_str()).is_ok() {
                entries.next_value::<IgnoredAny>()?;
                continue;
            }
            // Of a key that comes twice, the last counts.
            match entries.next_value()? {
                Stripped(Value::Null) => drop(kept.remove(&key)),
                Stripped(
                    value @ (Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_)
                    | Value::Object(_)),
                ) => drop(kept.insert(key, value)),
            }
        }
        Ok(Value::Object(kept))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stripped(text: &str) -> Value {
        let Stripped(value) = serde_json::from_str(text).unwrap();
        value
    }

    #[test]
    fn the_keys_to_strip_are_sorted() {
        assert!(SECRET_KEYS.is_sorted());
    }

    #[test]
    fn secret_keys_and_empty_ones_are_left_out_at_every_depth() {
        let text = r#"{"a":[{"client_secret":"x","b":null,"c":-1,"d":1.5,"e":true}],"payment_token":{"f":[1]},"g":"kept"}"#;
        assert_eq!(
            stripped(text),
            json!({"a": [{"c": -1, "d": 1.5, "e": true}], "g": "kept"})
        );
        assert_eq!(stripped("[null,1]"), json!([null, 1]));
    }

    #[test]
    fn a_secret_inside_longer_text_is_stripped_too() {
        let text = r#"{"a":["https://x/?client_secret=abc",{"b":"pay_1_secret_abc","c":"kept"}]}"#;
        assert_eq!(
            stripped(text),
            json!({"a": ["[stripped]", {"b": "[stripped]", "c": "kept"}]})
        );
    }

    #[test]
    fn of_a_key_that_comes_twice_the_last_counts() {
        assert_eq!(stripped(r#"{"a":1,"a":2,"b":1,"b":null}"#), json!({"a": 2}));
    }
}
