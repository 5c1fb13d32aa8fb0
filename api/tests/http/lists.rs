//! Cursors: a page begins behind an entry of the list, and nothing else.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{Answer, Api, Person};

const ORDER: &str = "order_01jd3e8m6xf2r9kq7v5t4w8zab";
const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";
const LICENCE: &str = "licence_01jd3e8m6xf2r9kq7v5t4w8zab";

/// An order, a draft and a licence, and who has them.
struct Shop {
    api: Api,
    seller: Person,
    buyer: Person,
    order: String,
    draft: String,
    licence: String,
}

impl Shop {
    async fn open() -> Self {
        let api = Api::start().await;
        let (seller, buyer) = (Person::seller(), Person::buyer());
        let listed = api.product(&seller, "basic", 0).await;
        let order = api.order(&buyer, &listed).await.id();
        let draft = api.draft(&seller).await.id();
        let issued = api.recorded("licence.issued").await;
        let licences = format!("/api/v1/licences?min_position={issued}");
        let licences = api.get(&licences).by(&buyer).send().await;
        let licence = licences.body["data"][0]["id"].as_str().unwrap().to_owned();
        Self {
            api,
            seller,
            buyer,
            order,
            draft,
            licence,
        }
    }

    async fn behind(&self, person: &Person, list: &str, id: &str) -> Answer {
        let and = if list.contains('?') { '&' } else { '?' };
        let position = self.api.head();
        let path = format!("/api/v1/{list}{and}starting_after={id}&min_position={position}");
        self.api.get(&path).by(person).send().await
    }
}

#[tokio::test]
async fn an_unknown_cursor_is_refused_alike_by_every_list() {
    let shop = Shop::open().await;
    let own = format!("products?seller_id={}", shop.seller.id);
    let mut refusals = Vec::new();
    for (person, list, id) in [
        (&shop.buyer, "orders", ORDER),
        (&shop.seller, "orders", ORDER),
        (&Person::admin(), "orders", ORDER),
        (&shop.buyer, "products", PRODUCT),
        (&shop.seller, &*own, PRODUCT),
        (&shop.buyer, "licences", LICENCE),
        (&shop.seller, "licences", LICENCE),
        (&Person::auditor(), "licences", LICENCE),
    ] {
        refusals.push(shop.behind(person, list, id).await.problem());
    }
    refusals.dedup();
    insta::assert_snapshot!(refusals.join("\n"), @r"
    400 invalid_parameter: the parameter starting_after is wrong
    starting_after unknown_cursor: the row to start after does not exist
    ");
}

#[tokio::test]
async fn a_foreign_cursor_cannot_be_told_from_an_unknown_one() {
    let shop = Shop::open().await;
    let (stranger, other) = (Person::buyer(), Person::seller());
    for (person, list, foreign, unknown) in [
        (&stranger, "orders", &shop.order, ORDER),
        (&other, "orders", &shop.order, ORDER),
        (&stranger, "licences", &shop.licence, LICENCE),
        (&other, "licences", &shop.licence, LICENCE),
        (&stranger, "products", &shop.draft, PRODUCT),
        (&other, "products", &shop.draft, PRODUCT),
    ] {
        let foreign = shop.behind(person, list, foreign).await.problem();
        assert_eq!(
            foreign,
            shop.behind(person, list, unknown).await.problem(),
            "{list}"
        );
        assert!(foreign.contains("unknown_cursor"), "{foreign}");
    }
    for (person, list, id) in [
        (&shop.buyer, "orders", &shop.order),
        (&shop.seller, "orders", &shop.order),
        (&shop.buyer, "licences", &shop.licence),
        (&shop.seller, "licences", &shop.licence),
    ] {
        let page = shop.behind(person, list, id).await.expect(StatusCode::OK);
        assert_eq!(page.body, json!({"data": [], "has_more": false}), "{list}");
    }
    let own = format!("products?seller_id={}", shop.seller.id);
    let page = shop
        .behind(&shop.seller, &own, &shop.draft)
        .await
        .expect(StatusCode::OK);
    assert_eq!(page.body["data"].as_array().unwrap().len(), 1);
}

/// A product that went off sale after its page was read still ends that page.
#[tokio::test]
async fn a_list_goes_on_behind_what_was_withdrawn_meanwhile() {
    let shop = Shop::open().await;
    let listed = shop.api.product(&shop.seller, "basic", 2990).await;
    let withdraw = format!("/api/v1/products/{}/withdraw", listed.id);
    shop.api.act(&shop.seller, &withdraw).await;
    let page = shop
        .behind(&shop.buyer, "products", &listed.id)
        .await
        .expect(StatusCode::OK);
    assert_eq!(page.body["data"].as_array().unwrap().len(), 1);
}
