//! Pages of invoices and credit notes: one after the other, to the last.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::Person;

/// Each correction is a credit note and an invoice more.
async fn corrected(sale: &Sale, name: &str) {
    let invoice = sale.invoice().await;
    let path = format!("/api/v1/invoices/{}/corrections", invoice["id"].as_str().unwrap());
    let correction = json!({
        "name": name,
        "address": {"line_1": "12 St James's Square", "postal_code": "75001", "city": "Paris", "country": "FR"},
    });
    let answer = sale
        .api
        .post(&path)
        .by(&sale.buyer)
        .json(&correction)
        .send()
        .await;
    answer.expect(StatusCode::CREATED);
}

/// A page of one, and whether there are more.
async fn page(sale: &Sale, by: &Person, list: &str, after: Option<&str>) -> (String, bool) {
    let head = sale.api.head();
    let after = after.map_or(String::new(), |id| format!("&starting_after={id}"));
    let path = format!("/api/v1/{list}?limit=1&min_position={head}{after}");
    let page = sale
        .api
        .get(&path)
        .by(by)
        .send()
        .await
        .expect(StatusCode::OK)
        .body;
    let [one] = page["data"].as_array().unwrap().as_slice() else {
        panic!("{page}")
    };
    (
        one["id"].as_str().unwrap().to_owned(),
        page["has_more"].as_bool().unwrap(),
    )
}

#[tokio::test]
async fn a_page_in_the_middle_has_more_and_the_last_has_not() {
    let sale = Sale::invoiced().await;
    for name in ["Augusta Ada King", "Ada King", "Ada Byron"] {
        corrected(&sale, name).await;
    }
    for (list, count) in [("invoices", 4), ("credit-notes", 3)] {
        for by in [&sale.buyer, &Person::admin()] {
            let listed = sale.listed(by, list).await;
            let listed: Vec<&str> = listed.iter().map(|one| one["id"].as_str().unwrap()).collect();
            assert_eq!(listed.len(), count);
            let mut after: Option<String> = None;
            for (number, id) in listed.iter().enumerate() {
                let (found, has_more) = page(&sale, by, list, after.as_deref()).await;
                assert_eq!(
                    (&*found, has_more),
                    (*id, number + 1 < count),
                    "{list}, page {number}"
                );
                after = Some(found);
            }
        }
    }
    let newest = sale.listed(&sale.buyer, "invoices").await[0].clone();
    let of_order = format!("invoices?order_id={}&limit=2", sale.order);
    let listed = sale.listed(&sale.buyer, &of_order).await;
    assert_eq!((listed.len(), &listed[0]["id"]), (2, &newest["id"]));
    assert_eq!(newest["replaced_by"], Value::Null);
}
