//! A fail-over loses the end of the ledger: nobody goes on as if nothing had happened, everybody says so, and an operator
//! gets it going again.

use comptoir_sandbox::postgres::TestDatabase;
use serde_json::Value;
use sqlx::PgPool;

use crate::world::shop::{GOOD_CARD, id};
use crate::world::{World, eventually};

/// What a standby that was behind holds: fewer events, while what followed them knows of more.
async fn lose_all_behind(database: &TestDatabase, through: i64) {
    let admin = PgPool::connect(database.superuser_url())
        .await
        .expect("the superuser can connect");
    let lost = format!(
        "ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE position > {through};
         ALTER TABLE events ENABLE TRIGGER ALL;
         UPDATE ledger_head SET position = {through}; UPDATE ledger_horizon SET position = {through};
         DELETE FROM ledger_checkpoints; DELETE FROM ledger_tree_nodes;
         UPDATE ledger_tree SET size = 0, peaks = '', newest = NULL"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(lost))
        .execute(&admin)
        .await
        .expect("the superuser may");
    admin.close().await;
}

async fn followers(world: &World) -> Vec<Value> {
    let listed = world.binary.run_well(&["subscriptions", "--json"]).await;
    serde_json::from_str(&listed).expect("JSON")
}

async fn stopped_followers(world: &World) -> Vec<String> {
    let all = followers(world).await.into_iter();
    let stopped = all.filter(|row| row["lost_its_event"] == true);
    stopped
        .map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_tail_followers_refuse_say_so_and_are_brought_back() {
    let mut world = World::new().await;
    let buyer = world.buyer().await;
    let on_sale = world.on_sale("basic").await;
    let kept = world.count_all_events().await;
    let lost = world.place(&buyer, &on_sale).await;
    world.pay(&lost, GOOD_CARD).await;
    world.paid_with_licences(&buyer, &id(&lost), 1).await;
    let end = world.count_all_events().await;
    eventually("everybody is up to date", async || {
        let all = followers(&world).await;
        all.iter().all(|row| row["position"] == end).then_some(())
    })
    .await;
    world.node.kill_hard().await;
    lose_all_behind(&world.database, kept).await;

    world.node = world.binary.serve().await;
    world.send_webhooks_to(&world.node);
    let stopped = stopped_followers(&world).await;
    assert!(
        stopped.contains(&"orders".to_owned()) && stopped.contains(&"policy_orders".to_owned()),
        "{stopped:?}"
    );
    eventually("they say so in the log", async || {
        world
            .node
            .log()
            .contains("the subscription does not go on")
            .then_some(())
    })
    .await;
    // What is sold meanwhile is recorded, and waits for them.
    let placed = world.place(&buyer, &on_sale).await;
    let listed = world.binary.run_well(&["subscriptions"]).await;
    assert!(
        listed.contains("the ledger has lost the event it stands behind"),
        "{listed}"
    );

    for name in stopped {
        let to = kept.to_string();
        let rewound = world
            .binary
            .run(&["subscriptions", "rewind", &name, "--to", &to])
            .await;
        if !rewound.status.success() {
            let said = String::from_utf8_lossy(&rewound.stderr).into_owned();
            assert!(said.contains(&format!("`comptoir rebuild {name}`")), "{said}");
            world.binary.run_well(&["rebuild", &name]).await;
        }
    }
    eventually("nobody is stopped any more", async || {
        stopped_followers(&world).await.is_empty().then_some(())
    })
    .await;
    let gone = world
        .get(&buyer, &format!("/orders/{}", id(&lost)))
        .await
        .expect(404);
    assert_eq!(
        gone.code(),
        "order_not_found",
        "the read model forgets what the ledger lost"
    );
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
}
