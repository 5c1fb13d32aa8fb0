//! Reading, hashing and decoding side by side, and everything that needs the order behind it.

use std::num::NonZero;
use std::sync::Arc;

use comptoir_ledger::{Filter, Ledger, Position, RecordedEvent};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::VerifyError;
use super::books::Books;
use super::checked::{Checked, StreamHash};
use super::finding::Findings;
use super::format::Format;
use super::options::VerifyOptions;
use super::report::Report;
use super::stored;
use super::tree::{Database, Tree};

/// How many threads hash and decode at most. One thread takes what they have done, and is busy with three.
const CHECKERS_MAX: usize = 3;

type Batches<T> = Vec<mpsc::Receiver<Vec<T>>>;

/// Verifies a ledger up to its horizon.
pub async fn verify(ledger: &Ledger, options: VerifyOptions) -> Result<Report, VerifyError> {
    let mut findings = Findings::new(options.findings_of_rule_max);
    let through = ledger.horizon();
    let tree = Tree::open(ledger.pool(), options.keys, options.kept, &mut findings).await?;
    let checkers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let checkers = checkers.clamp(1, CHECKERS_MAX);
    let (reading, raw) = read(ledger, through, checkers);
    let checked = check(raw);
    let auditor = Auditor {
        through: through.get(),
        database: Database {
            pool: ledger.pool().clone(),
            runtime: Handle::current(),
        },
        format: Format::new(),
        tree,
        books: Books::new(),
        findings,
    };
    let progress = options.progress;
    let patience = options.patience;
    let auditing = spawn_blocking(move || {
        let mut auditor = auditor;
        auditor.take_all(checked, &*progress)?;
        auditor.finish(patience)
    });
    // Whoever fails closes the channels behind it, so that the others end too.
    let report = auditing.await.map_err(|_| VerifyError::Stopped)?;
    reading.await.map_err(|_| VerifyError::Stopped)??;
    report
}

/// Hands the batches of the ledger round.
fn read(
    ledger: &Ledger,
    through: Position,
    checkers: usize,
) -> (JoinHandle<Result<(), VerifyError>>, Batches<RecordedEvent>) {
    let mut bulk = ledger.read_bulk(Position::START, through, &Filter::All);
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..checkers).map(|_| mpsc::channel(1)).unzip();
    let reading = tokio::spawn(async move {
        for sender in senders.iter().cycle() {
            let Some(batch) = bulk.next().await? else { break };
            if sender.send(batch).await.is_err() {
                break;
            }
        }
        Ok(())
    });
    (reading, receivers)
}

/// Hashes and decodes on a thread for each of these.
fn check(raw: Batches<RecordedEvent>) -> Batches<Checked> {
    let hash = Arc::new(StreamHash::default());
    let start = |mut batches: mpsc::Receiver<Vec<RecordedEvent>>| {
        let (sender, receiver) = mpsc::channel(1);
        let hash = Arc::clone(&hash);
        spawn_blocking(move || {
            while let Some(batch) = batches.blocking_recv() {
                let checked = batch
                    .into_iter()
                    .map(|event| Checked::new(event, &hash))
                    .collect();
                if sender.blocking_send(checked).is_err() {
                    break;
                }
            }
        });
        receiver
    };
    raw.into_iter().map(start).collect()
}

/// All that needs the events in their order.
struct Auditor {
    through: i64,
    database: Database,
    format: Format,
    tree: Tree,
    books: Books,
    findings: Findings,
}

impl Auditor {
    fn take_all(
        &mut self,
        mut checked: Batches<Checked>,
        progress: &dyn Fn(Position),
    ) -> Result<(), VerifyError> {
        let checkers = checked.len();
        for turn in (0..checkers).cycle() {
            let Some(batch) = checked[turn].blocking_recv() else {
                break;
            };
            self.take(&batch)?;
            if let Some(last) = batch.last() {
                progress(Position::new(last.position));
            }
        }
        Ok(())
    }

    fn take(&mut self, batch: &[Checked]) -> Result<(), VerifyError> {
        let Some(first) = batch.first() else { return Ok(()) };
        let missing = self.books.missing(batch);
        let pool = &self.database.pool;
        if !missing.streams.is_empty() {
            let load = stored::streams_before(pool, &missing.streams, first.position);
            let events = self.database.run(load)?;
            self.books.load(&events);
        }
        if !missing.words.is_empty() {
            let load = stored::events_before(pool, &missing.words, first.position);
            let events = self.database.run(load)?;
            self.books.load_words(&events);
        }
        for event in batch {
            self.format.check(event, &mut self.findings)?;
            self.tree
                .push(event.position, event.leaf, &self.database, &mut self.findings)?;
            self.books.take(event, &mut self.findings);
        }
        Ok(())
    }

    fn finish(self, patience: chrono::TimeDelta) -> Result<Report, VerifyError> {
        let Self {
            through,
            database,
            format,
            tree,
            books,
            mut findings,
        } = self;
        let (events, streams, latest) = (format.events(), format.streams(), format.latest());
        let (orders, totals) = (books.order_count(), books.totals());
        let root = hex::encode(tree.root());
        let checkpoints = tree.finish(through, &database, &mut findings)?;
        let ends = database.run(stored::ends(&database.pool))?;
        format.finish(through, ends, &mut findings)?;
        let settled = books.settle(latest, patience, &mut findings);
        name_streams(&database, &mut findings)?;
        let (findings, broken) = findings.into_parts();
        Ok(Report {
            sound: findings.is_empty(),
            events,
            streams,
            orders,
            root,
            checkpoints,
            totals,
            without_documents: settled.without_documents,
            under_way: settled.under_way,
            broken,
            findings,
        })
    }
}

/// Findings that were made of something else than the row itself.
fn name_streams(database: &Database, findings: &mut Findings) -> Result<(), VerifyError> {
    let positions: Vec<i64> = findings
        .without_stream()
        .map(|(position, _)| position.get())
        .collect();
    if positions.is_empty() {
        return Ok(());
    }
    let known = database.run(stored::streams_of(&database.pool, &positions))?;
    for (position, stream) in findings.without_stream() {
        let found = known.iter().find(|(at, _)| *at == position.get());
        *stream = found.map(|(_, stream)| stream.clone());
    }
    Ok(())
}
