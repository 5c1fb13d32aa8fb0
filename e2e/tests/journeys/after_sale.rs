//! After the sale: refund and revocation, a dispute won, a withdrawal; and the death of the engine between every two steps of
//! a refund.

use comptoir_sandbox::hyperswitch::{DisputeStatus, DisputeWord, RefundStatus};
use serde_json::{Value, json};

use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, PRICE, id, payment_id};
use crate::world::{World, eventually};

/// Somebody who sells, somebody who buys, and what is for sale.
struct Shop {
    world: World,
    seller: Person,
    buyer: Person,
    on_sale: OnSale,
}

impl Shop {
    async fn open() -> Self {
        let world = World::new().await;
        let seller = world.seller().await;
        Self {
            on_sale: world.on_sale_by(&seller, "basic").await,
            buyer: world.buyer().await,
            seller,
            world,
        }
    }

    /// A paid order with its licence; its id and that of its payment.
    async fn sell(&self) -> (String, String) {
        let placed = self.world.place(&self.buyer, &self.on_sale).await;
        self.world.pay(&placed, GOOD_CARD).await;
        let order = id(&placed);
        self.world.paid_with_licences(&self.buyer, &order, 1).await;
        (order, payment_id(&placed))
    }

    async fn refund(&self, order: &str, body: &Value) -> Value {
        let path = format!("/orders/{order}/refund");
        self.world.post(&self.seller, &path, body).await.expect(201).body
    }

    async fn until(&self, order: &str, refund_status: &str, licence: &str) -> Value {
        let what = format!("{order} is {refund_status}, its licence {licence}");
        self.world
            .order_until(&self.buyer, order, &what, |order| {
                order["refund_status"] == refund_status && order["licences"][0]["status"] == licence
            })
            .await
    }
}

/// Told "refunded" while the bank had nothing: until the provider says so, it is only on its way.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_revokes_the_licence_and_its_failure_brings_it_back() {
    let shop = Shop::open().await;
    let (order, _) = shop.sell().await;
    let licence = shop.until(&order, "none", "issued").await["licences"][0].clone();
    shop.world.stand_in.plan_refunds(Some(RefundStatus::Pending));
    let refund = id(&shop
        .refund(&order, &json!({ "reason": "not_as_described" }))
        .await);
    let path = format!("/refunds/{refund}");
    eventually("the refund is with the provider", async || {
        let seen = shop.world.get(&shop.buyer, &path).await;
        (seen.body["status"] == "submitted").then_some(())
    })
    .await;
    shop.until(&order, "none", "issued").await;
    for (status, refund_status, licence_status) in [
        (RefundStatus::Succeeded, "refunded", "revoked"),
        (RefundStatus::Failed, "none", "issued"),
    ] {
        shop.world
            .stand_in
            .settle_refund(&refund, status)
            .expect("it exists");
        shop.until(&order, refund_status, licence_status).await;
    }
    let back = shop.until(&order, "none", "issued").await["licences"][0].clone();
    assert_eq!(back, licence, "the same licence as before");
    // Asked for again, it goes back.
    shop.world.stand_in.plan_refunds(None);
    shop.refund(&order, &json!({ "amount": 1_000, "reason": "customer_request" }))
        .await;
    shop.until(&order, "partially_refunded", "issued").await;
    shop.refund(&order, &json!({ "reason": "customer_request" }))
        .await;
    let end = shop.until(&order, "refunded", "revoked").await;
    assert_eq!(end["refunds"].as_array().map(Vec::len), Some(3));
    shop.world.assert_ledger_is_dense().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_suspends_until_it_is_won_and_revokes_when_it_is_lost() {
    let shop = Shop::open().await;
    for (end, dispute_status, licence) in [
        (DisputeStatus::DisputeWon, "won", "issued"),
        (DisputeStatus::DisputeLost, "lost", "revoked"),
    ] {
        let (order, payment) = shop.sell().await;
        let tell = |status| {
            let word = DisputeWord::of(status);
            shop.world
                .stand_in
                .dispute_payment(&payment, word)
                .expect("it exists");
        };
        tell(DisputeStatus::DisputeOpened);
        shop.until(&order, "none", "suspended").await;
        let path = format!("/orders/{order}/refund");
        let refused = shop
            .world
            .post(&shop.seller, &path, &json!({ "reason": "duplicate" }))
            .await;
        assert_eq!(refused.expect(409).code(), "order_disputed");
        tell(end);
        let seen = shop.until(&order, "none", licence).await;
        assert_eq!(seen["dispute_status"], dispute_status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_withdraws_and_the_money_comes_back() {
    let shop = Shop::open().await;
    let (order, _) = shop.sell().await;
    let path = format!("/orders/{order}/withdrawal");
    shop.world.post(&shop.buyer, &path, &json!({})).await.expect(200);
    let confirm = format!("{path}/confirm");
    let confirmed = shop
        .world
        .post(&shop.buyer, &confirm, &json!({}))
        .await
        .expect(200);
    let receipt = &confirmed.body["receipts"][0];
    assert_eq!(receipt["amount"], PRICE);
    let order = shop.until(&order, "refunded", "revoked").await;
    assert_eq!(order["withdrawal"]["receipts"][0], *receipt);
    assert_eq!(order["withdrawal"]["available"], false);
}

/// The steps of a refund after it was asked for, in their order.
const STEPS: [&str; 6] = [
    "refund.requested",
    "refund.submitted",
    "webhook.received",
    "refund.succeeded",
    "order.refund_settled",
    "licence.revoked",
];

/// Orphans of a crash between our commit and the provider's call: whichever step the engine dies before,
/// the refund ends settled, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_survives_the_death_of_the_engine_between_every_two_steps() {
    let mut shop = Shop::open().await;
    for (index, step) in STEPS.into_iter().enumerate() {
        let (order, _) = shop.sell().await;
        let refunds = shop.world.stand_in.counts().1;
        shop.world.forbid(step).await;
        shop.refund(&order, &json!({ "reason": "customer_request" }))
            .await;
        // The step before this one is done, and this one cannot be: now it dies.
        match index.checked_sub(1).map(|before| STEPS[before]) {
            None => {}
            Some("refund.requested") => {
                eventually("the provider has the refund", async || {
                    (shop.world.stand_in.counts().1 > refunds).then_some(())
                })
                .await;
            }
            Some(before) => {
                let wanted = expected(before, index);
                eventually(before, async || {
                    (shop.world.count_events(before).await >= wanted).then_some(())
                })
                .await;
            }
        }
        shop.world.node.kill_hard().await;
        assert_eq!(
            shop.world.count_events(step).await,
            expected(step, index) - 1,
            "{step}"
        );
        shop.world.allow_all().await;
        shop.world.node = shop.world.binary.serve().await;
        shop.world.send_webhooks_to(&shop.world.node);
        shop.until(&order, "refunded", "revoked").await;
    }
    let each = STEPS.len();
    for step in STEPS {
        eventually(step, async || {
            (shop.world.count_events(step).await == expected(step, each - 1)).then_some(())
        })
        .await;
    }
    assert_eq!(
        shop.world.stand_in.counts(),
        (each, each),
        "one refund for each order"
    );
    shop.world.assert_ledger_is_dense().await;
}

/// How many events of a step there are once the refund number `index`, from 0, has passed it.
fn expected(step: &str, index: usize) -> i64 {
    let passed = i64::try_from(index + 1).expect("a small number");
    // Each sale has a webhook for its payment and one for its refund.
    if step == "webhook.received" {
        2 * passed
    } else {
        passed
    }
}

impl World {
    /// The database refuses events of this type until further notice.
    pub(crate) async fn forbid(&self, event_type: &str) {
        let statements = format!(
            "CREATE OR REPLACE FUNCTION forbid_step() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'forbidden by the test'; END $$;
             CREATE TRIGGER forbid_step BEFORE INSERT ON events
             FOR EACH ROW WHEN (NEW.event_type = '{event_type}') EXECUTE FUNCTION forbid_step()"
        );
        let pool = self.database.pool().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(&pool)
            .await
            .expect("the trigger is made");
    }

    pub(crate) async fn allow_all(&self) {
        let pool = self.database.pool().await;
        let statement = "DROP TRIGGER forbid_step ON events";
        sqlx::raw_sql(statement)
            .execute(&pool)
            .await
            .expect("the trigger is dropped");
    }
}
