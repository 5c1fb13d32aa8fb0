//! A ledger with strange payloads, and words for exporting it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_audit::export::{
    Asked, CheckReport, ExportError, Exported, Format, NotRecorded, PartEntry, check, export,
};
use comptoir_ledger::clock::{IdSource as _, ManualClock, SystemIds};
use comptoir_ledger::{
    Append, ExpectedRevision, Filter, Ledger, LedgerOptions, MIGRATOR, Metadata, NewEvent, Position,
    RecordedEvent, StreamName,
};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{KeyKind, Note, PublicKey, Signer};
use comptoir_proof::tree::Frontier;
use comptoir_sandbox::postgres::TestDatabase;

pub(crate) const EVENTS: i64 = 60;
/// What a parser and printer of JSON, or a careless writer of CSV, would not leave as it is.
const PAYLOADS: [&str; 6] = [
    r#"{"text":"hello"}"#,
    "{ \"b\" : 1.0e0,\t\"a\":\"\\u00e9\\n\",\r\n \"a\":2 }",
    "\"= 1, \\\"two\\\"\\\\; three\"",
    "\"Café à 3 €, 東京, 🎵\\u2028\u{2028}\"",
    "[]",
    "-0.0",
];

/// A ledger of three days: streams `note-...` and `other-...`, twenty events a day, from 2026-06-01 on.
pub(crate) struct House {
    pub(crate) database: TestDatabase,
    pub(crate) ledger: Ledger,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn day(number: i64) -> DateTime<Utc> {
    "2026-06-01T12:00:00.000001Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(number)
}

impl House {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let clock = Arc::new(ManualClock::at(day(0)));
        let options = LedgerOptions {
            clock: clock.clone(),
            ..LedgerOptions::default()
        };
        let writing = Ledger::start(database.pool().await, options).await.unwrap();
        let notes = StreamName::new("note", SystemIds.uuid_v7());
        for number in 0..EVENTS {
            if number > 0 && number % 20 == 0 {
                clock.advance(TimeDelta::days(1));
            }
            let payload = PAYLOADS[usize::try_from(number).unwrap() % PAYLOADS.len()];
            let stream = match number % 3 {
                0 => notes.clone(),
                1 => StreamName::new("other", SystemIds.uuid_v7()),
                _ => StreamName::from_name(format!("größe \"Übung\", {}\\", SystemIds.uuid_v7())),
            };
            let event = NewEvent {
                event_id: SystemIds.uuid_v7(),
                event_type: "note.taken".to_owned(),
                schema_version: 1,
                data: payload.to_owned(),
            };
            let append =
                Append::new(&Metadata::default()).write_raw(stream, ExpectedRevision::Any, vec![event]);
            writing.append(append).await.unwrap();
        }
        writing.stop().await;
        let ledger = Ledger::read_only(database.pool().await).await.unwrap();
        Self {
            database,
            ledger,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) async fn events(&self) -> Vec<RecordedEvent> {
        self.ledger
            .read_page(Position::START, &Filter::All, 1000)
            .await
            .unwrap()
            .events
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn export(&self, asked: &Asked) -> Result<Exported, ExportError> {
        export(
            &self.ledger,
            &self.path().join("export"),
            asked,
            &NotRecorded,
            |_| {},
        )
        .await
    }

    pub(crate) fn exported(&self) -> std::path::PathBuf {
        self.path().join("export")
    }

    pub(crate) fn check(&self, keys: &[PublicKey]) -> CheckReport {
        check(&self.exported(), keys, |_, _| {}).unwrap()
    }

    /// Signs the ledger as it was when an event was its newest.
    pub(crate) async fn sign(&self, through: i64) -> PublicKey {
        let mut tree = Frontier::default();
        for event in self.events().await.iter().take(usize::try_from(through).unwrap()) {
            tree.push(event.leaf_hash.as_slice().try_into().unwrap());
        }
        let signer = Signer::try_new("shop.example/ledger", KeyKind::Log, &[7; 32]).unwrap();
        let checkpoint = Checkpoint {
            origin: "shop.example/ledger".to_owned(),
            size: tree.size(),
            root: tree.root(),
        };
        let text = checkpoint.text();
        let line = signer.sign(&text, day(3));
        let note = Note::unsigned(text).with(line).to_string();
        sqlx::query("INSERT INTO ledger_checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)")
            .bind(through)
            .bind(checkpoint.root.as_slice())
            .bind(note)
            .bind(day(3))
            .execute(self.ledger.pool())
            .await
            .unwrap();
        signer.public_key().clone()
    }
}

pub(crate) fn all(format: Format) -> Asked {
    Asked {
        format,
        from: None,
        until: None,
        category: None,
        part_events: 25,
    }
}

/// The files of an export, by their names, with what is in them.
pub(crate) fn contents(folder: &Path, parts: &[PartEntry]) -> Vec<(String, Vec<u8>)> {
    parts
        .iter()
        .map(|part| (part.path.clone(), fs::read(folder.join(&part.path)).unwrap()))
        .collect()
}
