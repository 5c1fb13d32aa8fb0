//! Cursors of the lists of what comes after a sale: a page begins behind an entry that the caller can see, and nothing else.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Answer, Person};

/// What stands behind the prefix of a well-formed id of nothing.
const ID: &str = "01jd3e8m6xf2r9kq7v5t4w8zab";

/// A sale with a refund, a dispute, a review and a promotion.
struct Shop {
    sale: Sale,
    admin: Person,
    reviews: String,
    foreign_review: String,
    refund: String,
    dispute: String,
    review: String,
    promotion: String,
}

impl Shop {
    async fn open() -> Self {
        let sale = Sale::paid().await;
        let admin = Person::admin();
        let part = json!({"lines": [0], "reason": "duplicate"});
        let refund = sale.refund(&admin, &part).await.expect(StatusCode::CREATED).id();
        sale.dispute("dispute_opened").await;
        let order = sale.until(|order| order["dispute_status"] == "open").await;
        let list = format!("/api/v1/disputes?min_position={}", sale.api.head());
        let disputes = sale.api.get(&list).by(&admin).send().await.body;
        let lines = order["lines"].as_array().unwrap().clone();
        let reviews_of = |line: &Value| {
            format!(
                "/api/v1/products/{}/reviews",
                line["product_id"].as_str().unwrap()
            )
        };
        let (reviews, other_reviews) = (reviews_of(&lines[0]), reviews_of(&lines[1]));
        let post = async |list: &str| {
            let body = json!({"order_id": sale.order, "rating": 5});
            let posted = sale.api.post(list).by(&sale.buyer).json(&body).send().await;
            posted.expect(StatusCode::CREATED).id()
        };
        let (review, foreign_review) = (post(&reviews).await, post(&other_reviews).await);
        let code = json!({"code": "SPRING", "percent_off_basis_points": 1000});
        let promotion = sale
            .api
            .post("/api/v1/promotions")
            .by(&admin)
            .json(&code)
            .send()
            .await;
        Self {
            dispute: disputes["data"][0]["id"].as_str().unwrap().to_owned(),
            promotion: promotion.expect(StatusCode::CREATED).id(),
            reviews,
            foreign_review,
            refund,
            review,
            admin,
            sale,
        }
    }

    async fn behind(&self, person: &Person, list: &str, id: &str) -> Answer {
        let position = self.sale.api.head();
        let path = format!("{list}?starting_after={id}&min_position={position}");
        self.sale.api.get(&path).by(person).send().await
    }
}

const REFUNDS: &str = "/api/v1/refunds";
const DISPUTES: &str = "/api/v1/disputes";
const PROMOTIONS: &str = "/api/v1/promotions";
const REVIEWS: &str = "/api/v1/reviews";

#[tokio::test]
async fn an_unknown_cursor_is_refused_alike_by_every_list_of_what_comes_after() {
    let shop = Shop::open().await;
    let (buyer, seller, admin) = (&shop.sale.buyer, &shop.sale.seller, &shop.admin);
    let mut refusals = Vec::new();
    for (list, prefix, people) in [
        (REFUNDS, "ref", [buyer, seller, admin].as_slice()),
        (DISPUTES, "dispute", &[buyer, seller, admin]),
        (PROMOTIONS, "promo", &[seller, admin]),
        (REVIEWS, "review", &[admin]),
        (&*shop.reviews, "review", &[buyer, seller, admin]),
    ] {
        for person in people {
            let unknown = format!("{prefix}_{ID}");
            refusals.push(shop.behind(person, list, &unknown).await.problem());
        }
    }
    refusals.dedup();
    insta::assert_snapshot!(refusals.join("\n"), @r"
    400 invalid_parameter: the parameter starting_after is wrong
    starting_after unknown_cursor: the row to start after does not exist
    ");
}

#[tokio::test]
async fn a_malformed_cursor_is_refused_by_every_list() {
    let shop = Shop::open().await;
    let admin = &shop.admin;
    for list in [REFUNDS, DISPUTES, PROMOTIONS, REVIEWS, &shop.reviews] {
        for cursor in [
            "nonsense",
            "%00",
            "%ff",
            "",
            "42",
            &format!("order_{ID}"),
            &shop.sale.order,
        ] {
            let refused = shop.behind(admin, list, cursor).await;
            let problem = refused.problem();
            assert!(
                problem.starts_with("400 invalid_parameter: the parameter starting_after is wrong\nstarting_after invalid_value"),
                "{list} {cursor}: {problem}"
            );
        }
        let twice = format!("{list}?starting_after={0}&starting_after={0}", shop.refund);
        let twice = shop.sale.api.get(&twice).by(admin).send().await;
        assert_eq!(twice.refusal(), "400 invalid_parameter", "{list}");
    }
}

#[tokio::test]
async fn a_foreign_cursor_of_what_comes_after_cannot_be_told_from_an_unknown_one() {
    let shop = Shop::open().await;
    let (stranger, other) = (&Person::buyer(), &Person::seller());
    // The second seller has no line in the refund, and did not make the promotion.
    let beside = &shop.sale.other_seller;
    for (person, list, foreign, prefix) in [
        (stranger, REFUNDS, &shop.refund, "ref"),
        (other, REFUNDS, &shop.refund, "ref"),
        (beside, REFUNDS, &shop.refund, "ref"),
        (stranger, DISPUTES, &shop.dispute, "dispute"),
        (other, DISPUTES, &shop.dispute, "dispute"),
        (beside, PROMOTIONS, &shop.promotion, "promo"),
        (stranger, &shop.reviews, &shop.foreign_review, "review"),
    ] {
        let foreign = shop.behind(person, list, foreign).await.problem();
        let unknown = format!("{prefix}_{ID}");
        assert_eq!(
            foreign,
            shop.behind(person, list, &unknown).await.problem(),
            "{list}"
        );
        assert!(foreign.contains("unknown_cursor"), "{list}: {foreign}");
    }
    let (buyer, seller, admin) = (&shop.sale.buyer, &shop.sale.seller, &shop.admin);
    for (person, list, own) in [
        (buyer, REFUNDS, &shop.refund),
        (seller, REFUNDS, &shop.refund),
        (admin, REFUNDS, &shop.refund),
        (buyer, DISPUTES, &shop.dispute),
        (seller, DISPUTES, &shop.dispute),
        (admin, PROMOTIONS, &shop.promotion),
        (stranger, &shop.reviews, &shop.review),
    ] {
        let page = shop.behind(person, list, own).await.expect(StatusCode::OK);
        assert_eq!(page.body["data"], json!([]), "{list}");
        assert_eq!(page.body["has_more"], false, "{list}");
    }
}
