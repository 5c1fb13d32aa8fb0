//! Products: made, offered, sold or not, and seen by whom.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{Api, Listed, Person};

fn path(listed: &Listed) -> String {
    format!("/api/v1/products/{}?min_position={}", listed.id, listed.position)
}

#[tokio::test]
async fn a_product_is_made_offered_published_and_read() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let read = api
        .get(&path(&listed))
        .by(&buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    assert!(read.position() >= listed.position);
    assert_eq!(read.body["status"], "on_sale");
    assert_eq!(read.body["seller_id"], seller.id.to_string());
    assert_eq!(
        read.body["offers"][0]["price"],
        json!({"amount": 2990, "currency": "EUR"})
    );
    assert_eq!(read.body["offers"][0]["kind"], "basic");

    let list = api
        .get("/api/v1/products")
        .by(&buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(list.body["data"][0], read.body);
    assert_eq!(list.body["has_more"], false);

    let terms = format!("/api/v1/products/{}/offers/{}/terms", listed.id, listed.offer_id);
    let terms = api.get(&terms).by(&buyer).send().await.expect(StatusCode::OK);
    assert_eq!(terms.body["text"], "Use it well.");
    assert_eq!(terms.body["hash"], read.body["offers"][0]["terms"]["hash"]);
}

#[tokio::test]
async fn what_is_changed_is_seen_by_who_waits_for_it() {
    let api = Api::start().await;
    let seller = Person::seller();
    let listed = api.product(&seller, "basic", 2990).await;
    api.get(&path(&listed))
        .by(&seller)
        .send()
        .await
        .expect(StatusCode::OK);
    let offer = format!("/api/v1/products/{}/offers/{}", listed.id, listed.offer_id);
    let price = json!({"price": {"amount": 100, "currency": "EUR"}});
    let repriced = api
        .patch(&offer)
        .by(&seller)
        .json(&price)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(repriced.body["offers"][0]["price"]["amount"], 100);
    let product = format!("/api/v1/products/{}", listed.id);
    let described = api
        .patch(&product)
        .by(&seller)
        .json(&json!({"description": "Dark."}))
        .send()
        .await;
    let described = described.expect(StatusCode::OK);
    assert_eq!(
        (&described.body["title"], &described.body["description"]),
        (&json!("Night Drive"), &json!("Dark."))
    );
    let position = described.position().to_string();
    let read = api
        .get(&product)
        .by(&seller)
        .header("comptoir-min-position", &position)
        .send()
        .await;
    let read = read.expect(StatusCode::OK);
    assert_eq!(
        (
            &read.body["description"],
            &read.body["offers"][0]["price"]["amount"]
        ),
        (&json!("Dark."), &json!(100))
    );
    let undone = api
        .patch(&product)
        .by(&seller)
        .json(&json!({"description": null}))
        .send()
        .await;
    assert_eq!(undone.expect(StatusCode::OK).body["description"], json!(null));
}

#[tokio::test]
async fn a_draft_is_seen_by_its_seller_and_the_platform_only() {
    let api = Api::start().await;
    let (seller, other, buyer) = (Person::seller(), Person::seller(), Person::buyer());
    let draft = api.draft(&seller).await;
    assert_eq!(
        draft.headers["location"].to_str().unwrap(),
        format!("/api/v1/products/{}", draft.id())
    );
    let path = format!(
        "/api/v1/products/{}?min_position={}",
        draft.id(),
        draft.position()
    );
    for person in [&seller, &Person::admin(), &Person::auditor()] {
        api.get(&path).by(person).send().await.expect(StatusCode::OK);
    }
    for person in [&buyer, &other] {
        let answer = api.get(&path).by(person).send().await;
        insta::allow_duplicates! { insta::assert_snapshot!(answer.problem(), @"404 product_not_found"); }
    }
    let list = api
        .get("/api/v1/products")
        .by(&buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(list.body["data"], json!([]));
    let own = format!("/api/v1/products?seller_id={}", seller.id);
    let own = api.get(&own).by(&seller).send().await.expect(StatusCode::OK);
    assert_eq!(own.body["data"][0]["title"], "Unfinished");
}

#[tokio::test]
async fn what_belongs_to_another_seller_cannot_be_changed() {
    let api = Api::start().await;
    let (seller, other) = (Person::seller(), Person::seller());
    let listed = api.product(&seller, "basic", 2990).await;
    let head = api.head();
    let withdraw = format!("/api/v1/products/{}/withdraw", listed.id);
    let answer = api.post(&withdraw).by(&other).send().await;
    insta::assert_snapshot!(answer.problem(), @"403 forbidden: only the seller of the product or an admin may do this");
    assert_eq!(api.head(), head);
    api.act(&Person::admin(), &withdraw).await;
}

/// A draft, and a product off sale: trying to change them tells a stranger no more than reading them does.
#[tokio::test]
async fn what_another_seller_does_not_show_cannot_be_told_from_what_is_not_there() {
    let api = Api::start().await;
    let (seller, other) = (Person::seller(), Person::seller());
    let draft = api.draft(&seller).await;
    let withdrawn = api.product(&seller, "basic", 2990).await;
    let withdraw = format!("/api/v1/products/{}/withdraw", withdrawn.id);
    api.act(&seller, &withdraw).await;
    let head = api.head();
    let attempts = async |id: &str| {
        let path = |rest: &str| format!("/api/v1/products/{id}{rest}");
        let offer = format!("/offers/{}", withdrawn.offer_id);
        let price = json!({"amount": 1, "currency": "EUR"});
        let new_offer = json!({"kind": "basic", "price": price, "terms": {"version": "1", "text": "Mine."}});
        let calls = [
            api.patch(&path("")).json(&json!({"title": "Mine"})),
            api.post(&path("/publish")),
            api.post(&path("/withdraw")),
            api.post(&path("/offers")).json(&new_offer),
            api.patch(&path(&offer)).json(&json!({"price": price})),
            api.post(&path(&format!("{offer}/withdraw"))),
        ];
        let mut refusals = Vec::new();
        for call in calls {
            refusals.push(call.by(&other).send().await.problem());
        }
        refusals
    };
    let unknown = attempts("product_01jd3e8m6xf2r9kq7v5t4w8zab").await;
    assert_eq!(
        unknown,
        vec!["404 product_not_found: the product does not exist"; 6]
    );
    assert_eq!(attempts(&draft.id()).await, unknown);
    assert_eq!(attempts(&withdrawn.id).await, unknown);
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let api = Api::start().await;
    let seller = Person::seller();
    let draft = api.draft(&seller).await;
    let unknown = "/api/v1/products/product_01jd3e8m6xf2r9kq7v5t4w8zab";
    let offer = "offers/offer_01jd3e8m6xf2r9kq7v5t4w8zab/withdraw";
    let answers = [
        api.post(&format!("/api/v1/products/{}/publish", draft.id()))
            .by(&seller)
            .send()
            .await,
        api.post(&format!("/api/v1/products/{}/{offer}", draft.id()))
            .by(&seller)
            .send()
            .await,
        api.post(&format!("{unknown}/publish")).by(&seller).send().await,
        api.get(unknown).by(&seller).send().await,
    ];
    let refusals: Vec<String> = answers.iter().map(crate::support::Answer::problem).collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    409 product_conflict: a product without an offer cannot go on sale
    404 offer_not_found: the product has no such offer
    404 product_not_found: the product does not exist
    404 product_not_found
    "#);
}

#[tokio::test]
async fn a_long_catalogue_is_read_page_by_page() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let mut ids = Vec::new();
    let mut position = 0;
    for _ in 0..5 {
        let listed = api.product(&seller, "basic", 2990).await;
        ids.insert(0, listed.id);
        position = listed.position;
    }
    let mut seen = Vec::new();
    let mut path = format!("/api/v1/products?limit=2&min_position={position}");
    loop {
        let page = api.get(&path).by(&buyer).send().await.expect(StatusCode::OK);
        let data = page.body["data"].as_array().unwrap();
        seen.extend(
            data.iter()
                .map(|product| product["id"].as_str().unwrap().to_owned()),
        );
        if page.body["has_more"] == false {
            break;
        }
        path = format!("/api/v1/products?limit=2&starting_after={}", seen.last().unwrap());
    }
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn a_position_that_is_not_reached_in_time_says_so() {
    let api = Api::start_with(&[("COMPTOIR_READ_WAIT_MS_MAX", "20")]).await;
    let answer = api
        .get("/api/v1/products?min_position=1000000")
        .by(&Person::buyer())
        .send()
        .await;
    insta::assert_snapshot!(answer.problem(), @"503 position_not_reached");
}
