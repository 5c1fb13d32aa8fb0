//! Each format holds every event byte for byte, in parts of bounded size, beside a manifest that says so.

use comptoir_audit::export::{Format, Outcome};
use comptoir_ledger::{RecordedEvent, leaf};
use serde_json::Value;

use crate::support::{EVENTS, House, all, contents, day};

#[tokio::test]
async fn json_lines_keep_the_bytes_of_payloads_so_that_leaf_hashes_can_be_computed_from_them() {
    let house = House::new().await;
    let exported = house.export(&all(Format::Jsonl)).await.unwrap();
    assert_eq!(exported.outcome, Outcome::Written);
    let files = contents(&house.exported(), &exported.manifest.parts);
    let lines: Vec<Value> = files
        .iter()
        .flat_map(|(_, bytes)| std::str::from_utf8(bytes).unwrap().lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let events = house.events().await;
    assert_eq!(lines.len(), events.len());
    for (line, event) in lines.iter().zip(&events) {
        let text = |column: &str| line[column].as_str().unwrap().to_owned();
        assert_eq!(
            (text("data"), text("metadata")),
            (event.data.clone(), event.metadata.clone())
        );
        assert_eq!(
            (text("stream"), text("category")),
            (event.stream.clone(), event.category().to_owned())
        );
        let hash = leaf::Leaf {
            position: line["position"].as_i64().unwrap(),
            stream: &text("stream"),
            revision: line["revision"].as_i64().unwrap(),
            event_id: text("event_id").parse().unwrap(),
            event_type: &text("event_type"),
            schema_version: 1,
            recorded_at: text("recorded_at").parse().unwrap(),
            data: &text("data"),
            metadata: &text("metadata"),
        }
        .hash();
        assert_eq!(text("leaf_hash"), hex::encode(hash));
    }
}

#[tokio::test]
async fn every_format_is_sound_and_has_the_root_that_was_signed() {
    for format in Format::ALL {
        let house = House::new().await;
        house.sign(40).await;
        let key = house.sign(EVENTS).await;
        let manifest = house.export(&all(format)).await.unwrap().manifest;
        assert_eq!((manifest.events, manifest.range.through.get()), (60, EVENTS));
        assert_eq!(manifest.checkpoint.as_ref().unwrap().size, EVENTS);
        assert_eq!(manifest.checkpoint_within, manifest.checkpoint);
        let report = house.check(std::slice::from_ref(&key));
        assert_eq!(report.findings, [], "{format}");
        assert_eq!((report.events, report.root_recomputed), (60, true));
        assert_eq!(report.signed_by, [format!("{}+{}", key.name(), key.id())]);
    }
}

#[tokio::test]
async fn parts_have_no_more_events_than_asked_and_the_manifest_tells_where_each_begins_and_ends() {
    let house = House::new().await;
    let manifest = house.export(&all(Format::Csv)).await.unwrap().manifest;
    let events: Vec<RecordedEvent> = house.events().await;
    let told: Vec<_> = manifest
        .parts
        .iter()
        .map(|part| (part.path.as_str(), part.events))
        .collect();
    assert_eq!(
        told,
        [
            ("events/part-000001.csv", 25),
            ("events/part-000002.csv", 25),
            ("events/part-000003.csv", 10)
        ]
    );
    let second = &manifest.parts[1];
    assert_eq!((second.first_position, second.last_position), (26, 50));
    assert_eq!(
        (second.first_recorded_at, second.last_recorded_at),
        (day(1), day(2))
    );
    assert_eq!(second.first_leaf_hash, hex::encode(&events[25].leaf_hash));
    assert_eq!(manifest.last_leaf_hash, Some(hex::encode(&events[59].leaf_hash)));
}

#[tokio::test]
async fn parquet_is_laid_out_by_day() {
    let house = House::new().await;
    let manifest = house.export(&all(Format::Parquet)).await.unwrap().manifest;
    let told: Vec<_> = manifest
        .parts
        .iter()
        .map(|part| (part.path.as_str(), part.events))
        .collect();
    assert_eq!(
        told,
        [
            ("events/date=2026-06-01/part-000001.parquet", 20),
            ("events/date=2026-06-02/part-000002.parquet", 20),
            ("events/date=2026-06-03/part-000003.parquet", 20)
        ]
    );
}

#[tokio::test]
async fn nothing_but_the_parts_and_the_manifest_is_left_in_the_folder() {
    let house = House::new().await;
    house.export(&all(Format::Jsonl)).await.unwrap();
    let mut names: Vec<_> = std::fs::read_dir(house.exported())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["events", "manifest.json"]);
}
