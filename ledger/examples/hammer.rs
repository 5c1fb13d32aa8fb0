//! Appends to a ledger at random and says what was acknowledged, until its standard input is closed.
//!
//! `hammer <database url> <seed>` writes one line for each append that was acknowledged:
//! `ack <position of the last event> <event id> <event id> ... .`; the dot shows that the line is whole. Everything that
//! the ledger should not have done is a line that begins with `bad`. What it does follows from the seed alone: which
//! streams, sizes and expectations, and with which event ids.
//!
//! The fault tests run several of these at once and kill some of them, their connections, or the database.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use comptoir_ledger::clock::{IdSource, SeededIds};
use comptoir_ledger::{
    Append, AppendError, ExpectedRevision, Idempotency, Ledger, LedgerOptions, Metadata, NewEvent, Revision,
    StreamName,
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const TASKS: u32 = 12;
/// Streams that all hammers write to.
const HOT_STREAMS: u64 = 4;
/// Idempotency keys that all hammers use.
const KEYS: u64 = 1000;
const EVENTS_MAX: u64 = 5;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(seed)) = (arguments.next(), arguments.next()) else {
        return Err("usage: hammer <database url> <seed>".into());
    };
    let seed: u32 = seed.parse()?;
    let ledger = Ledger::start(PgPool::connect_lazy(&url)?, LedgerOptions::default()).await?;
    let stop = stop_when_input_closes();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let worker = Worker::new(ledger.clone(), seed * TASKS + task);
            tokio::spawn(worker.run(stop.clone()))
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    ledger.stop().await;
    Ok(())
}

/// Whoever started this program holds the other end: it also ends with a starter that dies.
fn stop_when_input_closes() -> CancellationToken {
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    std::thread::spawn(move || {
        // Both mean the same: the input is no longer there.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stopping.cancel();
    });
    stop
}

/// One of the clients of this process.
struct Worker {
    ledger: Ledger,
    ids: Arc<SeededIds>,
    dice: Dice,
    /// An append that was acknowledged.
    acknowledged: Option<Vec<NewEvent>>,
    /// Where the streams were when they were last heard of.
    heard: HashMap<StreamName, Revision>,
}

impl Worker {
    fn new(ledger: Ledger, seed: u32) -> Self {
        Self {
            ledger,
            ids: Arc::new(SeededIds::new(seed)),
            dice: Dice(u64::from(seed)),
            acknowledged: None,
            heard: HashMap::new(),
        }
    }

    async fn run(mut self, stop: CancellationToken) -> Result<(), Failure> {
        while !stop.is_cancelled() {
            match self.dice.below(10) {
                0..4 => self.append_to_new_streams().await?,
                4..7 => self.append_to_hot_stream().await?,
                7 => self.append_under_key().await?,
                8 => self.append_what_must_be_refused().await?,
                _ => self.repeat_what_was_acknowledged().await?,
            }
        }
        Ok(())
    }

    async fn append_to_new_streams(&mut self) -> Result<(), Failure> {
        let mut append = Append::new(&Metadata::default());
        let mut events = Vec::new();
        for _ in 0..=self.dice.below(2) {
            let stream = StreamName::new("fresh", self.ids.uuid_v7());
            let written = self.events();
            events.extend(written.clone());
            append = append.write_raw(stream, ExpectedRevision::NoStream, written);
        }
        self.insist(append, events).await
    }

    /// Every second one expects the revision that this worker has heard of last: of several that expect the same, one
    /// is made.
    async fn append_to_hot_stream(&mut self) -> Result<(), Failure> {
        let stream = self.hot_stream();
        let expected = if self.dice.below(2) == 0 {
            ExpectedRevision::Any
        } else {
            self.heard
                .get(&stream)
                .copied()
                .map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact)
        };
        let events = self.events();
        let append = Append::new(&Metadata::default()).write_raw(stream, expected, events.clone());
        self.insist(append, events).await
    }

    async fn append_under_key(&mut self) -> Result<(), Failure> {
        let events = self.events();
        let key = Idempotency {
            scope: "hammer".to_owned(),
            key: self.dice.below(KEYS).to_string(),
            fingerprint: [0; 32],
            answer: "{}".to_owned(),
        };
        let append = Append::new(&Metadata::default())
            .write_raw(self.hot_stream(), ExpectedRevision::Any, events.clone())
            .idempotent(key);
        self.insist(append, events).await
    }

    async fn append_what_must_be_refused(&mut self) -> Result<(), Failure> {
        let mut events = self.events();
        let expected = if self.dice.below(2) == 0 {
            events[0].data.push('}');
            ExpectedRevision::Any
        } else {
            ExpectedRevision::Exact(Revision::new(1_000_000_000))
        };
        let append = Append::new(&Metadata::default())
            .write_raw(
                StreamName::new("fresh", self.ids.uuid_v7()),
                ExpectedRevision::Any,
                self.events(),
            )
            .write_raw(self.hot_stream(), expected, events);
        match self.ledger.append(append).await {
            Ok(appended) => say(&format!("bad: appended at {} what is wrong", appended.position)),
            Err(AppendError::DuplicateEventId | AppendError::IdempotencyKeyUsed) => {
                say("bad: nothing was used before")
            }
            Err(_) => Ok(()),
        }
    }

    async fn repeat_what_was_acknowledged(&mut self) -> Result<(), Failure> {
        let Some(events) = self.acknowledged.clone() else {
            return Ok(());
        };
        let stream = StreamName::new("fresh", self.ids.uuid_v7());
        let append = Append::new(&Metadata::default()).write_raw(stream, ExpectedRevision::Any, events);
        match self.ledger.append(append).await {
            Ok(appended) => say(&format!(
                "bad: appended at {} what was acknowledged before",
                appended.position
            )),
            Err(AppendError::WrongExpectedRevision { .. } | AppendError::Invalid(_)) => {
                say("bad: not that refusal")
            }
            Err(_) => Ok(()),
        }
    }

    /// Appends; where the outcome is not known, again under the same ids until it is.
    async fn insist(&mut self, append: Append, events: Vec<NewEvent>) -> Result<(), Failure> {
        loop {
            match self.ledger.append(append.clone()).await {
                Ok(appended) => {
                    let ids: Vec<String> = events.iter().map(|event| event.event_id.to_string()).collect();
                    say(&format!("ack {} {} .", appended.position, ids.join(" ")))?;
                    self.acknowledged = Some(events);
                    self.heard.extend(appended.revisions);
                    return Ok(());
                }
                Err(AppendError::OutcomeUnknown) => {}
                Err(AppendError::Invalid(invalid)) => return say(&format!("bad: {invalid}")),
                Err(AppendError::Overloaded | AppendError::Unavailable { .. }) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    return Ok(());
                }
                Err(AppendError::WrongExpectedRevision { stream, actual, .. }) => {
                    match actual {
                        Some(revision) => self.heard.insert(stream, revision),
                        None => self.heard.remove(&stream),
                    };
                    return Ok(());
                }
                Err(AppendError::DuplicateEventId | AppendError::IdempotencyKeyUsed) => return Ok(()),
            }
        }
    }

    fn events(&mut self) -> Vec<NewEvent> {
        (0..=self.dice.below(EVENTS_MAX)).map(|n| self.event(n)).collect()
    }

    fn event(&mut self, n: u64) -> NewEvent {
        let event_id: Uuid = self.ids.uuid_v7();
        let length = usize::try_from(self.dice.below(600)).unwrap_or_default();
        NewEvent {
            event_id,
            event_type: "hammer.struck".to_owned(),
            schema_version: 1,
            data: format!(r#"{{"n":{n},"id":"{event_id}","text":"{}"}}"#, "é".repeat(length)),
        }
    }

    fn hot_stream(&mut self) -> StreamName {
        StreamName::from_name(format!("hot-{}", self.dice.below(HOT_STREAMS)))
    }
}

/// One line, at once: nothing that was acknowledged may wait in a buffer when this process is killed.
fn say(line: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    output.write_all(format!("{line}\n").as_bytes())?;
    Ok(output.flush()?)
}

/// Numbers that follow from a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
