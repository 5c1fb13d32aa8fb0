//! Refunds: who may, what is refused, and that a refusal stores nothing.

use axum::http::StatusCode;
use comptoir_api::config::Secret;
use comptoir_engine::gateway::hyperswitch::sign;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Listed, Person, WEBHOOK_SECRET, eventually, order_of};

/// An order of two sellers that is paid, and everybody around it.
pub(crate) struct Sale {
    pub(crate) api: Api,
    pub(crate) buyer: Person,
    pub(crate) seller: Person,
    pub(crate) other_seller: Person,
    pub(crate) order: String,
    pub(crate) payment: String,
}

async fn deliver(api: &Api, body: &Value) {
    let body = body.to_string();
    let signature = sign(&Secret::new(WEBHOOK_SECRET), body.as_bytes());
    api.post("/api/v1/webhooks/hyperswitch")
        .header("x-webhook-signature-512", &signature)
        .bytes(body.into_bytes())
        .send()
        .await
        .expect(StatusCode::OK);
}

fn webhook(event_type: &str, kind: &str, object: &Value) -> Value {
    json!({
        "merchant_id": "merchant_1", "event_id": format!("evt_{event_type}"), "event_type": event_type,
        "content": {"type": kind, "object": object}, "timestamp": "2026-06-25T08:14:52.700Z",
    })
}

impl Sale {
    pub(crate) async fn unpaid() -> Self {
        Self::unpaid_at(Api::start().await, json!({})).await
    }

    /// The same on a node, with more in the request.
    pub(crate) async fn unpaid_at(api: Api, more: Value) -> Self {
        let seller = Person::seller();
        let listed = api.product(&seller, "basic", 2990).await;
        Self::of_listed(api, seller, listed, &more).await
    }

    /// The same with terms of use for what the first seller offers.
    pub(crate) async fn under_terms(api: Api, use_terms: &Value) -> Self {
        let seller = Person::seller();
        let listed = api.product(&seller, "basic", 9990).await;
        let offer = json!({
            "kind": "premium", "price": {"amount": 2990, "currency": "EUR"},
            "terms": {"version": "1", "text": "Use it well."}, "use_terms": use_terms,
        });
        let path = format!("/api/v1/products/{}/offers", listed.id);
        let offer = api.post(&path).by(&seller).json(&offer).send().await;
        let offer_id = offer.expect(StatusCode::CREATED).id();
        Self::of_listed(api, seller, Listed { offer_id, ..listed }, &json!({})).await
    }

    async fn of_listed(api: Api, seller: Person, listed: Listed, more: &Value) -> Self {
        let (buyer, other_seller) = (Person::buyer(), Person::seller());
        let other = api.product(&other_seller, "basic", 1000).await;
        let mut order = order_of(&listed);
        let second = json!({"product_id": other.id, "offer_id": other.offer_id, "quantity": 1});
        order["lines"].as_array_mut().unwrap().push(second);
        for (field, value) in more["billing"].as_object().into_iter().flatten() {
            order["billing"][field] = value.clone();
        }
        let placed = api.post("/api/v1/orders").by(&buyer).json(&order).send().await;
        let placed = placed.expect(StatusCode::CREATED);
        let payment = placed.body["payment"]["id"].as_str().unwrap().to_owned();
        Self {
            order: placed.id(),
            api,
            buyer,
            seller,
            other_seller,
            payment,
        }
    }

    pub(crate) async fn paid() -> Self {
        Self::unpaid().await.pay().await
    }

    pub(crate) async fn pay(self) -> Self {
        let sale = self;
        let object = json!({
            "payment_id": sale.payment, "status": "succeeded", "amount": 3990, "amount_received": 3990,
            "currency": "EUR", "updated": "2026-06-25T08:14:52.600Z",
        });
        deliver(
            &sale.api,
            &webhook("payment_succeeded", "payment_details", &object),
        )
        .await;
        sale.until(|order| {
            order["licences"]
                .as_array()
                .is_some_and(|licences| licences.len() == 2)
        })
        .await;
        sale
    }

    pub(crate) async fn dispute(&self, status: &str) {
        let object = json!({
            "dispute_id": "dp_1", "payment_id": self.payment, "amount": "3990", "currency": "EUR",
            "dispute_stage": "dispute", "dispute_status": status, "connector_reason": "fraudulent",
        });
        deliver(&self.api, &webhook(status, "dispute_details", &object)).await;
    }

    /// All of it goes back, and the provider says that it has arrived.
    pub(crate) async fn refund_in_full(&self) {
        let asked = self.refund(&Person::admin(), &reason()).await;
        let refund = asked.expect(StatusCode::CREATED).body["id"].clone();
        self.api.recorded("refund.requested").await;
        let object = json!({
            "refund_id": refund, "payment_id": self.payment, "amount": 3990, "currency": "EUR", "status": "succeeded",
            "updated_at": "2099-06-25T08:15:00.000Z",
        });
        deliver(&self.api, &webhook("refund_succeeded", "refund_details", &object)).await;
    }

    pub(crate) async fn until(&self, is_right: impl Fn(&Value) -> bool) -> Value {
        eventually("the order is what is wanted", async || {
            let path = format!("/api/v1/orders/{}?min_position={}", self.order, self.api.head());
            let order = self.api.get(&path).by(&self.buyer).send().await.body;
            is_right(&order).then_some(order)
        })
        .await
    }

    pub(crate) async fn refund(&self, by: &Person, body: &Value) -> Answer {
        let path = format!("/api/v1/orders/{}/refund", self.order);
        self.api.post(&path).by(by).json(body).send().await
    }

    pub(crate) async fn withdraw(&self, by: &Person, step: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/orders/{}/withdrawal{step}", self.order);
        self.api.post(&path).by(by).json(body).send().await
    }

    pub(crate) async fn read(&self, by: &Person, path: &str) -> Answer {
        let path = format!("{path}?min_position={}", self.api.head());
        self.api.get(&path).by(by).send().await
    }
}

pub(crate) fn reason() -> Value {
    json!({"reason": "customer_request"})
}

/// The provider refunds another amount than was asked for: an admin finds the order, and what does not fit.
#[tokio::test]
async fn a_refund_of_another_amount_puts_its_order_among_those_to_be_reviewed() {
    let sale = Sale::paid().await;
    let asked = sale.refund(&Person::admin(), &reason()).await;
    let asked = asked.expect(StatusCode::CREATED);
    sale.api.recorded("refund.requested").await;
    let object = json!({
        "refund_id": asked.body["id"], "payment_id": sale.payment, "status": "succeeded", "amount": 9999,
        "currency": "EUR", "updated_at": "2026-06-25T08:14:52.600Z",
    });
    deliver(&sale.api, &webhook("refund_succeeded", "refund_details", &object)).await;
    let shown = sale.until(|order| order["needs_review"] == true).await;
    assert_eq!(
        shown.get("review_flags"),
        None,
        "the amounts are for the platform"
    );
    for person in [Person::admin(), Person::auditor()] {
        let list = sale.api.get("/api/v1/orders?status=needs_review").by(&person);
        let listed = list.send().await.expect(StatusCode::OK).body;
        assert_eq!(listed["data"][0]["id"], sale.order.as_str());
        let flag = &listed["data"][0]["review_flags"][0];
        assert_eq!(
            (&flag["reason"], &flag["reported"], &flag["currency"]),
            (&json!("refund_mismatch"), &json!(9999), &json!("EUR"))
        );
        let one = sale
            .read(&person, &format!("/api/v1/orders/{}", sale.order))
            .await;
        assert_eq!(one.expect(StatusCode::OK).body["review_flags"][0], *flag);
    }
    let own = sale.api.get("/api/v1/orders?status=needs_review").by(&sale.buyer);
    let own = own.send().await.expect(StatusCode::OK).body;
    assert_eq!(own["data"][0].get("review_flags"), None);
}

#[tokio::test]
async fn a_refund_is_seen_by_those_it_concerns() {
    let sale = Sale::paid().await;
    let admin = Person::admin();
    let asked = sale
        .refund(
            &admin,
            &json!({"amount": 1000, "reason": "other", "note": "By letter."}),
        )
        .await;
    let asked = asked.expect(StatusCode::CREATED);
    assert_eq!(asked.body["amount"], 1000);
    let own = json!([{"line": 0, "amount": 749, "tax": 125}]);
    assert_eq!(asked.body["lines"][0], own[0]);
    let path = asked.headers["location"].to_str().unwrap().to_owned();
    let read = sale.read(&admin, &path).await.expect(StatusCode::OK);
    assert_eq!(
        (&read.body["note"], &read.body["reason"]),
        (&json!("By letter."), &json!("other"))
    );
    let by_seller = sale.read(&sale.seller, &path).await.expect(StatusCode::OK);
    assert_eq!(
        (&by_seller.body["lines"], &by_seller.body["amount"]),
        (&own, &json!(749))
    );
    assert!(by_seller.body.get("note").is_none());
    for person in [&sale.buyer, &Person::auditor()] {
        let seen = sale.read(person, &path).await.expect(StatusCode::OK);
        assert_eq!(seen.body["lines"].as_array().unwrap().len(), 2);
        assert!(seen.body.get("note").is_none());
    }
    for person in [&Person::buyer(), &Person::seller()] {
        assert_eq!(sale.read(person, &path).await.refusal(), "404 refund_not_found");
    }
    for (person, expected) in [
        (&admin, 1),
        (&sale.buyer, 1),
        (&sale.seller, 1),
        (&Person::seller(), 0),
    ] {
        let listed = sale.read(person, "/api/v1/refunds").await.expect(StatusCode::OK);
        assert_eq!(listed.body["data"].as_array().unwrap().len(), expected);
    }
    let of_order = format!("/api/v1/orders/{}/refunds", sale.order);
    let listed = sale
        .read(&sale.other_seller, &of_order)
        .await
        .expect(StatusCode::OK);
    assert_eq!(listed.body["data"][0]["amount"], 251);
    insta::assert_snapshot!(sale.read(&Person::buyer(), &of_order).await.refusal(), @"404 order_not_found");
}

#[tokio::test]
async fn what_cannot_be_refunded_is_refused_with_its_reason_and_stores_nothing() {
    let sale = Sale::paid().await;
    let (seller, admin) = (&sale.seller, &Person::admin());
    let (head, keys) = (sale.api.head(), sale.api.person_keys().await);
    for body in [reason(), json!({"lines": [0, 1], "reason": "duplicate"})] {
        assert_eq!(
            sale.refund(seller, &body).await.problem(),
            "403 forbidden: line 1 is another seller's\n/lines other_sellers_line: line 1 is another seller's"
        );
    }
    let cases = [
        (
            seller,
            json!({"amount": 2991, "reason": "duplicate"}),
            "409 refund_too_large",
        ),
        (
            admin,
            json!({"amount": 3991, "reason": "duplicate", "note": "x"}),
            "409 refund_too_large",
        ),
        (
            admin,
            json!({"amount": 0, "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"amount": -5, "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"amount": "5", "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"lines": [], "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"lines": [2], "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"lines": [-1], "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"lines": [0], "amount": 5, "reason": "duplicate"}),
            "422 invalid_request",
        ),
        (admin, json!({"reason": "other"}), "422 invalid_request"),
        (admin, json!({"reason": "withdrawal"}), "422 invalid_request"),
        (
            admin,
            json!({"reason": "duplicate", "note": "a\u{0}b"}),
            "422 invalid_request",
        ),
        (
            admin,
            json!({"reason": "duplicate", "nonsense": 1}),
            "422 invalid_request",
        ),
        (admin, json!({}), "422 invalid_request"),
        (&sale.buyer, reason(), "403 forbidden"),
        (&Person::auditor(), reason(), "403 forbidden"),
        (&Person::seller(), reason(), "404 order_not_found"),
    ];
    for (person, body, expected) in cases {
        assert_eq!(sale.refund(person, &body).await.refusal(), expected, "{body}");
    }
    let path = format!("/api/v1/orders/{}/refund", sale.order);
    let nobody = sale.api.post(&path).json(&reason()).send().await;
    insta::assert_snapshot!(nobody.refusal(), @"401 unauthenticated");
    let unknown = "/api/v1/orders/order_01jd3e8m6xf2r9kq7v5t4w8zab/refund";
    let unknown = sale.api.post(unknown).by(admin).json(&reason()).send().await;
    insta::assert_snapshot!(unknown.refusal(), @"404 order_not_found");
    let wrong = sale
        .api
        .post("/api/v1/orders/licence_1/refund")
        .by(admin)
        .json(&reason())
        .send()
        .await;
    insta::assert_snapshot!(wrong.refusal(), @"400 invalid_parameter");
    assert_eq!((sale.api.head(), sale.api.person_keys().await), (head, keys));
    sale.refund(admin, &reason()).await.expect(StatusCode::CREATED);
    insta::assert_snapshot!(sale.refund(admin, &reason()).await.refusal(), @"409 nothing_to_refund");
}

#[tokio::test]
async fn a_seller_refunds_for_so_long_and_no_longer() {
    let api = Api::start_with(&[("COMPTOIR_SELLER_REFUND_DAYS", "0")]).await;
    let sale = Sale::unpaid_at(api, json!({})).await.pay().await;
    let head = sale.api.head();
    let body = json!({"lines": [0], "reason": "duplicate"});
    let over = sale.refund(&sale.seller, &body).await;
    assert_eq!(over.refusal(), "409 refund_window_over");
    assert!(
        over.problem().contains("it could be refunded until 20"),
        "{}",
        over.text
    );
    assert_eq!(sale.api.head(), head);
    // The platform has longer.
    sale.refund(&Person::admin(), &body)
        .await
        .expect(StatusCode::CREATED);
}

#[tokio::test]
async fn an_unpaid_order_is_neither_refunded_nor_withdrawn_from() {
    let sale = Sale::unpaid().await;
    insta::assert_snapshot!(sale.refund(&Person::admin(), &reason()).await.refusal(), @"409 order_not_paid");
    insta::assert_snapshot!(sale.withdraw(&sale.buyer, "", &json!({})).await.refusal(), @"409 order_not_paid");
}

#[tokio::test]
async fn a_repeated_refund_gets_the_first_one() {
    let sale = Sale::paid().await;
    let path = format!("/api/v1/orders/{}/refund", sale.order);
    let send = async |body: &Value| {
        let call = sale
            .api
            .post(&path)
            .by(&sale.seller)
            .header("idempotency-key", "once");
        call.json(body).send().await
    };
    let body = json!({"amount": 500, "reason": "customer_request"});
    let first = send(&body).await.expect(StatusCode::CREATED);
    let again = send(&body).await.expect(StatusCode::CREATED);
    assert_eq!(
        (first.id(), &again.headers["idempotent-replayed"]),
        (again.id(), &"true".parse().unwrap())
    );
    let other = send(&json!({"amount": 501, "reason": "customer_request"})).await;
    insta::assert_snapshot!(other.refusal(), @"422 idempotency_key_reused");
}
