//! Reviews: posted, edited, answered, reported, hidden, restored, removed, voted for; and who sees what of them.

use axum::http::StatusCode;
use comptoir_domain::values::SubjectId;
use comptoir_engine::vault::Destroyed;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Listed, Person};

/// A product that costs nothing, whose order is paid as soon as it is placed, and somebody who ordered it.
pub(crate) struct Bought {
    pub(crate) api: Api,
    pub(crate) seller: Person,
    pub(crate) buyer: Person,
    pub(crate) listed: Listed,
    pub(crate) order: String,
}

impl Bought {
    pub(crate) async fn new() -> Self {
        let api = Api::start().await;
        let (seller, buyer) = (Person::seller(), Person::buyer());
        let listed = api.product(&seller, "basic", 0).await;
        let order = api.order(&buyer, &listed).await.id();
        Self {
            api,
            seller,
            buyer,
            listed,
            order,
        }
    }

    pub(crate) fn reviews(&self) -> String {
        format!("/api/v1/products/{}/reviews", self.listed.id)
    }

    pub(crate) fn body(&self, rating: i64, text: &str) -> Value {
        json!({"order_id": self.order, "rating": rating, "text": text})
    }

    pub(crate) async fn posted(&self, rating: i64, text: &str) -> Answer {
        let body = self.body(rating, text);
        let posted = self
            .api
            .post(&self.reviews())
            .by(&self.buyer)
            .json(&body)
            .send()
            .await;
        posted.expect(StatusCode::CREATED)
    }

    /// One more buyer's review.
    pub(crate) async fn another(&self, rating: i64) -> Answer {
        let buyer = Person::buyer();
        let order = self.api.order(&buyer, &self.listed).await.id();
        let body = json!({"order_id": order, "rating": rating});
        let posted = self.api.post(&self.reviews()).by(&buyer).json(&body).send().await;
        posted.expect(StatusCode::CREATED)
    }

    async fn read(&self, person: &Person, path: &str) -> Answer {
        let path = format!("{path}min_position={}", self.api.head());
        self.api.get(&path).by(person).send().await
    }

    async fn rating(&self) -> Value {
        let path = format!("/api/v1/products/{}?", self.listed.id);
        let product = self.read(&self.buyer, &path).await.expect(StatusCode::OK);
        product.body["rating"].clone()
    }
}

fn path_of(review: &Answer) -> String {
    format!("/api/v1/reviews/{}", review.id())
}

#[tokio::test]
async fn a_review_is_posted_edited_and_counted() {
    let shop = Bought::new().await;
    let posted = shop.posted(4, "Warm and dark.").await;
    let path = path_of(&posted);
    assert_eq!(posted.headers["location"].to_str().unwrap(), path);
    assert_eq!(posted.body["verified_purchase"], true);
    assert_eq!(
        (&posted.body["status"], &posted.body["author_erased"]),
        (&json!("visible"), &json!(false))
    );
    assert!(posted.body["purchased_at"].is_string() && posted.body["published_at"].is_string());
    assert_eq!(posted.body["edited_at"], Value::Null);
    let rating = shop.rating().await;
    assert_eq!((&rating["average"], &rating["count"]), (&json!(4.0), &json!(1)));

    let edit = json!({"rating": 5, "text": "Warm, dark and long."});
    let edited = shop.api.patch(&path).by(&shop.buyer).json(&edit).send().await;
    let edited = edited.expect(StatusCode::OK);
    assert_eq!(
        (&edited.body["rating"], &edited.body["text"]),
        (&json!(5), &edit["text"])
    );
    let history = &edited.body["details"]["history"];
    assert_eq!(
        (&history[0]["rating"], &history[0]["text"]),
        (&json!(4), &json!("Warm and dark."))
    );
    let read = shop
        .read(&shop.buyer, &format!("{path}?"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(read.body, edited.body);
    let stranger = shop.read(&Person::buyer(), &format!("{path}?")).await;
    assert_eq!(stranger.expect(StatusCode::OK).body.get("details"), None);

    // The same once more changes nothing, and a text can be taken out.
    let before = shop.api.head();
    let same = shop.api.patch(&path).by(&shop.buyer).json(&edit).send().await;
    assert_eq!(same.expect(StatusCode::OK).body, edited.body);
    assert_eq!(shop.api.head(), before);
    let without = json!({"text": null});
    let edited = shop.api.patch(&path).by(&shop.buyer).json(&without).send().await;
    assert_eq!(edited.expect(StatusCode::OK).body["text"], Value::Null);
    shop.another(4).await;
    shop.another(4).await;
    let rating = shop.rating().await;
    assert_eq!((&rating["average"], &rating["count"]), (&json!(4.3), &json!(3)));
    assert_eq!(
        rating["histogram"][0],
        json!({"stars": 5, "count": 1, "percent": 33})
    );
    assert_eq!(
        rating["histogram"][1],
        json!({"stars": 4, "count": 2, "percent": 67})
    );
}

#[tokio::test]
async fn a_repeat_under_its_key_gets_the_first_answer() {
    let shop = Bought::new().await;
    let body = shop.body(3, "Fine.");
    let post = async |body: &Value| {
        let call = shop.api.post(&shop.reviews()).by(&shop.buyer);
        call.header("idempotency-key", "once").json(body).send().await
    };
    let first = post(&body).await.expect(StatusCode::CREATED);
    let again = post(&body).await.expect(StatusCode::CREATED);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.body, first.body);
    let other = post(&shop.body(4, "Fine.")).await;
    assert_eq!(other.refusal(), "422 idempotency_key_reused");
}

#[tokio::test]
async fn a_seller_answers_and_readers_vote() {
    let shop = Bought::new().await;
    let path = path_of(&shop.posted(2, "Too quiet.").await);
    let answer = json!({"text": "Turn it up."});
    let answered = shop
        .api
        .post(&format!("{path}/answer"))
        .by(&shop.seller)
        .json(&answer)
        .send()
        .await;
    assert_eq!(
        answered.expect(StatusCode::OK).body["answer"]["text"],
        "Turn it up."
    );
    let reader = Person::buyer();
    let vote = format!("{path}/helpful-vote");
    for _ in 0..2 {
        let voted = shop
            .api
            .put(&vote)
            .by(&reader)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(voted.body["helpful_count"], 1);
    }
    let list = shop
        .read(&reader, &format!("{}?sort=most_helpful&", shop.reviews()))
        .await;
    let list = list.expect(StatusCode::OK);
    assert_eq!(list.body["data"][0]["helpful_count"], 1);
    assert_eq!(list.body["data"][0]["answer"]["text"], "Turn it up.");
    for _ in 0..2 {
        let taken = shop
            .api
            .delete(&vote)
            .by(&reader)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(taken.body["helpful_count"], 0);
    }
}

#[tokio::test]
async fn a_hidden_review_tells_its_author_why_and_nobody_else_sees_it() {
    let shop = Bought::new().await;
    let (admin, reader) = (Person::admin(), Person::buyer());
    let path = path_of(&shop.posted(1, "Call me at home.").await);
    let report = json!({"reason": "personal_data", "note": "A phone number."});
    let reported = shop
        .api
        .post(&format!("{path}/report"))
        .by(&reader)
        .json(&report)
        .send()
        .await;
    assert_eq!(reported.expect(StatusCode::OK).body.get("details"), None);
    let seen = shop
        .read(&admin, &format!("{path}?"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(seen.body["details"]["reports"][0]["note"], "A phone number.");

    let hide = json!({"reason": "personal_data", "note": "Please leave the number out."});
    let hidden = shop
        .api
        .post(&format!("{path}/hide"))
        .by(&admin)
        .json(&hide)
        .send()
        .await;
    assert_eq!(hidden.expect(StatusCode::OK).body["status"], "hidden");
    let own = shop
        .read(&shop.buyer, &format!("{path}?"))
        .await
        .expect(StatusCode::OK);
    let why = &own.body["details"]["hidden"];
    assert_eq!(
        (&why["reason"], &why["note"]),
        (&json!("personal_data"), &hide["note"])
    );
    assert_eq!(own.body["details"].get("reports"), None);
    for person in [&reader, &shop.seller] {
        let read = shop.read(person, &format!("{path}?")).await;
        assert_eq!(read.refusal(), "404 review_not_found");
    }
    let list = shop.read(&reader, &format!("{}?", shop.reviews())).await;
    assert_eq!(list.expect(StatusCode::OK).body["data"], json!([]));
    assert_eq!(shop.rating().await["count"], 0);

    // Removing it does not make room for another one; restoring does.
    shop.api
        .delete(&path)
        .by(&shop.buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    let again = shop
        .api
        .post(&shop.reviews())
        .by(&shop.buyer)
        .json(&shop.body(1, "Again."))
        .send()
        .await;
    insta::assert_snapshot!(again.problem(), @"409 review_conflict: the author's review was hidden (personal_data); an admin has to allow another one");
    let restore = format!("{path}/restore");
    shop.api
        .post(&restore)
        .by(&admin)
        .send()
        .await
        .expect(StatusCode::OK);
    shop.posted(2, "Without the number.").await;
    assert_eq!(shop.rating().await["average"], json!(2.0));
}

#[tokio::test]
async fn a_removed_review_is_gone_for_readers_and_can_be_written_anew() {
    let shop = Bought::new().await;
    let path = path_of(&shop.posted(1, "Not for me.").await);
    let removed = shop
        .api
        .delete(&path)
        .by(&shop.buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&removed.body["status"], &removed.body["text"]),
        (&json!("removed"), &Value::Null)
    );
    let read = shop.read(&Person::buyer(), &format!("{path}?")).await;
    assert_eq!(read.refusal(), "404 review_not_found");
    let again = shop
        .api
        .delete(&path)
        .by(&shop.buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(again.body, removed.body);
    let posted = shop.posted(4, "Now I get it.").await;
    assert_eq!(path_of(&posted), path);
    assert_eq!(posted.body["details"]["history"], json!([]));
}

#[tokio::test]
async fn an_erased_author_appears_as_erased_and_their_text_is_gone() {
    let shop = Bought::new().await;
    let path = path_of(&shop.posted(4, "Written by somebody.").await);
    let answer = json!({"text": "Thank you."});
    let answered = shop
        .api
        .post(&format!("{path}/answer"))
        .by(&shop.seller)
        .json(&answer)
        .send()
        .await;
    answered.expect(StatusCode::OK);
    let vault = shop.api.node.engine().vault();
    let destroyed = vault.destroy(SubjectId::from(shop.buyer.id)).await.unwrap();
    assert_eq!(destroyed, Destroyed::Now);

    let list = shop.read(&Person::buyer(), &format!("{}?", shop.reviews())).await;
    let list = list.expect(StatusCode::OK);
    let review = &list.body["data"][0];
    assert_eq!(
        (&review["author_erased"], &review["text"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(
        (&review["rating"], &review["answer"]["text"]),
        (&json!(4), &json!("Thank you."))
    );
    let edit = json!({"text": "Back again."});
    let refused = shop.api.patch(&path).by(&shop.buyer).json(&edit).send().await;
    assert_eq!(refused.refusal(), "409 person_erased");
}

#[tokio::test]
async fn reviews_come_in_pages_in_every_order() {
    let shop = Bought::new().await;
    for rating in [3, 5, 1] {
        shop.another(rating).await;
    }
    for (sort, expected) in [
        ("newest", [1, 5, 3]),
        ("oldest", [3, 5, 1]),
        ("highest", [5, 3, 1]),
        ("lowest", [1, 3, 5]),
        ("most_helpful", [1, 5, 3]),
    ] {
        let (mut seen, mut behind) = (Vec::new(), String::new());
        loop {
            let path = format!("{}?sort={sort}&limit=2{behind}&", shop.reviews());
            let page = shop.read(&shop.buyer, &path).await.expect(StatusCode::OK);
            let data = page.body["data"].as_array().unwrap().clone();
            seen.extend(data.iter().map(|review| review["rating"].as_i64().unwrap()));
            if page.body["has_more"] == false {
                break;
            }
            behind = format!("&starting_after={}", data.last().unwrap()["id"].as_str().unwrap());
        }
        assert_eq!(seen, expected, "{sort}");
    }
}
