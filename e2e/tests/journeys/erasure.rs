//! Somebody buys, reviews and is erased: nothing of them can be read any more, by nobody, after a restart and a rebuild of
//! everything, while the ledger goes on verifying.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id};
use crate::world::{World, eventually};

/// Words that occur nowhere else.
const WORDS: [&str; 5] = [
    "Ermintrude Quackenbush",
    "ermintrude@quackenbush.example",
    "4 Impasse des Zibelines",
    "Zibeline's loudspeaker",
    "Quirky zither, wonderful",
];
const EVERYTHING: &str =
    "info,comptoir_api=trace,comptoir_engine=trace,comptoir_projections=trace,sqlx=debug";
const MODELS: [&str; 9] = [
    "orders",
    "products",
    "licences",
    "promotions",
    "refunds",
    "disputes",
    "reviews",
    "documents",
    "persons",
];

struct Life {
    world: World,
    buyer: Person,
    admin: Person,
    person: String,
    on_sale: OnSale,
    order: String,
    licence: String,
    review: String,
}

impl Life {
    /// Somebody buys something, uses it and reviews it.
    async fn lived() -> Self {
        let world = World::with(&[("COMPTOIR_LOG", EVERYTHING)]).await;
        let (buyer, admin) = (world.buyer().await, Person::new(&world.binary, "admin").await);
        let on_sale = world.on_sale("basic").await;
        let [name, email, street, device, text] = WORDS;
        let mut order = on_sale.order(1);
        order["billing"]["name"] = json!(name);
        order["billing"]["email"] = json!(email);
        order["billing"]["address_line_1"] = json!(street);
        let placed = world.post(&buyer, "/orders", &order).await.expect(201).body;
        world.pay(&placed, GOOD_CARD).await;
        let order = id(&placed);
        let paid = world.paid_with_licences(&buyer, &order, 1).await;
        let licence = id(&paid["licences"][0]);
        let read = world.get(&buyer, &format!("/licences/{licence}")).await;
        let key = read.expect(200).body["key"].clone();
        let ask = json!({ "key": key, "product_id": on_sale.product, "device": "d", "label": device });
        world.ask("/licences/activate", &ask).await.expect(200);
        let path = format!("/products/{}/reviews", on_sale.product);
        let review = json!({ "order_id": order, "rating": 5, "text": text });
        let review = id(&world.post(&buyer, &path, &review).await.expect(201).body);
        let person = placed["buyer_id"]
            .as_str()
            .expect("an order has a buyer")
            .to_owned();
        Self {
            world,
            buyer,
            admin,
            person,
            on_sale,
            order,
            licence,
            review,
        }
    }

    async fn erase(&self) -> Value {
        let path = format!("/persons/{}/erase", self.person);
        let body = json!({ "reason": "consent_withdrawn" });
        self.world.post(&self.admin, &path, &body).await.expect(200).body
    }

    /// What the person and an admin read of them, as soon as it is up to date.
    async fn read(&self) -> Vec<Value> {
        let position = self.world.count_all_events().await;
        let paths = [
            format!("/orders/{}", self.order),
            format!("/licences/{}", self.licence),
            format!("/licences/{}/activations", self.licence),
            format!("/reviews/{}", self.review),
            format!("/products/{}/reviews", self.on_sale.product),
            format!("/persons/{}/export", self.person),
        ];
        let mut read = Vec::new();
        for person in [&self.buyer, &self.admin] {
            for path in &paths {
                let path = format!("{path}?min_position={position}");
                let mut body = self.world.get(person, &path).await.expect(200).body;
                if let Some(export) = body.as_object_mut() {
                    export.remove("exported_at");
                }
                read.push(body);
            }
        }
        read
    }

    /// Everything that is read shows the person as erased.
    async fn assert_erased(&self) -> Vec<Value> {
        let read = self.read().await;
        let [order, licence, devices, review, reviews, export, ..] = read.as_slice() else {
            panic!("there are more answers")
        };
        assert_eq!(
            (&order["billing"], &order["billing_erased"]),
            (&Value::Null, &json!(true))
        );
        assert_eq!(licence["key_erased"], true);
        assert_eq!(devices["data"][0]["label_erased"], true);
        assert_eq!(
            (&review["text"], &review["author_erased"]),
            (&Value::Null, &json!(true))
        );
        assert_eq!(reviews["data"][0]["author_erased"], true);
        assert_eq!(export["erased"]["reason"], "consent_withdrawn");
        assert_eq!(export["orders"][0]["order"]["billing_erased"], true);
        let text = Value::from(read.clone()).to_string();
        for word in WORDS {
            assert!(!text.contains(word), "{word} in {text}");
        }
        read
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_stays_erased_through_a_restart_and_a_rebuild_of_everything() {
    let mut life = Life::lived().await;
    let known = Value::from(life.read().await).to_string();
    for word in WORDS {
        assert!(known.contains(word), "{word} is not known");
    }
    let erased = life.erase().await;
    assert_eq!(life.erase().await, erased, "once more is the same");
    let shown = life.assert_erased().await;
    let log = life.world.node.log();
    assert!(log.contains("engine.person.erase"), "the log says too little");

    life.world.node.kill_hard().await;
    life.world.node = life.world.binary.serve().await;
    assert_eq!(life.assert_erased().await, shown, "after the restart");
    for model in MODELS {
        life.world.binary.run_well(&["rebuild", model]).await;
    }
    assert_eq!(life.assert_erased().await, shown, "after the rebuild");

    let refused = life
        .world
        .post(&life.buyer, "/orders", &life.on_sale.order(1))
        .await;
    assert_eq!((refused.status, refused.code()), (409, "person_erased"));
    assert_eq!(life.world.count_events("person.erased").await, 1);
    let rows = life.world.all_rows().await;
    assert!(
        rows.iter().any(|row| row.contains("person.erased")),
        "the rows were not read"
    );
    let later = life.world.node.log();
    for text in rows
        .iter()
        .map(String::as_str)
        .chain(log.lines())
        .chain(later.lines())
    {
        for word in WORDS {
            let found = text.contains(word) || text.contains(&hex::encode(word));
            assert!(!found, "{word} stands in {text}");
        }
    }
    life.world.assert_ledger_is_dense().await;
    life.world.assert_hashes_verify().await;
}

/// The engine dies when the event is on disk and the key is still there: as that, the database is put back.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_outlived_the_engine_is_destroyed_by_the_next_one() {
    let mut life = Life::lived().await;
    let pool = life.world.database.pool().await;
    let subject = life.person.replace("person_", "subject_");
    let wrapped = key_of(&pool, &subject).await.expect("a buyer has a key");
    life.erase().await;
    assert_eq!(key_of(&pool, &subject).await, None);
    life.world.node.kill_hard().await;
    sqlx::query("UPDATE person_keys SET wrapped_key = $1, destroyed_at = NULL WHERE subject = $2")
        .bind(&wrapped)
        .bind(&subject)
        .execute(&pool)
        .await
        .expect("the key can be put back");
    sqlx::query("UPDATE subscription_checkpoints SET position = 0 WHERE name = 'policy_persons'")
        .execute(&pool)
        .await
        .expect("the checkpoint can be put back");

    life.world.node = life.world.binary.serve().await;
    eventually("the key is destroyed", async || {
        key_of(&pool, &subject).await.is_none().then_some(())
    })
    .await;
    eventually("the order shows it", async || {
        let read = life
            .world
            .get(&life.buyer, &format!("/orders/{}", life.order))
            .await;
        (read.body["billing_erased"] == true).then_some(())
    })
    .await;
    life.assert_erased().await;
    assert_eq!(life.world.count_events("person.erased").await, 1);
}

async fn key_of(pool: &PgPool, subject: &str) -> Option<Vec<u8>> {
    sqlx::query_scalar("SELECT wrapped_key FROM person_keys WHERE subject = $1")
        .bind(subject)
        .fetch_one(pool)
        .await
        .expect("the keys can be read")
}
