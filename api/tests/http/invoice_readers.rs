//! Who sees which invoice, and what of it.

use axum::http::StatusCode;
use serde_json::Value;

use crate::after_sale::Sale;
use crate::invoices::{PDF, XML};
use crate::support::Person;

#[tokio::test]
async fn each_sees_the_documents_that_are_theirs() {
    let sale = Sale::invoiced().await;
    let id = sale.invoice().await["id"].as_str().unwrap().to_owned();
    let by_id = format!("/api/v1/invoices/{id}");
    let admin = Person::admin();
    for by in [&sale.buyer, &admin] {
        let read = sale.api.get(&by_id).by(by).send().await.expect(StatusCode::OK);
        assert_eq!(read.body["buyer"]["name"], "Ada Lovelace");
        sale.api
            .get(&sale.invoice_path())
            .by(by)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(sale.listed(by, "invoices").await.len(), 1);
    }
    // The seller's products are supplied by the platform: the invoice is none of theirs.
    for by in [&sale.seller, &Person::buyer(), &Person::seller()] {
        let refused = sale.api.get(&by_id).by(by).send().await;
        assert_eq!(refused.problem(), "404 document_not_found");
        let refused = sale.api.get(&sale.invoice_path()).by(by).send().await;
        assert_eq!(refused.problem(), "404 order_not_found");
        assert_eq!(sale.listed(by, "invoices").await, [Value::Null; 0]);
    }
    for path in [&by_id, &sale.invoice_path()] {
        assert_eq!(sale.api.get(path).send().await.refusal(), "401 unauthenticated");
    }
}

#[tokio::test]
async fn an_auditor_sees_figures_and_no_person() {
    let sale = Sale::invoiced().await;
    let auditor = Person::auditor();
    let own = sale.invoice().await;
    let by_id = format!("/api/v1/invoices/{}", own["id"].as_str().unwrap());
    let seen = sale
        .api
        .get(&by_id)
        .by(&auditor)
        .send()
        .await
        .expect(StatusCode::OK);
    assert!(
        !seen.text.contains("Lovelace") && !seen.text.contains("Square"),
        "{}",
        seen.text
    );
    let mut expected = own.clone();
    for field in ["supplier", "supplier_erased", "buyer", "buyer_erased"] {
        expected.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(seen.body, expected);
    for (path, accept) in [(&by_id, PDF), (&by_id, XML), (&sale.invoice_path(), "*/*")] {
        let refused = sale
            .api
            .get(path)
            .by(&auditor)
            .header("accept", accept)
            .send()
            .await;
        assert_eq!(
            refused.problem(),
            "403 forbidden: auditors see no personal data; the figures can be had as application/json"
        );
    }
    let listed = sale.listed(&auditor, "invoices").await;
    assert_eq!(listed[0]["id"], own["id"]);
}
