//! What anybody can learn of the ledger: its newest signed state, its keys, and proofs.

use std::time::Duration;

use axum::http::StatusCode;
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, PublicKey};
use comptoir_proof::tree::{Hash, verify_consistency, verify_inclusion};
use serde_json::Value;

use crate::support::{Api, Person};

/// The newest checkpoint, when it covers all events.
async fn checkpoint(api: &Api) -> Note {
    let ledger = api.node.engine().ledger();
    let signed = async {
        loop {
            let newest = ledger.newest_checkpoint().await.unwrap();
            if newest.is_some_and(|newest| newest.size == ledger.horizon()) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), signed)
        .await
        .expect("all events are signed in time");
    let answer = api.get("/api/v1/audit/checkpoint").send().await;
    let note: Note = answer.expect(StatusCode::OK).text.parse().unwrap();
    assert_eq!(Checkpoint::of(&note).unwrap().size, api.head().unsigned_abs());
    note
}

fn hash(value: &Value) -> Hash {
    hex::decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

#[tokio::test]
async fn the_newest_checkpoint_is_public_signed_and_follows_the_ledger() {
    let api = Api::start_with(&[("COMPTOIR_PUBLIC_URL", "https://shop.example")]).await;
    let nothing = api.get("/api/v1/audit/checkpoint").send().await;
    assert_eq!(
        nothing.expect(StatusCode::NOT_FOUND).body["code"],
        "checkpoint_not_found"
    );
    for _ in 0..3 {
        api.draft(&Person::seller()).await;
        let note = checkpoint(&api).await;
        let checkpoint = Checkpoint::of(&note).unwrap();
        assert_eq!(checkpoint.origin, "shop.example/ledger");
        let keys = api
            .get("/api/v1/audit/keys")
            .send()
            .await
            .expect(StatusCode::OK)
            .body;
        let key: PublicKey = keys["signing"][0].as_str().unwrap().parse().unwrap();
        assert_eq!(note.signed_by([&key]).len(), 1);
        assert_eq!(keys["origin"], "shop.example/ledger");
    }
}

#[tokio::test]
async fn proofs_lead_from_an_event_and_from_an_earlier_checkpoint_to_a_later_one() {
    let api = Api::start().await;
    api.draft(&Person::seller()).await;
    let earlier = Checkpoint::of(&checkpoint(&api).await).unwrap();
    for _ in 0..6 {
        api.draft(&Person::seller()).await;
    }
    let later = Checkpoint::of(&checkpoint(&api).await).unwrap();
    for position in 1..=later.size {
        let path = format!(
            "/api/v1/audit/proof/inclusion?position={position}&size={}",
            later.size
        );
        let proof = api.get(&path).send().await.expect(StatusCode::OK).body;
        let (leaf, path) = (hash(&proof["leaf_hash"]), hashes(&proof["path"]));
        assert_eq!(
            verify_inclusion(position - 1, &leaf, later.size, &path, &later.root),
            Ok(())
        );
    }
    let path = format!(
        "/api/v1/audit/proof/consistency?from={}&to={}",
        earlier.size, later.size
    );
    let proof = api.get(&path).send().await.expect(StatusCode::OK).body;
    let path = hashes(&proof["path"]);
    assert_eq!(
        verify_consistency(earlier.size, later.size, &path, &earlier.root, &later.root),
        Ok(())
    );
}

#[tokio::test]
async fn what_cannot_be_proven_is_refused_and_a_wrong_question_is_named() {
    let api = Api::start().await;
    api.draft(&Person::seller()).await;
    let size = Checkpoint::of(&checkpoint(&api).await).unwrap().size;
    for query in [
        format!("inclusion?position=0&size={size}"),
        format!("inclusion?position={}&size={size}", size + 1),
        format!("inclusion?position=1&size={}", size + 1),
        format!("inclusion?position=1&size={}", u64::MAX),
        format!("consistency?from=0&to={size}"),
        format!("consistency?from={}&to={size}", size + 1),
        format!("consistency?from=1&to={}", size + 1),
    ] {
        let answer = api.get(&format!("/api/v1/audit/proof/{query}")).send().await;
        let code = answer.expect(StatusCode::NOT_FOUND).body["code"].clone();
        assert_eq!(code, "proof_not_found", "{query}");
    }
    for query in [
        "inclusion",
        "inclusion?position=x&size=1",
        "inclusion?position=1",
        "consistency?from=-1&to=1",
    ] {
        let answer = api.get(&format!("/api/v1/audit/proof/{query}")).send().await;
        let code = answer.expect(StatusCode::BAD_REQUEST).body["code"].clone();
        assert_eq!(code, "invalid_parameter", "{query}");
    }
}
