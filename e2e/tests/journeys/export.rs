//! A shop's ledger on other engines: DuckDB reads its Parquet, and Spark replays it to the same money as the engine.

use std::path::{Path, PathBuf};

use comptoir_e2e::repository;
use comptoir_sandbox::hyperswitch::{DisputeStatus, DisputeWord};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::world::World;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id, payment_id};

/// The Python that sandbox/scripts/auditors.sh makes.
fn python(program: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let target = test.ancestors().nth(3).expect("tests are built below target/");
    target.join("auditors/bin").join(program)
}

/// Runs a program of that Python; its exit status and what it printed.
async fn run(program: &str, arguments: &[&str]) -> (Option<i32>, Value) {
    let path = python(program);
    let output = Command::new(&path)
        .args(arguments)
        .env("PYSPARK_PYTHON", python("python"))
        .output()
        .await;
    let output = output.unwrap_or_else(|error| {
        let made = "`sh sandbox/scripts/auditors.sh` makes it, and `make test` does that first";
        panic!("{}: {error}; {made}", path.display())
    });
    let (said, printed) = (
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    let json = serde_json::from_str(&printed);
    (
        output.status.code(),
        json.unwrap_or_else(|error| panic!("{error}: {printed}\n{said}")),
    )
}

async fn duckdb(folder: &Path) -> Value {
    let script = repository::root().join("e2e/spark/read_with_duckdb.py");
    let (status, seen) = run(
        "python",
        &[&script.display().to_string(), &folder.display().to_string()],
    )
    .await;
    assert_eq!(status, Some(0));
    seen
}

async fn spark(folder: &Path) -> (Option<i32>, Value) {
    let script = repository::root()
        .join("e2e/spark/replay.py")
        .display()
        .to_string();
    let folder = folder.display().to_string();
    let lean = [
        "--master",
        "local[1]",
        "--driver-memory",
        "1g",
        "--conf",
        "spark.ui.enabled=false",
        "--conf",
        "spark.sql.shuffle.partitions=2",
    ];
    run(
        "spark-submit",
        &[&lean[..], &[&script, "--export", &folder]].concat(),
    )
    .await
}

/// Two sellers; orders that are kept, partly refunded, refunded, lost to the bank, and not paid.
async fn trade(world: &World) {
    let (one, other, buyer) = (world.seller().await, world.seller().await, world.buyer().await);
    let (basic, premium) = (
        world.on_sale_by(&one, "basic").await,
        world.on_sale_by(&other, "premium").await,
    );
    let (both, _) = sell(world, &buyer, &[&basic, &premium]).await;
    refund(
        world,
        &one,
        &both,
        &json!({ "reason": "customer_request", "amount": 777 }),
    )
    .await;
    let (whole, _) = sell(world, &buyer, &[&premium]).await;
    refund(world, &other, &whole, &json!({ "reason": "not_as_described" })).await;
    let (lost, payment) = sell(world, &buyer, &[&basic, &premium]).await;
    for status in [DisputeStatus::DisputeOpened, DisputeStatus::DisputeLost] {
        world
            .stand_in
            .dispute_payment(&payment, DisputeWord::of(status))
            .expect("a payment that can be disputed");
    }
    world.place(&buyer, &basic).await;
    for (order, what) in [(&both, "partially_refunded"), (&whole, "refunded")] {
        world
            .order_until(&buyer, order, what, |order| order["refund_status"] == what)
            .await;
    }
    world
        .order_until(&buyer, &lost, "lost", |order| order["dispute_status"] == "lost")
        .await;
}

async fn sell(world: &World, buyer: &Person, what: &[&OnSale]) -> (String, String) {
    let mut body = what[0].order(1);
    body["lines"] = what
        .iter()
        .map(|on_sale| on_sale.order(1)["lines"][0].clone())
        .collect();
    let placed = world.post(buyer, "/orders", &body).await.expect(201).body;
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(buyer, &id(&placed), what.len()).await;
    (id(&placed), payment_id(&placed))
}

async fn refund(world: &World, seller: &Person, order: &str, body: &Value) {
    world
        .post(seller, &format!("/orders/{order}/refund"), body)
        .await
        .expect(201);
}

/// What `verify` says about the money, without the tax in it, which the job does not reckon.
async fn engine_says(world: &World) -> Value {
    let said = world.binary.run_well(&["audit", "verify", "--json"]).await;
    let mut report: Value = serde_json::from_str(&said).expect("JSON");
    let mut totals = report["totals"].take();
    for part in ["currencies", "sellers"] {
        for amounts in totals[part].as_array_mut().expect("a list") {
            let tax = amounts
                .as_object_mut()
                .expect("amounts")
                .remove("tax_in_balance_minor");
            assert!(tax.is_some_and(|tax| tax.is_i64()), "{said}");
        }
    }
    totals
}

async fn export(world: &World, folder: &Path) -> Value {
    let output = folder.display().to_string();
    let arguments = [
        "audit",
        "export",
        "--format",
        "parquet",
        "--part-events",
        "20",
        "--output",
        &output,
        "--json",
    ];
    serde_json::from_str(&world.binary.run_well(&arguments).await).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn spark_and_duckdb_read_the_parquet_and_come_to_the_money_of_the_engine() {
    let world = World::new().await;
    trade(&world).await;
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("export");
    let exported = export(&world, &folder).await;
    let (events, through) = (
        &exported["events"],
        exported["through"].as_i64().expect("a position"),
    );

    let seen = duckdb(&folder).await;
    assert_eq!(
        (&seen["count"], &seen["last"], &seen["misplaced"]),
        (events, events, &json!(0))
    );
    let columns = &seen["columns"];
    assert_eq!(
        (&columns["position"], &columns["recorded_at"]),
        (&json!("BIGINT"), &json!("TIMESTAMP WITH TIME ZONE"))
    );
    assert_eq!(
        (&columns["data"], &columns["leaf_hash"]),
        (&json!("VARCHAR"), &json!("BLOB"))
    );
    let stored: Vec<(i64, String, String, String)> = sqlx::query_as(
        "SELECT position, data::text, metadata::text, encode(leaf_hash, 'hex') FROM events WHERE position <= $1 ORDER BY position",
    )
    .bind(through)
    .fetch_all(&world.database.pool().await)
    .await
    .expect("the events can be read");
    assert_eq!(seen["rows"], json!(stored));

    let (status, replayed) = spark(&folder).await;
    assert_eq!((status, &replayed["findings"]), (Some(0), &json!([])));
    assert_eq!(&replayed["events"], events);
    // What the export has recorded since then is no money.
    let totals = engine_says(&world).await;
    assert_eq!(replayed["totals"], totals);
    let euros = &totals["currencies"][0];
    assert_eq!(euros["currency"], "EUR");
    assert!(
        ["refunded_minor", "lost_minor", "balance_minor"]
            .iter()
            .all(|name| euros[*name].as_i64() > Some(0)),
        "{euros}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn spark_finds_an_event_that_was_changed_and_one_that_is_missing() {
    let mut world = World::new().await;
    world.verified.find_damage();
    trade(&world).await;
    let superuser = sqlx::PgPool::connect(world.database.superuser_url())
        .await
        .expect("a connection");
    sqlx::raw_sql(
        "SET session_replication_role = replica; UPDATE events SET data = (data::text || ' ')::json
         WHERE position = 7; DELETE FROM events WHERE position = 9",
    )
    .execute(&superuser)
    .await
    .expect("a superuser can do that");
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("export");
    let output = folder.display().to_string();
    // The export itself refuses a ledger with a gap, unless only a part of it is asked for.
    let arguments = ["audit", "export", "--format", "parquet", "--output", &output];
    let refused = world.binary.run(&arguments).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("position 10 cannot be exported"));
    let folder = place.path().join("part");
    let output = folder.display().to_string();
    world
        .binary
        .run_well(&[
            "audit", "export", "--format", "parquet", "--from", "2", "--output", &output,
        ])
        .await;
    let (status, replayed) = spark(&folder).await;
    assert_eq!(status, Some(1));
    let problems = replayed["findings"].to_string();
    assert!(
        problems.contains("\"position\":7,\"problem\":\"its leaf hash is not that of its columns\""),
        "{problems}"
    );
    assert!(
        problems.contains("1 positions are missing between 2 and "),
        "{problems}"
    );
}
