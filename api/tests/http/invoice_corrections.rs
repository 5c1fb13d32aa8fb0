//! Corrections of who stands on an invoice: what they bring about, and what is refused.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Answer, Person};

const DOCUMENT: &str = "document_01jd3e8m6xf2r9kq7v5t4w8zab";

pub(crate) fn correction() -> Value {
    json!({
        "name": "Analytical Films SARL",
        "address": {"line_1": "12 St James's Square", "postal_code": "75001", "city": "Paris", "country": "FR"},
        "vat_id": "FR40303265045",
        "company_number": "303265045",
    })
}

/// What stands on the invoice already.
fn unchanged() -> Value {
    json!({
        "name": "Ada Lovelace",
        "address": {"line_1": "12 St James's Square", "postal_code": "75001", "city": "Paris", "country": "FR"},
    })
}

async fn correct(sale: &Sale, by: &Person, invoice: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/invoices/{invoice}/corrections");
    sale.api.post(&path).by(by).json(body).send().await
}

async fn invoice_id(sale: &Sale) -> String {
    sale.invoice().await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_correction_is_a_credit_note_and_a_new_invoice() {
    let sale = Sale::invoiced().await;
    let first = sale.invoice().await;
    let id = first["id"].as_str().unwrap();
    let corrected = correct(&sale, &sale.buyer, id, &correction())
        .await
        .expect(StatusCode::CREATED);
    let (credit_note, invoice) = (&corrected.body["credit_note"], &corrected.body["invoice"]);
    assert_eq!(
        corrected.headers["location"].to_str().unwrap(),
        format!("/api/v1/invoices/{}", invoice["id"].as_str().unwrap())
    );
    assert_eq!(invoice["buyer"]["name"], "Analytical Films SARL");
    assert_eq!(invoice["buyer"]["vat_id"], "FR40303265045");
    assert_eq!(
        (&invoice["totals"], &invoice["customer"]),
        (&first["totals"], &json!("business"))
    );
    assert_eq!(credit_note["buyer"]["name"], "Ada Lovelace");
    assert_eq!(credit_note["reason"], "buyer_corrected");
    for document in [credit_note, invoice] {
        assert_eq!(document["preceding"]["document_id"], first["id"]);
    }
    // Both are there for whoever waits for the position of the answer.
    let list = format!("/api/v1/invoices?min_position={}", corrected.position());
    let listed = sale
        .api
        .get(&list)
        .by(&sale.buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    let ids: Vec<&Value> = listed.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, [&invoice["id"], &first["id"]]);
    assert_eq!(listed.body["data"][1]["replaced_by"], invoice["id"]);
    assert_eq!(sale.invoice().await["id"], invoice["id"]);
    let named = format!("{}?document={id}", sale.invoice_path());
    let named = sale
        .api
        .get(&named)
        .by(&sale.buyer)
        .header("accept", "application/json")
        .send()
        .await;
    assert_eq!(named.expect(StatusCode::OK).body["buyer"]["name"], "Ada Lovelace");
}

#[tokio::test]
async fn an_admin_corrects_what_a_buyer_has_not() {
    let sale = Sale::invoiced().await;
    let id = invoice_id(&sale).await;
    let corrected = correct(&sale, &Person::admin(), &id, &correction()).await;
    let corrected = corrected.expect(StatusCode::CREATED);
    let second = corrected.body["invoice"]["id"].as_str().unwrap();
    // What was corrected once can be corrected again, by its own id.
    let again = correct(&sale, &sale.buyer, second, &unchanged())
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again.body["invoice"]["buyer"]["name"], "Ada Lovelace");
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer() {
    let sale = Sale::invoiced().await;
    let path = format!("/api/v1/invoices/{}/corrections", invoice_id(&sale).await);
    let correct = |body: Value| {
        let call = sale
            .api
            .post(&path)
            .by(&sale.buyer)
            .header("idempotency-key", "k1");
        call.json(&body).send()
    };
    let first = correct(correction()).await.expect(StatusCode::CREATED);
    let second = correct(correction()).await.expect(StatusCode::CREATED);
    assert_eq!(second.headers["idempotent-replayed"], "true");
    for document in ["credit_note", "invoice"] {
        assert_eq!(second.body[document]["id"], first.body[document]["id"]);
    }
    let reused = correct(unchanged()).await;
    assert_eq!(reused.refusal(), "422 idempotency_key_reused");
    assert_eq!(sale.listed(&sale.buyer, "credit-notes").await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_corrected_is_refused_and_stores_nothing() {
    let sale = Sale::invoiced().await;
    let id = invoice_id(&sale).await;
    let head = sale.api.head();
    let mut refusals = vec![
        correct(&sale, &sale.buyer, &id, &unchanged()).await.problem(),
        correct(&sale, &sale.buyer, DOCUMENT, &correction())
            .await
            .problem(),
        correct(&sale, &sale.buyer, "nonsense", &correction())
            .await
            .refusal(),
        correct(&sale, &Person::buyer(), &id, &correction())
            .await
            .problem(),
        correct(&sale, &sale.seller, &id, &correction()).await.problem(),
        correct(&sale, &Person::auditor(), &id, &correction())
            .await
            .problem(),
    ];
    for (pointer, wrong) in [
        ("/name", json!("")),
        ("/name", json!("x".repeat(10_000))),
        ("/name", json!("a\u{202e}b")),
        ("/vat_id", json!("FR00")),
        ("/address/country", json!("Atlantis")),
        ("/address", json!(null)),
        ("/surprise", json!(1)),
    ] {
        let mut body = correction();
        match body.pointer_mut(pointer) {
            Some(place) => *place = wrong,
            None => body["surprise"] = wrong,
        }
        let refused = correct(&sale, &sale.buyer, &id, &body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text
        );
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.text);
    }
    assert_eq!(sale.api.head(), head, "nothing is stored");
    correct(&sale, &sale.buyer, &id, &correction())
        .await
        .expect(StatusCode::CREATED);
    refusals.push(correct(&sale, &sale.buyer, &id, &unchanged()).await.problem());
    insta::assert_snapshot!(refusals.join("\n"), @r"
    422 nothing_to_correct: the invoice names the buyer like that already
    404 document_not_found
    400 invalid_parameter
    404 document_not_found
    403 forbidden: a role is needed: buyer, admin
    403 forbidden: a role is needed: buyer, admin
    409 document_conflict: the invoice was replaced
    ");
}

#[tokio::test]
async fn what_was_paid_back_in_full_cannot_be_corrected() {
    let sale = Sale::invoiced().await;
    let id = invoice_id(&sale).await;
    sale.refund_in_full().await;
    sale.api.recorded("document.credited").await;
    let refused = correct(&sale, &sale.buyer, &id, &correction()).await;
    assert_eq!(
        refused.problem(),
        "409 document_conflict: nothing is left of the invoice"
    );
}
