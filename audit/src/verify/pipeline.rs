//! Reading, hashing and decoding side by side, and everything that needs the order behind it.

use std::num::NonZero;

use comptoir_ledger::{Filter, Ledger, LedgerError, Position, RecordedEvent, Rows};
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

/// What a checker has done, and the way back to it: it takes the memory back that it gave out, which is cheaper than that another
/// thread frees it.
struct Checker {
    checked: mpsc::Receiver<Result<Vec<Checked>, LedgerError>>,
    done_with: mpsc::UnboundedSender<Vec<Checked>>,
}

/// Verifies a ledger up to its horizon.
pub async fn verify(ledger: &Ledger, options: VerifyOptions) -> Result<Report, VerifyError> {
    let mut findings = Findings::new(options.findings_of_rule_max);
    let through = ledger.horizon();
    let tree = Tree::open(ledger.pool(), options.keys, options.kept, &mut findings).await?;
    let checkers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let checkers = checkers.clamp(1, CHECKERS_MAX);
    let (reading, raw) = read(ledger, through, checkers);
    let hash = StreamHash::default();
    let (checkers, checking): (Vec<_>, Vec<_>) =
        raw.into_iter().map(|rows| check(rows, hash.clone())).unzip();
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
        auditor.take_all(checkers, &*progress)?;
        auditor.finish(patience)
    });
    // Whoever fails closes the channels behind it, so that the others end too.
    let report = auditing.await.map_err(|_| VerifyError::Stopped)?;
    reading.await.map_err(|_| VerifyError::Stopped)??;
    for checking in checking {
        checking.await.map_err(|_| VerifyError::Stopped)?;
    }
    report
}

/// Hands the batches of the ledger round.
fn read(
    ledger: &Ledger,
    through: Position,
    checkers: usize,
) -> (JoinHandle<Result<(), VerifyError>>, Vec<mpsc::Receiver<Rows>>) {
    let mut bulk = ledger.read_bulk(Position::START, through, &Filter::All);
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..checkers).map(|_| mpsc::channel(1)).unzip();
    let reading = tokio::spawn(async move {
        for sender in senders.iter().cycle() {
            let Some(rows) = bulk.next_rows().await? else {
                break;
            };
            if sender.send(rows).await.is_err() {
                break;
            }
        }
        Ok(())
    });
    (reading, receivers)
}

/// Hashes and decodes on a thread.
fn check(mut batches: mpsc::Receiver<Rows>, hash: StreamHash) -> (Checker, JoinHandle<()>) {
    let (sender, checked) = mpsc::channel(1);
    let (done_with, mut done) = mpsc::unbounded_channel();
    let checking = spawn_blocking(move || {
        let mut event = RecordedEvent::blank();
        while let Some(rows) = batches.blocking_recv() {
            let free = done.try_recv().unwrap_or_default();
            if sender
                .blocking_send(check_rows(rows, &mut event, free, &hash))
                .is_err()
            {
                break;
            }
        }
    });
    (Checker { checked, done_with }, checking)
}

fn check_rows(
    mut rows: Rows,
    event: &mut RecordedEvent,
    mut checked: Vec<Checked>,
    hash: &StreamHash,
) -> Result<Vec<Checked>, LedgerError> {
    checked.clear();
    while rows.read(event)? {
        checked.push(Checked::new(event, hash));
    }
    Ok(checked)
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
        mut checkers: Vec<Checker>,
        progress: &dyn Fn(Position),
    ) -> Result<(), VerifyError> {
        let count = checkers.len();
        for turn in (0..count).cycle() {
            let checker = &mut checkers[turn];
            let Some(batch) = checker.checked.blocking_recv() else {
                break;
            };
            let batch = batch?;
            self.take(&batch)?;
            if let Some(last) = batch.last() {
                progress(Position::new(last.position));
            }
            // A checker that has ended needs nothing any more.
            drop(checker.done_with.send(batch));
        }
        Ok(())
    }

    fn take(&mut self, batch: &[Checked]) -> Result<(), VerifyError> {
        let Some(first) = batch.first() else { return Ok(()) };
        self.books.make_room();
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
