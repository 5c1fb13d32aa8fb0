//! `docs/LEDGER-FORMAT.md`: its test vectors are what the code, the database and a ledger at work produce, and its verifier
//! accepts them.

use std::collections::HashMap;
use std::io::{Write as _, stderr};
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};
use comptoir_ledger::clock::Clock;
use comptoir_ledger::leaf::Leaf;
use comptoir_ledger::{Append, ExpectedRevision, Filter, Metadata, NewEvent, Position, StreamName};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::common::{append, fixture};

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
    let roots = roots();
    assert_eq!(roots.len(), leaves.len() + 1);
    for size in 0..=leaves.len() {
        assert_eq!(hex::encode(root(&leaves[..size])), roots[&format!("root {size}")]);
    }
}

/// Makes something wrong with the lines.
type Harm = fn(&mut Vec<Value>);

/// The verifier of the document is held against the vectors of the document, and finds what is wrong with them.
#[test]
fn the_documented_verifier_accepts_the_documented_events_and_no_others() {
    if !python_is_there() {
        return;
    }
    let sound: Vec<Value> = vectors().iter().map(Vector::as_line).collect();
    let roots = roots();
    let root = &roots[&format!("root {}", sound.len())];
    assert_eq!(
        verify(&sound),
        Ok(format!("4 events in 3 streams are sound; root {root}\n"))
    );
    assert_eq!(
        verify(&[]),
        Ok(format!(
            "0 events in 0 streams are sound; root {}\n",
            roots["root 0"]
        ))
    );
    let harms: [(&str, Harm); 7] = [
        ("position 2: follows position 0", |lines| drop(lines.remove(0))),
        ("position 1: follows position 1", |lines| {
            lines.insert(1, lines[0].clone());
        }),
        ("position 1: the leaf hash is", |lines| {
            lines[0][7] = json!("{\"text\":\"hullo\"}");
        }),
        ("position 2: the leaf hash is", |lines| lines[1][5] = json!(1)),
        ("position 2: revision 2 of", |lines| lines[1][2] = json!(2)),
        ("position 3: event id", |lines| lines[2][3] = lines[0][3].clone()),
        ("position 4: was recorded before", |lines| lines[3][6] = json!(0)),
    ];
    for (reason, harm) in harms {
        let mut lines = sound.clone();
        harm(&mut lines);
        let refused = verify(&lines).expect_err(reason);
        assert!(refused.starts_with(reason), "{refused}");
    }
}

/// The statement of the document feeds it from a ledger at work.
#[tokio::test]
async fn the_documented_verifier_accepts_a_ledger_at_work() {
    if !python_is_there() {
        return;
    }
    let fixture = fixture().await;
    for n in 0..20 {
        let stream = StreamName::from_name(format!("note-{}", n % 6));
        let append = append(&stream, ExpectedRevision::Any, "Café à 3 €, 東京, 🎵");
        fixture.clock.advance(chrono::TimeDelta::microseconds(n));
        fixture.ledger.append(append).await.unwrap();
    }
    let documented = DOCUMENT
        .split("-c \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let statement = format!(
        "SELECT line::text FROM ({}) AS documented (line)",
        documented.expect("the document has its statement")
    );
    let lines: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .fetch_all(fixture.ledger.pool())
        .await
        .unwrap();
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said = verify(&lines).unwrap();
    assert!(
        said.starts_with("20 events in 6 streams are sound; root "),
        "{said}"
    );
}

fn python_is_there() -> bool {
    let found = Command::new("python3").arg("--version").output();
    let is_there = found.is_ok_and(|output| output.status.success());
    if !is_there {
        let skipped = b"skipped: the verifier of docs/LEDGER-FORMAT.md was not run, for python3 is missing\n";
        // Not by `eprintln`, which the test runner would hide.
        stderr().write_all(skipped).unwrap();
    }
    is_there
}

/// Runs the document's verifier on these lines: what it prints, or says when it refuses them.
fn verify(lines: &[Value]) -> Result<String, String> {
    let script = DOCUMENT
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let mut verifier = Command::new("python3")
        .args(["-c", script.expect("the document has its verifier")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let text = text.join("\n");
    // Who refuses a line reads no further, and may have closed the pipe.
    drop(verifier.stdin.take().expect("a pipe").write_all(text.as_bytes()));
    let output = verifier.wait_with_output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
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

fn roots() -> HashMap<String, String> {
    let with_roots = |block: &HashMap<String, String>| block.contains_key("root 0");
    blocks().into_iter().find(with_roots).expect("the roots")
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

    /// What the verifier reads.
    fn as_line(&self) -> Value {
        json!([
            self.position,
            self.stream,
            self.revision,
            self.event_id.to_string(),
            self.event_type,
            self.schema_version,
            self.recorded_at.timestamp_micros(),
            self.data,
            self.metadata,
            self.leaf_hash
        ])
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
