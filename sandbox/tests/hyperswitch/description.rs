//! The answers and webhooks, held against the public OpenAPI description of the original.
//!
//! Its path comes from `COMPTOIR_HYPERSWITCH_OPENAPI`; the file is not part of this project.

use std::io::{Write, stderr};

use comptoir_sandbox::hyperswitch::{DisputeStatus, DisputeWord};
use serde_json::{Value, json};

use crate::support::{GOOD_CARD, Outcome, Shop};

const VARIABLE: &str = "COMPTOIR_HYPERSWITCH_OPENAPI";

/// The description with what is wrong in it set right, as schemas of JSON Schema.
struct Description(Value);

impl Description {
    #[expect(
        clippy::disallowed_methods,
        reason = "the path of a file that only this test reads"
    )]
    fn load() -> Result<Option<Self>, Box<dyn std::error::Error>> {
        let Ok(path) = std::env::var(VARIABLE) else {
            // Not by `println`, which the test runner would hide.
            writeln!(
                stderr(),
                "skipped: {VARIABLE} is not set to the path of Hyperswitch's OpenAPI description"
            )?;
            return Ok(None);
        };
        let mut description: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        set_right(&mut description);
        allow_nulls(&mut description);
        Ok(Some(Self(description)))
    }

    fn assert_valid(&self, schema: &str, instance: &Value) {
        let mut root = json!({ "$ref": format!("#/components/schemas/{schema}") });
        root["components"] = self.0["components"].clone();
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .build(&root)
            .unwrap();
        let errors: Vec<String> = validator
            .iter_errors(instance)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "not a {schema}: {errors:#?}\n{instance}");
    }
}

/// Where the description and the original's source differ, the source is right.
fn set_right(description: &mut Value) {
    let schemas = &mut description["components"]["schemas"];
    for schema in ["PaymentsResponse", "PaymentsCreateResponseOpenApi"] {
        let properties = &mut schemas[schema]["properties"];
        // The server's own ids have 24 characters, and a merchant's may have 1 to 64.
        properties["payment_id"]["minLength"] = json!(1);
        properties["payment_id"]["maxLength"] = json!(64);
        // Nothing is left to capture once all is captured.
        properties["amount_capturable"]["minimum"] = json!(0);
        // Until a method is chosen there is none.
        properties["payment_method"]["nullable"] = json!(true);
    }
}

/// OpenAPI 3.0 writes `nullable`, which JSON Schema does not know.
fn allow_nulls(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(allow_nulls),
        Value::Object(object) => {
            object.values_mut().for_each(allow_nulls);
            if object.remove("nullable") == Some(json!(true)) {
                let inner = std::mem::take(object);
                object.insert("anyOf".to_owned(), json!([{ "type": "null" }, inner]));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn payments_are_as_described() -> Outcome {
    let Some(description) = Description::load()? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    description.assert_valid("PaymentsCreateResponseOpenApi", &shop.create("pay_0").await?);
    let cards = [
        GOOD_CARD,
        "4000000000000002",
        "4000000000000077",
        "4000003800000446",
    ];
    for (index, card) in cards.into_iter().enumerate() {
        let id = format!("pay_card_{index}");
        description.assert_valid("PaymentsCreateResponseOpenApi", &shop.pay(&id, card).await?.1);
        shop.post("/refunds", &json!({ "payment_id": id })).await?;
        description.assert_valid("PaymentsResponse", &shop.get(&format!("/payments/{id}")).await?.1);
    }
    let (_, cancelled) = shop.post("/payments/pay_0/cancel", &json!({})).await?;
    description.assert_valid("PaymentsResponse", &cancelled);
    Ok(())
}

#[tokio::test]
async fn refunds_are_as_described() -> Outcome {
    let Some(description) = Description::load()? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    let cards = [
        GOOD_CARD,
        "4000000000007726",
        "4000000000005134",
        "4000000000005142",
    ];
    for (index, card) in cards.into_iter().enumerate() {
        let id = format!("pay_card_{index}");
        shop.pay(&id, card).await?;
        let (_, refund) = shop.post("/refunds", &json!({ "payment_id": id })).await?;
        description.assert_valid("RefundResponse", &refund);
    }
    Ok(())
}

#[tokio::test]
async fn disputes_are_as_described() -> Outcome {
    let Some(description) = Description::load()? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    for status in [DisputeStatus::DisputeOpened, DisputeStatus::DisputeLost] {
        shop.stand_in.dispute_payment("pay_1", DisputeWord::of(status))?;
        let (_, list) = shop.get("/disputes/list").await?;
        for dispute in [&list[0], &shop.get("/disputes/dp_pay_1").await?.1] {
            description.assert_valid("DisputeResponse", dispute);
        }
    }
    Ok(())
}

#[tokio::test]
async fn webhooks_are_as_described() -> Outcome {
    let Some(description) = Description::load()? else {
        return Ok(());
    };
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.pay("pay_2", "4000000000000002").await?;
    shop.post("/refunds", &json!({ "payment_id": "pay_1" })).await?;
    for taken in shop.taker.wait_for(3).await {
        description.assert_valid("OutgoingWebhook", &taken.json());
    }
    Ok(())
}

#[tokio::test]
async fn the_request_that_the_tests_make_is_as_described() -> Outcome {
    let Some(description) = Description::load()? else {
        return Ok(());
    };
    let request = crate::support::order(&format!("pay_{}", "0".repeat(26)));
    description.assert_valid("PaymentsCreateRequest", &request);
    Ok(())
}

#[test]
fn the_check_finds_what_is_wrong() -> Outcome {
    let Some(description) = Description::load()? else {
        return Ok(());
    };
    let wrong =
        std::panic::catch_unwind(|| description.assert_valid("RefundResponse", &json!({ "refund_id": 1 })));
    assert!(wrong.is_err());
    Ok(())
}
