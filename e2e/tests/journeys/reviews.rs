//! A sale that is reviewed, answered, hidden and shown again; and what a refund and a dispute do to the rating.

use comptoir_sandbox::hyperswitch::{DisputeStatus, DisputeWord, EventType, RefundStatus};
use serde_json::{Value, json};

use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id, payment_id};
use crate::world::{World, eventually};

/// Words that occur nowhere else.
const SAID: [&str; 4] = [
    "Quixotic bassline",
    "Thanks from Zwickau",
    "Jabberwock number",
    "Flummery removed",
];
const EVERYTHING: &str =
    "info,comptoir_api=trace,comptoir_engine=trace,comptoir_projections=trace,sqlx=debug";

struct Shop {
    world: World,
    seller: Person,
    buyer: Person,
    on_sale: OnSale,
    order: String,
    payment: String,
}

impl Shop {
    /// Somebody has bought something and paid for it.
    async fn open() -> Self {
        let world = World::with(&[("COMPTOIR_LOG", EVERYTHING)]).await;
        let (seller, buyer) = (world.seller().await, world.buyer().await);
        let on_sale = world.on_sale_by(&seller, "basic").await;
        let placed = world.place(&buyer, &on_sale).await;
        world.pay(&placed, GOOD_CARD).await;
        let order = id(&placed);
        world.paid_with_licences(&buyer, &order, 1).await;
        Self {
            payment: payment_id(&placed),
            world,
            seller,
            buyer,
            on_sale,
            order,
        }
    }

    async fn review(&self) -> String {
        let path = format!("/products/{}/reviews", self.on_sale.product);
        let review = json!({ "order_id": self.order, "rating": 4, "text": SAID[0] });
        let posted = self.world.post(&self.buyer, &path, &review).await.expect(201);
        format!("/reviews/{}", id(&posted.body))
    }

    /// Waits until so many ratings count.
    async fn until_counted(&self, count: i64, average: Option<f64>) {
        let path = format!("/products/{}", self.on_sale.product);
        eventually(&format!("{count} ratings count"), async || {
            let product = self.world.get(&self.buyer, &path).await.expect(200).body;
            let rating = &product["rating"];
            (rating["count"] == count && rating["average"].as_f64() == average).then_some(())
        })
        .await;
    }

    async fn listed(&self) -> Vec<Value> {
        let position = self.world.count_all_events().await;
        let path = format!(
            "/products/{}/reviews?min_position={position}",
            self.on_sale.product
        );
        let list = self.world.get(&self.buyer, &path).await.expect(200).body;
        list["data"].as_array().cloned().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_reviewed_answered_hidden_and_shown_again_and_no_word_stands_in_plain() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let review = shop.review().await;
    shop.until_counted(1, Some(4.0)).await;
    let answer = json!({ "text": SAID[1] });
    world
        .post(&shop.seller, &format!("{review}/answer"), &answer)
        .await
        .expect(200);
    let listed = shop.listed().await;
    assert_eq!(
        (&listed[0]["text"], &listed[0]["answer"]["text"]),
        (&json!(SAID[0]), &json!(SAID[1]))
    );
    assert_eq!(listed[0]["verified_purchase"], true);

    let report = json!({ "reason": "personal_data", "note": SAID[2] });
    let reader = world.buyer().await;
    world
        .post(&reader, &format!("{review}/report"), &report)
        .await
        .expect(200);
    let admin = Person::new(&world.binary, "admin").await;
    let hide = json!({ "reason": "personal_data", "note": SAID[3] });
    let hidden = world
        .post(&admin, &format!("{review}/hide"), &hide)
        .await
        .expect(200);
    assert_eq!(hidden.body["details"]["reports"][0]["note"], SAID[2]);
    shop.until_counted(0, None).await;
    assert_eq!(shop.listed().await, Vec::<Value>::new());
    let own = world.get(&shop.buyer, &review).await.expect(200).body;
    assert_eq!(
        own["details"]["hidden"]["note"], SAID[3],
        "the author is told why"
    );
    world
        .post(&admin, &format!("{review}/restore"), &json!({}))
        .await
        .expect(200);
    shop.until_counted(1, Some(4.0)).await;

    let rows = world.all_rows().await;
    assert!(
        rows.iter().any(|row| row.contains("review.answered")),
        "the rows were not read"
    );
    let log = world.node.log();
    assert!(log.contains("engine.review.answer"), "the log says too little");
    for text in rows.iter().map(String::as_str).chain(log.lines()) {
        for said in SAID {
            let found = text.contains(said) || text.contains(&hex::encode(said));
            assert!(!found, "{said} stands in {text}");
        }
    }
    world.assert_ledger_is_dense().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rating_of_a_refunded_purchase_leaves_the_average_and_comes_back_when_the_refund_fails() {
    let shop = Shop::open().await;
    let review = shop.review().await;
    shop.until_counted(1, Some(4.0)).await;
    shop.world.stand_in.plan_refunds(Some(RefundStatus::Pending));
    let path = format!("/orders/{}/refund", shop.order);
    let refund = json!({ "reason": "not_as_described" });
    let refund = shop.world.post(&shop.seller, &path, &refund).await.expect(201);
    let refund = id(&refund.body);
    eventually("the refund is with the provider", async || {
        let seen = shop.world.get(&shop.buyer, &format!("/refunds/{refund}")).await;
        (seen.body["status"] == "submitted").then_some(())
    })
    .await;
    shop.until_counted(1, Some(4.0)).await;
    for (status, count, average, purchase) in [
        (RefundStatus::Succeeded, 0, None, "refunded"),
        (RefundStatus::Failed, 1, Some(4.0), "stands"),
    ] {
        shop.world
            .stand_in
            .settle_refund(&refund, status)
            .expect("it exists");
        shop.until_counted(count, average).await;
        let own = shop.world.get(&shop.buyer, &review).await.expect(200).body;
        assert_eq!(own["details"]["purchase_status"], purchase);
        assert_eq!(own["verified_purchase"], purchase == "stands");
    }
}

/// Killed when the refund's webhook was acknowledged, and again when the order knows of it and the review does not: the
/// rating still leaves, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_rating_leaves_the_average_once_although_the_engine_dies_in_between() {
    let mut shop = Shop::open().await;
    shop.review().await;
    shop.until_counted(1, Some(4.0)).await;
    shop.world.stand_in.plan_refunds(Some(RefundStatus::Pending));
    let path = format!("/orders/{}/refund", shop.order);
    let refund = json!({ "reason": "not_as_described" });
    let refund = shop.world.post(&shop.seller, &path, &refund).await.expect(201);
    let refund = id(&refund.body);
    eventually("the refund is with the provider", async || {
        (shop.world.count_events("refund.submitted").await == 1).then_some(())
    })
    .await;
    shop.world.hold_webhooks();
    shop.world
        .stand_in
        .settle_refund(&refund, RefundStatus::Succeeded)
        .expect("it exists");
    let event_id = shop
        .world
        .webhook_about(&refund, EventType::RefundSucceeded)
        .await;
    let (body, signature) = shop.world.signed(&event_id);
    let node = &shop.world.node;
    let taken = shop.world.deliver(node, body.clone(), Some(&signature)).await;
    taken.expect(200);
    shop.world.node.kill_hard().await;
    shop.world.forbid("review.purchase_undone").await;
    shop.world.node = shop.world.binary.serve().await;
    eventually("the order knows", async || {
        (shop.world.count_events("order.refund_settled").await == 1).then_some(())
    })
    .await;
    shop.world.node.kill_hard().await;
    assert_eq!(shop.world.count_events("review.purchase_undone").await, 0);
    shop.world.allow_all().await;
    shop.world.node = shop.world.binary.serve().await;
    shop.until_counted(0, None).await;
    let again = shop.world.deliver(&shop.world.node, body, Some(&signature)).await;
    assert_eq!(again.expect(200).body["status"], "repeated");
    shop.world.webhooks_are_worked_off().await;
    for event_type in [
        "refund.succeeded",
        "order.refund_settled",
        "review.purchase_undone",
    ] {
        assert_eq!(shop.world.count_events(event_type).await, 1, "{event_type}");
    }
    shop.until_counted(0, None).await;
    shop.world.assert_ledger_is_dense().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rating_of_a_charged_back_purchase_leaves_the_average_and_a_won_dispute_brings_it_back() {
    let shop = Shop::open().await;
    let review = shop.review().await;
    for (status, count, average, purchase) in [
        (DisputeStatus::DisputeOpened, 1, Some(4.0), "stands"),
        (DisputeStatus::DisputeLost, 0, None, "charged_back"),
        (DisputeStatus::DisputeWon, 1, Some(4.0), "stands"),
    ] {
        shop.world
            .stand_in
            .dispute_payment(&shop.payment, DisputeWord::of(status))
            .expect("it exists");
        shop.until_counted(count, average).await;
        let own = shop.world.get(&shop.buyer, &review).await.expect(200).body;
        assert_eq!(own["details"]["purchase_status"], purchase);
    }
}
