//! Lists of invoices and credit notes: what they show, how they are filtered, and where a page begins.

use axum::http::StatusCode;
use serde_json::json;

use crate::after_sale::Sale;
use crate::invoices::{DOCUMENT, ORDER};
use crate::support::Person;

#[tokio::test]
async fn a_list_shows_what_a_read_shows() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await;
    let listed = &sale.listed(&sale.buyer, "invoices").await[0];
    for (field, value) in listed.as_object().unwrap() {
        if field == "totals" {
            for part in ["net", "tax", "gross"] {
                assert_eq!(value[part], invoice["totals"][part], "{part}");
            }
        } else {
            assert_eq!(value, &invoice[field], "{field}");
        }
    }
    assert_eq!(
        listed["totals"]["gross"],
        json!({"amount": 3990, "currency": "EUR"})
    );
}

#[tokio::test]
async fn lists_are_filtered_and_what_is_no_filter_is_refused() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await;
    let (number, day) = (
        invoice["number"].as_str().unwrap(),
        invoice["issued_on"].as_str().unwrap(),
    );
    let order = &sale.order;
    for (filter, found) in [
        (format!("order_id={order}"), 1),
        (format!("order_id={ORDER}"), 0),
        (format!("number={number}"), 1),
        ("number=FA-1999-000001".to_owned(), 0),
        (format!("issued_from={day}&issued_to={day}"), 1),
        ("issued_to=2000-01-01".to_owned(), 0),
        ("issued_from=2999-01-01".to_owned(), 0),
        (format!("seller_id={}", sale.seller.id), 0),
    ] {
        let listed = sale.listed(&sale.buyer, &format!("invoices?{filter}")).await;
        assert_eq!(listed.len(), found, "{filter}");
    }
    let mut refusals = Vec::new();
    for wrong in [
        "number=fa-1",
        "issued_from=yesterday",
        "issued_from=2026-02-30",
        "issued_from=2026-02-02&issued_to=2026-02-01",
        "order_id=nonsense",
        "seller_id=nonsense",
        "starting_after=nonsense",
        "limit=0",
        "surprise=1",
    ] {
        for list in ["invoices", "credit-notes"] {
            let path = format!("/api/v1/{list}?{wrong}");
            refusals.push(sale.api.get(&path).by(&sale.buyer).send().await.problem());
        }
    }
    refusals.dedup();
    insta::assert_snapshot!(refusals.join("\n"), @r"
    400 invalid_parameter: the parameter number is wrong
    number invalid_value: must be 1 to 35 capital letters, digits and `-`, `/`, `_`
    400 invalid_parameter: the parameter issued_from is wrong
    issued_from invalid_value: input contains invalid characters
    400 invalid_parameter: the parameter issued_from is wrong
    issued_from invalid_value: input is out of range
    400 invalid_parameter: the parameter issued_to is wrong
    issued_to out_of_range: must not be before issued_from
    400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: an id that starts with `order_` is expected
    400 invalid_parameter: the parameter seller_id is wrong
    seller_id invalid_value: an id that starts with `seller_` is expected
    400 invalid_parameter: the parameter starting_after is wrong
    starting_after invalid_value: an id that starts with `document_` is expected
    400 invalid_parameter: the parameter limit is wrong
    limit invalid_value: must be from 1 to 100
    400 invalid_parameter: the parameter surprise is wrong
    surprise unknown_parameter: unknown field `surprise`, expected one of `limit`, `starting_after`, `order_id`, `seller_id`, `issued_from`, `issued_to`, `number`, `view`, `min_position`
    ");
}

#[tokio::test]
async fn a_page_begins_behind_a_document_of_the_list_and_no_other() {
    let sale = Sale::invoiced().await;
    let id = sale.invoice().await["id"].as_str().unwrap().to_owned();
    let behind = async |by: &Person, list: &str, id: &str| {
        let path = format!(
            "/api/v1/{list}?starting_after={id}&min_position={}",
            sale.api.head()
        );
        sale.api.get(&path).by(by).send().await
    };
    let own = behind(&sale.buyer, "invoices", &id).await.expect(StatusCode::OK);
    assert_eq!(own.body, json!({"data": [], "has_more": false}));
    let unknown = behind(&sale.buyer, "invoices", DOCUMENT).await.problem();
    assert!(unknown.contains("unknown_cursor"), "{unknown}");
    for (by, list) in [
        (&Person::buyer(), "invoices"),
        (&sale.seller, "invoices"),
        (&sale.buyer, "credit-notes"),
        (&Person::admin(), "credit-notes"),
    ] {
        assert_eq!(behind(by, list, &id).await.problem(), unknown, "{list}");
    }
}
