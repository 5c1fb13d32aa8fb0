//! Processes of `examples/hammer.rs`, and what they say.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use comptoir_ledger::Ledger;
use uuid::Uuid;

use super::eventually;

/// An append that was acknowledged: where its last event is, and all its events.
#[derive(Debug, Clone)]
pub(crate) struct Ack {
    pub(crate) position: i64,
    pub(crate) event_ids: Vec<Uuid>,
}

/// A process that appends at random.
pub(crate) struct Hammer {
    process: Child,
    said: Arc<Mutex<Vec<Ack>>>,
    listener: Option<JoinHandle<()>>,
}

impl Hammer {
    pub(crate) fn start(url: &str, seed: u32) -> Self {
        let mut process = Command::new(program())
            .arg(url)
            .arg(seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the hammer starts");
        let output = process.stdout.take().expect("its output is piped");
        let said = Arc::<Mutex<Vec<Ack>>>::default();
        let heard = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                heard.lock().unwrap().extend(ack(&line.unwrap()));
            }
        });
        Self {
            process,
            said,
            listener: Some(listener),
        }
    }

    /// How many appends it has acknowledged.
    pub(crate) fn acks(&self) -> usize {
        self.said.lock().unwrap().len()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it is there");
    }

    /// Lets it finish what it is at, unless it was killed, and tells all that it acknowledged.
    pub(crate) fn finish(mut self) -> Vec<Ack> {
        drop(self.process.stdin.take());
        let status = self.process.wait().expect("it ends");
        let listener = self.listener.take().expect("it is asked once");
        listener.join().expect("it said nothing bad");
        assert!(
            status.success() || status.code().is_none(),
            "the hammer failed: {status}"
        );
        std::mem::take(&mut *self.said.lock().unwrap())
    }
}

impl Drop for Hammer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits until each of them has acknowledged so many more appends.
pub(crate) async fn work_on(hammers: &[Hammer], more: usize) {
    let before: Vec<usize> = hammers.iter().map(Hammer::acks).collect();
    eventually("the hammers go on", async || {
        hammers
            .iter()
            .zip(&before)
            .all(|(hammer, before)| hammer.acks() >= before + more)
    })
    .await;
}

/// Every event that was acknowledged is where it was said to be.
pub(crate) async fn all_are_there(ledger: &Ledger, acks: &[Ack]) {
    let events: Vec<Uuid> = sqlx::query_scalar("SELECT event_id FROM events ORDER BY position")
        .fetch_all(ledger.pool())
        .await
        .unwrap();
    for Ack { position, event_ids } in acks {
        let end = usize::try_from(*position).unwrap();
        let there = events.get(end - event_ids.len()..end);
        assert_eq!(there, Some(event_ids.as_slice()), "acknowledged at {position}");
    }
}

/// The last line of a process that was killed may be cut short: it was not heard.
fn ack(line: &str) -> Option<Ack> {
    assert!(!line.starts_with("bad"), "{line}");
    let (position, event_ids) = line.strip_prefix("ack ")?.strip_suffix(" .")?.split_once(' ')?;
    Some(Ack {
        position: position.parse().expect("a position"),
        event_ids: event_ids
            .split(' ')
            .map(|id| id.parse().expect("an id"))
            .collect(),
    })
}

/// `cargo test` builds the examples beside the tests.
fn program() -> std::path::PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let program = test
        .ancestors()
        .nth(2)
        .expect("tests are built in a folder of their own")
        .join("examples/hammer");
    assert!(
        program.exists(),
        "{} is missing: `cargo build -p comptoir-ledger --examples` builds it",
        program.display()
    );
    program
}
