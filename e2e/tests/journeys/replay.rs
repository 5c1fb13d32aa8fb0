//! A whole engine as it stood: replayed into another database it shows what was, and does nothing.

use std::time::Duration;

use comptoir_sandbox::postgres::TestDatabase;
use hyper::Method;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::world::node::Binary;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id};
use crate::world::{World, database, eventually, stand_in};

/// What a database says in one moment.
struct Moment {
    position: i64,
    /// Every row of every read model.
    models: Vec<String>,
    /// Every event up to the position.
    events: Vec<String>,
}

/// Looks into a database in one transaction; none, while a read model is behind.
async fn moment(database: &TestDatabase) -> Option<Moment> {
    let mut connection = PgConnection::connect(database.url())
        .await
        .expect("the database answers");
    let mut snapshot = connection
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ")
        .await
        .expect("a transaction");
    let (position, are_there): (i64, bool) = sqlx::query_as(
        "SELECT h.position, count(*) >= 9 AND count(*) = (SELECT count(*) FROM projection_state) AND bool_and(c.position = h.position)
         FROM ledger_horizon h, subscription_checkpoints c JOIN projection_state p ON p.name = c.name
         GROUP BY h.position",
    )
    .fetch_optional(&mut *snapshot)
    .await
    .expect("the checkpoints can be read")?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') ORDER BY 1",
    )
    .fetch_all(&mut *snapshot)
    .await
    .expect("the tables can be listed");
    let mut models = Vec::new();
    for table in tables {
        let rows = format!("SELECT '{table}: ' || t::text FROM {table} AS t ORDER BY 1");
        models.extend(
            sqlx::query_scalar(AssertSqlSafe(rows))
                .fetch_all(&mut *snapshot)
                .await
                .expect("rows"),
        );
    }
    let events = sqlx::query_scalar(
        "SELECT concat_ws('|', position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata,
             encode(leaf_hash, 'hex')) FROM events WHERE position <= $1 ORDER BY position",
    )
    .bind(position)
    .fetch_all(&mut *snapshot)
    .await
    .expect("the events can be read");
    are_there.then_some(Moment {
        position,
        models,
        events,
    })
}

/// The arguments of a replay.
fn replay<'a>(into: &'a str, until: &'a str) -> [&'a str; 7] {
    ["audit", "replay", "--into", into, "--until", until, "--with-keys"]
}

/// No node starts on a replay that has not come to its end.
async fn assert_no_node_starts_on(copy: &TestDatabase, world: &World) {
    let binary = Binary::new(copy.url(), world.stand_in.base_url());
    let refused = binary.run(&["serve"]).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("`comptoir audit replay` has not finished"),
        "{said}"
    );
}

struct Shop {
    world: World,
    seller: Person,
    buyer: Person,
    on_sale: OnSale,
}

impl Shop {
    async fn open() -> Self {
        let world = World::new().await;
        let (seller, buyer) = (world.seller().await, world.buyer().await);
        let on_sale = world.on_sale_by(&seller, "basic").await;
        Self {
            world,
            seller,
            buyer,
            on_sale,
        }
    }

    async fn sell(&self) -> String {
        let placed = self.world.place(&self.buyer, &self.on_sale).await;
        self.world.pay(&placed, GOOD_CARD).await;
        let order = id(&placed);
        self.world.paid_with_licences(&self.buyer, &order, 1).await;
        order
    }

    async fn refund(&self, order: &str, body: &serde_json::Value) {
        let path = format!("/orders/{order}/refund");
        self.world.post(&self.seller, &path, body).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_engine_shows_what_was_and_does_nothing() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let order = shop.sell().await;
    shop.refund(&order, &json!({ "reason": "customer_request", "amount": 1000 }))
        .await;
    // Somebody who has yet to pay: a node that works would expire this, and ask the provider.
    let open = id(&world.place(&shop.buyer, &shop.on_sale).await);
    let path = format!("/orders/{order}");
    world
        .order_until(&shop.buyer, &order, "a part is back", |order| {
            order["refund_status"] == "partially_refunded"
        })
        .await;
    let half = eventually("the read models are level", async || {
        moment(&world.database).await
    })
    .await;
    let shown = world.get(&shop.buyer, &path).await.expect(200).body;

    shop.sell().await;
    shop.refund(&order, &json!({ "reason": "customer_request" }))
        .await;
    world
        .order_until(&shop.buyer, &order, "all is back", |order| {
            order["refund_status"] == "refunded"
        })
        .await;

    let (copy, until) = (database::empty().await, half.position.to_string());
    let said = world.binary.run_well(&replay(copy.url(), &until)).await;
    assert!(
        said.contains(&format!("as it stood at position {until}")),
        "{said}"
    );
    let replayed = moment(&copy).await.expect("the copy is level");
    assert_eq!(replayed.position, half.position);
    assert_eq!(replayed.events, half.events);
    assert_eq!(replayed.models, half.models);

    let provider = stand_in().await;
    let binary = Binary::new(copy.url(), provider.base_url()).with(&[("COMPTOIR_EXPIRY_INTERVAL_MS", "10")]);
    let mut node = binary.serve().await;
    assert_eq!(
        world.get_at(&node, &shop.buyer, &path).await.expect(200).body,
        shown
    );
    let still_open = world
        .get_at(&node, &shop.buyer, &format!("/orders/{open}"))
        .await
        .expect(200)
        .body;
    assert_eq!(still_open["status"], "awaiting_payment");
    let refused = world
        .post_at(&node, &shop.buyer, "/orders", &shop.on_sale.order(1))
        .await;
    assert_eq!(refused.expect(403).code(), "read_only_replica");
    let webhook = world
        .client
        .send(Method::POST, &node.webhook_url(), &[], "{}".into())
        .await;
    assert_eq!(webhook.expect(403).code(), "read_only_replica");
    node.terminate();
    assert!(node.ended().await.success());
    assert_eq!(provider.counts(), (0, 0), "the provider was called");
    let after = moment(&copy).await.expect("the copy is level");
    assert_eq!((after.events, after.models), (half.events, half.models));
    let inserted = sqlx::query("INSERT INTO events SELECT * FROM events LIMIT 1")
        .execute(&copy.pool().await)
        .await;
    assert!(inserted.unwrap_err().to_string().contains("takes no events"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_known_in_a_copy_without_keys() {
    let shop = Shop::open().await;
    let order = shop.sell().await;
    let world = &shop.world;
    let copy = database::empty().await;
    world
        .binary
        .run_well(&["audit", "replay", "--into", copy.url()])
        .await;
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM person_keys WHERE wrapped_key IS NOT NULL")
        .fetch_one(&copy.pool().await)
        .await
        .expect("keys can be counted");
    assert_eq!(keys, 0);
    let provider = stand_in().await;
    let node = Binary::new(copy.url(), provider.base_url()).serve().await;
    let seen = world
        .get_at(&node, &shop.buyer, &format!("/orders/{order}"))
        .await
        .expect(200)
        .body;
    assert_eq!(seen["status"], "paid");
    assert!(!seen.to_string().contains("ada@example.org"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_holds_anything_is_refused_and_left_as_it_is() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let refused = async |into: &str, until: &str| {
        let output = world.binary.run(&replay(into, until)).await;
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("text")
    };
    let said = refused(world.database.url(), "1").await;
    assert!(said.contains("the target is the very database"), "{said}");

    let other = World::new().await;
    let said = refused(other.database.url(), "1").await;
    assert!(said.contains("the target is not empty"), "{said}");

    let strange = database::empty().await;
    sqlx::query("CREATE TABLE notes (note text)")
        .execute(&strange.pool().await)
        .await
        .expect("a table");
    let said = refused(strange.url(), "1").await;
    assert!(said.contains("the table public.notes"), "{said}");

    let copy = database::migrated().await;
    world.binary.run_well(&replay(copy.url(), "2")).await;
    let again = world.binary.run_well(&replay(copy.url(), "2")).await;
    assert!(again.contains("already"), "{again}");
    let said = refused(copy.url(), "1").await;
    assert!(said.contains("a replay up to position 2"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_was_killed_goes_on_and_no_node_starts_on_its_half() {
    let shop = Shop::open().await;
    let world = &shop.world;
    shop.sell().await;
    let level = eventually("the read models are level", async || {
        moment(&world.database).await
    })
    .await;
    let (copy, until) = (database::migrated().await, level.position.to_string());
    // Half of it, as a kill leaves it: a lock that somebody else holds keeps the replay from its second half.
    let pool = copy.pool().await;
    let mut blocking = pool.begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE projection_state IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *blocking)
        .await
        .expect("a lock");
    let arguments = replay(copy.url(), &until);
    let killed = tokio::time::timeout(Duration::from_mins(1), async {
        let run = world.binary.run(&arguments);
        let half = eventually("the events are copied", async || {
            let copied: i64 = sqlx::query_scalar("SELECT position FROM ledger_horizon")
                .fetch_one(&pool)
                .await
                .ok()?;
            (copied == level.position).then_some(())
        });
        tokio::select! {
            _ = run => panic!("the replay ended before it was killed"),
            () = half => {}
        }
    })
    .await;
    killed.expect("it is killed in time");
    drop(blocking);
    assert_no_node_starts_on(&copy, world).await;
    // The killed process's connections end by themselves, a moment later.
    eventually("the replay goes on", async || {
        world.binary.run(&arguments).await.status.success().then_some(())
    })
    .await;
    let replayed = moment(&copy).await.expect("the copy is level");
    assert_eq!((replayed.events, replayed.models), (level.events, level.models));
}

/// Somebody with every right over the source changed an event, hash and all: no replay hands that over.
#[tokio::test(flavor = "multi_thread")]
async fn events_without_the_root_that_was_signed_for_them_are_not_handed_over() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let end = eventually("all of it is signed", async || {
        let signed: i64 = sqlx::query_scalar("SELECT max(size) FROM ledger_checkpoints")
            .fetch_one(&world.database.pool().await)
            .await
            .ok()?;
        (signed == world.count_all_events().await).then_some(signed)
    })
    .await;
    let until = end.to_string();
    // What is damaged is a replay, so that the world's own ledger stays sound.
    let source = database::migrated().await;
    world.binary.run_well(&replay(source.url(), &until)).await;
    let binary = Binary::new(source.url(), world.stand_in.base_url());
    let again = database::migrated().await;
    binary.run_well(&replay(again.url(), &until)).await;
    for (damage, said) in [
        (
            "UPDATE events SET data = (data::text || ' ')::json, leaf_hash = sha256('other') WHERE position = 1",
            format!("the events up to position {end} do not have the root that was signed for them"),
        ),
        (
            "DELETE FROM events WHERE position = 2",
            "the events behind position 0 cannot be copied".to_owned(),
        ),
    ] {
        let mut superuser = PgConnection::connect(source.superuser_url())
            .await
            .expect("the superuser can connect");
        let statements = format!("SET session_replication_role = replica; {damage}");
        sqlx::raw_sql(AssertSqlSafe(statements))
            .execute(&mut superuser)
            .await
            .expect("the superuser may");
        let copy = database::migrated().await;
        let output = binary.run(&replay(copy.url(), &until)).await;
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(
            message.contains(&said) && message.contains("comptoir audit verify"),
            "{message}"
        );
        assert_no_node_starts_on(&copy, world).await;
    }
}
