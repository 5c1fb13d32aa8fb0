//! What every operation of the OpenAPI document answers to bodies and ids that are not as they must be: a problem with the
//! right status, and nothing stored.

use axum::http::Method;
use comptoir_api::http::openapi_document;
use comptoir_domain::values::Role;
use serde_json::Value;

use crate::support::{Answer, Api, Call, Person};

/// The most bytes of a body here.
const BODY_BYTES_MAX: &str = "2048";
/// What stands behind the prefix of a well-formed id of nothing.
const ID: &str = "01jd3e8m6xf2r9kq7v5t4w8zab";

/// An operation of the document.
struct Operation {
    method: Method,
    /// With the parameters in braces.
    path: String,
    parameters: Vec<String>,
    takes_json: bool,
    takes_key: bool,
}

impl Operation {
    fn named(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Its path with a value for each parameter.
    fn filled(&self, value: impl Fn(&str) -> String) -> String {
        self.parameters.iter().fold(self.path.clone(), |path, name| {
            path.replace(&format!("{{{name}}}"), &value(name))
        })
    }
}

/// All operations that the router has, as the document describes them.
fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&openapi_document().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
            let of = |place: &str| {
                let here = parameters.iter().filter(|parameter| parameter["in"] == place);
                let names = here.map(|parameter| parameter["name"].as_str().unwrap().to_owned());
                names.collect::<Vec<_>>()
            };
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                parameters: of("path"),
                // Webhooks are bytes under a signature, whatever is in them.
                takes_json: !path.contains("/webhooks/")
                    && operation["requestBody"]["content"]
                        .get("application/json")
                        .is_some(),
                takes_key: of("header").contains(&"Idempotency-Key".to_owned()),
            });
        }
    }
    found
}

/// A value that has the form of the parameter, and names nothing that there is.
fn well_formed(name: &str) -> String {
    let prefix = match name {
        "line" => return "0".to_owned(),
        "name" => return "a.wav".to_owned(),
        "token" => return "nonsense".to_owned(),
        "refund_id" => "ref",
        "promo_id" => "promo",
        "invoice_id" | "credit_note_id" => "document",
        other => other.strip_suffix("_id").unwrap(),
    };
    format!("{prefix}_{ID}")
}

/// Values that the parameter cannot have.
fn malformed(name: &str) -> Vec<String> {
    let texts: &[&str] = match name {
        // Whatever is no link of ours is refused as one that was forged.
        "token" => &[],
        "line" => &["-1", "x", "1.5", "4294967296", "%00"],
        "name" => &["%00", "%ff", "a%2Fb"],
        _ => &["nonsense", "42", "%00", "%ff", "..", "product_", "'%20OR%201=1"],
    };
    let mut values: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    if name.ends_with("_id") {
        let right = well_formed(name);
        values.push(right.to_uppercase());
        values.push(format!("{right}0"));
        values.push(format!("licencee_{ID}"));
        let other = if name == "order_id" { "product" } else { "order" };
        values.push(format!("{other}_{ID}"));
    }
    values
}

async fn api() -> (Api, Person) {
    let api = Api::start_with(&[("COMPTOIR_BODY_BYTES_MAX", BODY_BYTES_MAX)]).await;
    (api, Person::with(&[Role::Buyer, Role::Seller, Role::Admin]))
}

/// Status and code, from a document that is a problem.
async fn refusal(call: Call) -> (String, Answer) {
    let answer = call.send().await;
    let _ = answer.problem();
    (answer.refusal(), answer)
}

fn names_unknown_field(answer: &Answer) -> bool {
    let errors = answer.body["errors"].as_array().into_iter().flatten();
    errors
        .into_iter()
        .any(|error| error["code"] == "unknown_field" && error["pointer"] == "/surprise")
}

#[tokio::test]
async fn every_operation_refuses_bodies_that_are_not_as_they_must_be() {
    let (api, person) = api().await;
    let large = format!("{{\"surprise\": \"{}\"}}", "a".repeat(3000));
    let mut looked_at = 0;
    for operation in operations() {
        if !operation.takes_json && !operation.takes_key {
            continue;
        }
        let path = operation.filled(well_formed);
        let call = || api.call(operation.method.clone(), &path).by(&person);
        let typed = |media_type| call().header("content-type", media_type).bytes(b"{}".to_vec());
        let cases = [
            ("broken JSON", call().text("{"), "400 invalid_json"),
            ("words", call().text("nonsense"), "400 invalid_json"),
            ("a list", call().text("[]"), "422 invalid_request"),
            ("a text", call().text("\"text\""), "422 invalid_request"),
            ("null", call().text("null"), "422 invalid_request"),
            ("plain text", typed("text/plain"), "415 unsupported_media_type"),
            (
                "a form",
                typed("application/x-www-form-urlencoded"),
                "415 unsupported_media_type",
            ),
            (
                "no type",
                call().bytes(b"{}".to_vec()),
                "415 unsupported_media_type",
            ),
            ("too much", call().text(&large), "413 body_too_large"),
        ];
        for (what, call, expected) in cases {
            let (refused, answer) = refusal(call).await;
            assert_eq!(
                refused,
                expected,
                "{} with {what}: {}",
                operation.named(),
                answer.text
            );
        }
        let (refused, answer) = refusal(call().text("{\"surprise\": 1}")).await;
        assert_eq!(refused, "422 invalid_request", "{}", operation.named());
        assert!(
            names_unknown_field(&answer),
            "{} takes what it does not know: {}",
            operation.named(),
            answer.text
        );
        looked_at += 1;
    }
    assert!(
        looked_at > 25,
        "the description was not understood: {looked_at} operations"
    );
    assert_eq!((api.head(), api.person_keys().await), (0, 0));
}

#[tokio::test]
async fn every_operation_refuses_ids_that_are_none() {
    let (api, person) = api().await;
    let mut looked_at = 0;
    for operation in operations() {
        for wrong in &operation.parameters {
            for value in malformed(wrong) {
                let path = operation.filled(|name| {
                    if name == wrong {
                        value.clone()
                    } else {
                        well_formed(name)
                    }
                });
                let (refused, answer) = refusal(api.call(operation.method.clone(), &path).by(&person)).await;
                assert_eq!(refused, "400 invalid_parameter", "{} {path}", operation.method);
                assert_eq!(
                    answer.body["errors"][0]["parameter"],
                    wrong.as_str(),
                    "{} {path}: {}",
                    operation.method,
                    answer.text
                );
                looked_at += 1;
            }
        }
    }
    assert!(
        looked_at > 200,
        "the description was not understood: {looked_at} values"
    );
    assert_eq!((api.head(), api.person_keys().await), (0, 0));
}

#[tokio::test]
async fn every_operation_refuses_keys_that_are_none() {
    let (api, person) = api().await;
    let mut looked_at = 0;
    for operation in operations().into_iter().filter(|operation| operation.takes_key) {
        let path = operation.filled(well_formed);
        for key in ["two words", ""] {
            let call = api.call(operation.method.clone(), &path).by(&person);
            let call = call.header("idempotency-key", key).text("{}");
            let (refused, _) = refusal(call).await;
            assert_eq!(
                refused,
                "400 invalid_header",
                "{} with `{key}`",
                operation.named()
            );
        }
        looked_at += 1;
    }
    assert!(
        looked_at > 15,
        "the description was not understood: {looked_at} operations"
    );
    assert_eq!(api.head(), 0);
}

/// The operations that take a key, for the table that holds that each refuses another body under it.
pub(crate) fn operations_with_a_key() -> Vec<String> {
    let found = operations().into_iter().filter(|operation| operation.takes_key);
    found.map(|operation| operation.named()).collect()
}

#[test]
fn a_parameter_that_is_new_is_noticed() {
    for operation in operations() {
        for name in &operation.parameters {
            let known = ["line", "name", "token"].contains(&name.as_str()) || name.ends_with("_id");
            assert!(known, "{}: what does {name} look like?", operation.named());
        }
    }
}
