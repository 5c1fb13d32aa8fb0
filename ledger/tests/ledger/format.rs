//! `docs/LEDGER-FORMAT.md`: its test vectors are what the code, the database and a ledger at work produce.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use comptoir_ledger::clock::Clock;
use comptoir_ledger::leaf::Leaf;
use comptoir_ledger::{Append, ExpectedRevision, Filter, Metadata, NewEvent, Position, StreamName};
use sha2::{Digest, Sha256};

use crate::common::fixture;

const DOCUMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/LEDGER-FORMAT.md"));

#[test]
fn the_documented_leaf_bytes_and_hashes_are_what_the_code_computes() {
    for vector in vectors() {
        let bytes = hex::decode(&vector.leaf).unwrap();
        assert_eq!(
            hex::encode(Sha256::digest(&bytes)),
            vector.leaf_hash,
            "the bytes as documented"
        );
        assert_eq!(hex::encode(vector.as_leaf().hash()), vector.leaf_hash, "the code");
    }
}

#[tokio::test]
async fn the_documented_hashes_are_what_the_database_computes() {
    let fixture = fixture().await;
    for vector in vectors() {
        let hash: Vec<u8> = sqlx::query_scalar("SELECT ledger_leaf_hash($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(vector.position)
            .bind(&vector.stream)
            .bind(vector.revision)
            .bind(vector.event_id)
            .bind(&vector.event_type)
            .bind(vector.schema_version)
            .bind(vector.recorded_at)
            .bind(&vector.data)
            .bind(&vector.metadata)
            .fetch_one(fixture.ledger.pool())
            .await
            .unwrap();
        assert_eq!(hex::encode(hash), vector.leaf_hash);
    }
}

#[tokio::test]
async fn a_ledger_to_which_the_documented_events_are_appended_holds_the_documented_hashes() {
    let fixture = fixture().await;
    for vector in vectors() {
        fixture.clock.advance(vector.recorded_at - fixture.clock.now());
        let metadata: Metadata = serde_json::from_str(&vector.metadata).unwrap();
        let event = NewEvent {
            event_id: vector.event_id,
            event_type: vector.event_type,
            schema_version: vector.schema_version,
            data: vector.data,
        };
        let append = Append::new(&metadata).write_raw(
            StreamName::from_name(vector.stream),
            ExpectedRevision::Any,
            vec![event],
        );
        fixture.ledger.append(append).await.unwrap();
    }
    let page = fixture
        .ledger
        .read_page(Position::START, &Filter::All, 10)
        .await
        .unwrap();
    let held: Vec<String> = page
        .events
        .iter()
        .map(|event| hex::encode(&event.leaf_hash))
        .collect();
    let documented: Vec<String> = vectors().into_iter().map(|vector| vector.leaf_hash).collect();
    assert_eq!(held, documented);
}

#[test]
fn the_documented_roots_are_those_of_rfc_6962() {
    let leaves: Vec<Vec<u8>> = vectors()
        .iter()
        .map(|vector| hex::decode(&vector.leaf_hash).unwrap())
        .collect();
    let roots = blocks()
        .into_iter()
        .find(|block| block.contains_key("root 0"))
        .expect("the roots");
    assert_eq!(roots.len(), leaves.len() + 1);
    for size in 0..=leaves.len() {
        assert_eq!(hex::encode(root(&leaves[..size])), roots[&format!("root {size}")]);
    }
}

/// RFC 6962, section 2.1, word for word.
fn root(leaves: &[Vec<u8>]) -> Vec<u8> {
    match leaves {
        [] => Sha256::digest([]).to_vec(),
        [leaf] => leaf.clone(),
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            Sha256::digest([vec![1], root(left), root(right)].concat()).to_vec()
        }
    }
}

struct Vector {
    position: i64,
    stream: String,
    revision: i64,
    event_id: uuid::Uuid,
    event_type: String,
    schema_version: i32,
    recorded_at: DateTime<Utc>,
    data: String,
    metadata: String,
    leaf: String,
    leaf_hash: String,
}

impl Vector {
    fn as_leaf(&self) -> Leaf<'_> {
        Leaf {
            position: self.position,
            stream: &self.stream,
            revision: self.revision,
            event_id: self.event_id,
            event_type: &self.event_type,
            schema_version: self.schema_version,
            recorded_at: self.recorded_at,
            data: &self.data,
            metadata: &self.metadata,
        }
    }
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> = blocks()
        .into_iter()
        .filter(|block| block.contains_key("leaf"))
        .map(|mut block| {
            let mut field = |name: &str| block.remove(name).unwrap_or_else(|| panic!("no {name}"));
            Vector {
                position: field("position").parse().unwrap(),
                stream: field("stream"),
                revision: field("revision").parse().unwrap(),
                event_id: field("event_id").parse().unwrap(),
                event_type: field("event_type"),
                schema_version: field("schema_version").parse().unwrap(),
                recorded_at: field("recorded_at").parse().unwrap(),
                data: field("data"),
                metadata: field("metadata"),
                leaf: field("leaf"),
                leaf_hash: field("leaf_hash"),
            }
        })
        .collect();
    assert!(vectors.len() >= 3, "the document has its vectors");
    vectors
}

/// The document's `text` blocks: a name in the first 15 columns, its value behind them, and on the lines that follow
/// without a name.
fn blocks() -> Vec<HashMap<String, String>> {
    const NAME_COLUMNS: usize = 15;
    DOCUMENT
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(|block| {
            let mut fields = HashMap::<String, String>::new();
            let mut last = "";
            for line in block.lines() {
                let (name, value) = line.split_at(NAME_COLUMNS);
                if !name.trim().is_empty() {
                    last = name.trim();
                }
                fields.entry(last.to_owned()).or_default().push_str(value);
            }
            fields
        })
        .collect()
}
