//! What the page of auditors says of proofs.

use axum::http::StatusCode;

use crate::after_sale::Sale;
use crate::support::{Person, eventually};

/// The page of a thing.
async fn shown(sale: &Sale, auditor: &Person, id: &str) -> String {
    let cookie = format!("comptoir_audit={}", auditor.token);
    let page = sale.api.get(&format!("/audit/show?id={id}"));
    let answer = page.header("cookie", &cookie).send().await;
    answer.expect(StatusCode::OK).text
}

async fn shown_as_signed(sale: &Sale, auditor: &Person, id: &str) -> String {
    eventually("all of it is signed", async || {
        let page = shown(sale, auditor, id).await;
        (!page.contains("Not signed yet")).then_some(page)
    })
    .await
}

#[tokio::test]
async fn the_page_proves_each_event_and_says_which_one_is_not_what_was_signed() {
    let (sale, auditor) = (Sale::unpaid().await, Person::auditor());
    let path = format!("/api/v1/orders/{}", sale.order);
    let order = sale.read(&sale.buyer, &path).await.expect(StatusCode::OK).body;
    let product = order["lines"][0]["product_id"].as_str().unwrap();
    let look = async |id: &str| {
        let page = shown_as_signed(&sale, &auditor, id).await;
        (page.contains("Proven"), page.contains("Not what was signed"))
    };
    let (proven, failed) = ((true, false), (false, true));
    assert_eq!((look(&sale.order).await, look(product).await), (proven, proven));

    // A space behind it, by somebody with every right over the database.
    sale.api
        .as_superuser(
            "SET session_replication_role = replica; UPDATE events SET data = (data::text || ' ')::json
             WHERE event_type = 'order.placed'",
        )
        .await;
    assert_eq!((look(&sale.order).await, look(product).await), (failed, proven));

    // Now its hash as well: what stands beside it in the tree does not lead to the root any more.
    sale.api
        .as_superuser(
            "SET session_replication_role = replica; UPDATE events SET leaf_hash = sha256('other')
             WHERE event_type = 'order.placed'",
        )
        .await;
    assert_eq!((look(&sale.order).await, look(product).await), (failed, failed));
}
