//! How the events of earlier releases are read.

use serde_json::{Value, json};

use crate::decider::UpcastError;

/// `order.placed` from version 1 to 2. The first orders knew no promotions, were all taxed at the rate of one country, and
/// recorded no evidence for where the buyer was.
pub(super) fn placed_before_promotions(mut old: Value) -> Result<Value, UpcastError> {
    let missing = |what: &str| UpcastError(format!("{what} is missing"));
    let order = old.as_object_mut().ok_or_else(|| missing("the order"))?;
    let nothing = json!({ "amount": 0, "currency": order.get("currency") });
    let lines = order.get_mut("lines").and_then(Value::as_array_mut);
    let lines = lines.ok_or_else(|| missing("lines"))?;
    for line in &mut *lines {
        let line = line.as_object_mut().ok_or_else(|| missing("a line"))?;
        line.insert("discount".to_owned(), nothing.clone());
        let tax = line.get_mut("tax").and_then(Value::as_object_mut);
        let tax = tax.ok_or_else(|| missing("the tax of a line"))?;
        tax.insert("treatment".to_owned(), json!("taxed"));
        tax.insert("legal_reference".to_owned(), Value::Null);
    }
    let country = lines.first().map(|line| line["tax"]["country"].clone());
    let country = country.ok_or_else(|| missing("the first line"))?;
    order.insert("discount_total".to_owned(), nothing);
    order.insert("promotion".to_owned(), Value::Null);
    order.insert(
        "tax".to_owned(),
        json!({
            "customer": { "kind": "consumer" },
            "place": { "country": country, "standing": "not_recorded", "evidence": [] },
        }),
    );
    Ok(old)
}

/// `order.payment_failed` and `refund.failed` from version 1 to 2. The first ones repeated what the processor says in words.
pub(crate) fn failed_in_words(mut old: Value) -> Result<Value, UpcastError> {
    code_for_words(&mut old, "message")?;
    Ok(old)
}

/// Takes the words for a failure out, and leaves the place of the provider's own code empty.
pub(crate) fn code_for_words(failure: &mut Value, words: &str) -> Result<(), UpcastError> {
    let failure = failure.as_object_mut();
    let failure = failure.ok_or_else(|| UpcastError("the failure is no object".to_owned()))?;
    failure.remove(words);
    failure.insert("unified_code".to_owned(), Value::Null);
    Ok(())
}

/// `order.placed` from version 2 to 3. Nothing was an upgrade.
pub(super) fn placed_before_upgrades(mut old: Value) -> Result<Value, UpcastError> {
    let lines = old.get_mut("lines").and_then(Value::as_array_mut);
    for line in lines.ok_or_else(|| UpcastError("lines are missing".to_owned()))? {
        let line = line.as_object_mut();
        let line = line.ok_or_else(|| UpcastError("a line is missing".to_owned()))?;
        line.insert("upgrade".to_owned(), Value::Null);
    }
    Ok(old)
}

/// `order.placed` from version 3 to 4. How refunds were granted at the sale was not recorded.
pub(super) fn placed_before_refund_policy(mut old: Value) -> Result<Value, UpcastError> {
    let order = old.as_object_mut();
    let order = order.ok_or_else(|| UpcastError("the order is missing".to_owned()))?;
    order.insert("refund_policy".to_owned(), Value::Null);
    Ok(old)
}
