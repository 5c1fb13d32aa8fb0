//! An auditor gets an order with its proofs, and checks them with a program that knows neither engine nor database.

use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::world::node::beside_the_tests;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, id};
use crate::world::{World, eventually};

/// The newest checkpoint, once it covers everything.
async fn checkpoint(world: &World) -> String {
    eventually("a checkpoint of all events", async || {
        let output = world.binary.run(&["audit", "checkpoint"]).await;
        let note = String::from_utf8(output.stdout).expect("a note is text");
        let size: i64 = note.lines().nth(1)?.parse().ok()?;
        (size == world.count_all_events().await).then_some(note)
    })
    .await
}

async fn verify(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(beside_the_tests("comptoir-verify"))
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .await
        .expect("comptoir-verify is built");
    let text = |bytes| String::from_utf8(bytes).expect("it says text");
    (status.code(), text(stdout), text(stderr))
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_proven_offline_and_stays_so_when_its_buyer_is_erased() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (kept, bundle) = (folder.path().join("kept.txt"), folder.path().join("bundle.json"));
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &world.on_sale("basic").await).await;
    std::fs::write(&kept, checkpoint(&world).await).expect("the folder can be written");
    world.pay(&placed, GOOD_CARD).await;
    let order = id(&placed);
    let paid = world.paid_with_licences(&buyer, &order, 1).await;
    let licence = id(&paid["licences"][0]);
    checkpoint(&world).await;

    let prove = [
        "audit",
        "prove",
        &order,
        &licence,
        "--since",
        shown(&kept),
        "-o",
        shown(&bundle),
    ];
    let said = world.binary.run_well(&prove).await;
    assert!(said.contains("events and their proofs are in"), "{said}");
    let keys = world.get(&buyer, "/audit/keys").await.expect(200).body;
    let key = keys["signing"][0].as_str().expect("a key").to_owned();
    let arguments = [shown(&bundle), "--key", &key, "--checkpoint", shown(&kept)];
    let (status, said, complaint) = verify(&arguments).await;
    assert_eq!(status, Some(0), "{said}{complaint}");
    assert!(said.starts_with("PROVEN: "), "{said}");
    assert!(said.contains("continues the ledger of"), "{said}");

    let admin = Person::new(&world.binary, "admin").await;
    let path = format!("/persons/{}/erase", placed["buyer_id"].as_str().expect("a buyer"));
    world
        .post(&admin, &path, &json!({ "reason": "consent_withdrawn" }))
        .await
        .expect(200);
    let (status, _, complaint) = verify(&arguments).await;
    assert_eq!(status, Some(0), "the old bundle holds: {complaint}");
    checkpoint(&world).await;
    world.binary.run_well(&prove).await;
    let (status, said, complaint) = verify(&[shown(&bundle), "--key", &key, "--json"]).await;
    assert_eq!(status, Some(0), "and one that is made afterwards: {complaint}");
    assert_eq!(
        serde_json::from_str::<Value>(&said).expect("JSON")["sound"],
        json!(true)
    );

    // Whatever is changed about it shows, and so does another key.
    let text = std::fs::read_to_string(&bundle).expect("the bundle is there");
    let damaged = folder.path().join("damaged.json");
    std::fs::write(&damaged, text.replacen("order.paid", "order.paix", 1))
        .expect("the folder can be written");
    let (status, said, _) = verify(&[shown(&damaged)]).await;
    assert_eq!(
        (status, said.starts_with("NOT PROVEN: ")),
        (Some(1), true),
        "{said}"
    );
    let stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let (status, said, _) = verify(&[shown(&bundle), "--key", stranger]).await;
    assert_eq!(status, Some(1), "{said}");
    let (status, _, complaint) = verify(&[shown(&kept)]).await;
    assert_eq!(status, Some(2), "{complaint}");
    assert!(complaint.contains("is no bundle of proofs"), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proven_is_said_with_status_2() {
    let world = World::new().await;
    let unsigned = world.binary.run(&["audit", "checkpoint"]).await;
    let said = String::from_utf8_lossy(&unsigned.stderr).into_owned();
    assert_eq!(
        (
            unsigned.status.code(),
            said.contains("no checkpoint was signed yet")
        ),
        (Some(2), true),
        "{said}"
    );
    world.on_sale("basic").await;
    checkpoint(&world).await;
    for (ids, reason) in [
        (["nonsense"], "nothing in the ledger goes by"),
        (
            ["order_01jd3e8m6xf2r9kq7v5t4w8zab"],
            "nothing in the ledger goes by",
        ),
    ] {
        let arguments: Vec<&str> = ["audit", "prove"].into_iter().chain(ids).collect();
        let refused = world.binary.run(&arguments).await;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(
            (refused.status.code(), said.contains(reason)),
            (Some(2), true),
            "{said}"
        );
    }
}
