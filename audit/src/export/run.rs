//! The export: reads the ledger in one long COPY, writes parts, and the manifest last.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use comptoir_ledger::{Bulk, Filter, Ledger, LedgerError, Position, RecordedEvent, SignedCheckpoint};
use comptoir_proof::tree::Frontier;

use super::error::ExportError;
use super::journal::{Finished, Journal};
use super::manifest::{CheckpointNote, MANIFEST_FILE, Manifest, PartEntry, VERSION};
use super::part::{OpenPart, leaf_hash_of};
use super::request::{Asked, ExportOpened, Range, RecordExport};

/// Held by the process that writes to the folder.
const LOCK_FILE: &str = ".lock";
/// How often, and how long apart, it is looked for a checkpoint that covers the export.
const CHECKPOINT_TRIES: u32 = 30;
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(100);

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many positions are behind it.
    pub done: u64,
    /// How many there are.
    pub positions: u64,
}

/// How an export came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was written from its beginning.
    Written,
    /// It went on from parts that were finished before.
    Resumed {
        /// How many of them there were.
        parts_kept: usize,
    },
    /// It was finished before: nothing was done.
    AlreadyFinished,
}

/// A finished export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// What the folder holds.
    pub manifest: Manifest,
    /// How it came to that.
    pub outcome: Outcome,
}

/// Exports to a folder. One that was killed goes on from its last finished part, within the range that it had then.
pub async fn export(
    ledger: &Ledger,
    folder: &Path,
    asked: &Asked,
    recorder: &impl RecordExport,
    progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Exported, ExportError> {
    fs::create_dir_all(folder).map_err(ExportError::file(folder))?;
    if folder.join(MANIFEST_FILE).exists() {
        let manifest = Manifest::read(folder)?;
        same(&manifest.asked, asked, folder)?;
        return Ok(Exported {
            manifest,
            outcome: Outcome::AlreadyFinished,
        });
    }
    let _lock = lock(folder)?;
    let journal = open_journal(ledger, folder, asked).await?;
    let opened = ExportOpened {
        asked,
        range: journal.range(),
    };
    recorder.record(&opened).await?;

    let parts_kept = journal.finished().len();
    let after = journal.finished().last().map_or(journal.range().after, |last| {
        Position::new(last.part.last_position)
    });
    let bulk = ledger.read_bulk(after, journal.range().through, &asked.filter());
    let job = Job {
        folder: folder.to_owned(),
        frontier: if is_whole(asked, journal.range()) {
            journal.frontier()?
        } else {
            None
        },
        journal,
        part: None,
        progress,
    };
    // Formatting, hashing and writing would keep a thread of the runtime from its work.
    let (journal, frontier) = tokio::task::spawn_blocking(move || job.write(bulk))
        .await
        .map_err(|error| ExportError::file(folder)(std::io::Error::other(error)))??;

    let manifest = manifest(ledger, &journal, frontier.as_ref()).await?;
    manifest.write(folder)?;
    journal.remove()?;
    fs::remove_file(folder.join(LOCK_FILE)).map_err(ExportError::file(folder))?;
    let outcome = if parts_kept == 0 {
        Outcome::Written
    } else {
        Outcome::Resumed { parts_kept }
    };
    Ok(Exported { manifest, outcome })
}

/// The lock goes with the process, however that ends.
fn lock(folder: &Path) -> Result<fs::File, ExportError> {
    let path = folder.join(LOCK_FILE);
    let empty = !folder_has_more(folder)?;
    if !empty && !path.exists() {
        return Err(ExportError::NotEmpty {
            folder: folder.to_owned(),
        });
    }
    let file = fs::File::create(&path).map_err(ExportError::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(ExportError::Busy {
            folder: folder.to_owned(),
        }),
        Err(fs::TryLockError::Error(error)) => Err(ExportError::file(&path)(error)),
    }
}

fn folder_has_more(folder: &Path) -> Result<bool, ExportError> {
    Ok(fs::read_dir(folder)
        .map_err(ExportError::file(folder))?
        .next()
        .is_some())
}

async fn open_journal(ledger: &Ledger, folder: &Path, asked: &Asked) -> Result<Journal, ExportError> {
    let Some(journal) = Journal::resume(folder)? else {
        return Journal::begin(folder, asked, asked.range(ledger).await?);
    };
    same(journal.asked(), asked, folder)?;
    for finished in journal.finished() {
        let path = folder.join(&finished.part.path);
        let length = fs::metadata(&path).map(|metadata| metadata.len());
        if !length.is_ok_and(|length| length == finished.part.bytes) {
            return Err(ExportError::PartChanged { path });
        }
    }
    same_ledger(ledger, &journal).await?;
    Ok(journal)
}

/// Refuses a ledger that has lost its end since, by a restore or a fail-over, or has another one now.
async fn same_ledger(ledger: &Ledger, journal: &Journal) -> Result<(), ExportError> {
    let through = journal.range().through;
    if ledger.horizon() < through {
        return Err(ExportError::LedgerChanged {
            position: ledger.horizon().get() + 1,
        });
    }
    let Some(last) = journal.finished().last() else {
        return Ok(());
    };
    let position = last.part.last_position;
    let page = ledger
        .read_page(Position::new(position - 1), &Filter::All, 1)
        .await?;
    let leaf_hash = page.events.first().map(|event| hex::encode(&event.leaf_hash));
    if leaf_hash.as_ref() == Some(&last.part.last_leaf_hash) {
        Ok(())
    } else {
        Err(ExportError::LedgerChanged { position })
    }
}

fn same(before: &Asked, now: &Asked, folder: &Path) -> Result<(), ExportError> {
    let text = |moment: &Option<_>| {
        moment
            .as_ref()
            .map_or_else(|| "-".to_owned(), ToString::to_string)
    };
    let each = [
        ("format", before.format.to_string(), now.format.to_string()),
        ("from", text(&before.from), text(&now.from)),
        ("until", text(&before.until), text(&now.until)),
        (
            "category",
            before.category.clone().unwrap_or_else(|| "-".to_owned()),
            now.category.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        (
            "part-events",
            before.part_events.to_string(),
            now.part_events.to_string(),
        ),
    ];
    let differing = each.into_iter().filter(|(_, before, now)| before != now);
    let differing: Vec<String> = differing
        .map(|(name, before, now)| format!("--{name} was {before} and is {now}"))
        .collect();
    if differing.is_empty() {
        return Ok(());
    }
    Err(ExportError::OtherExport {
        folder: folder.to_owned(),
        difference: differing.join(", "),
    })
}

/// Whether every event from the first one on is in it.
fn is_whole(asked: &Asked, range: Range) -> bool {
    asked.category.is_none() && range.after == Position::START
}

/// What the writing thread works with.
struct Job<P> {
    folder: PathBuf,
    journal: Journal,
    frontier: Option<Frontier>,
    part: Option<OpenPart>,
    progress: P,
}

impl<P: FnMut(Progress)> Job<P> {
    fn write(mut self, mut bulk: Bulk) -> Result<(Journal, Option<Frontier>), ExportError> {
        let range = self.journal.range();
        let positions = range.positions();
        let mut event = RecordedEvent::blank();
        while let Some(mut rows) = bulk.next_rows_blocking()? {
            while rows.read(&mut event)? {
                self.add(&event)?;
            }
            let done = (event.position.get() - range.after.get()).unsigned_abs();
            (self.progress)(Progress { done, positions });
        }
        self.finish_part()?;
        (self.progress)(Progress {
            done: positions,
            positions,
        });
        Ok((self.journal, self.frontier))
    }

    fn add(&mut self, event: &RecordedEvent) -> Result<(), ExportError> {
        let asked = self.journal.asked();
        let (format, part_events) = (asked.format, asked.part_events);
        if self
            .part
            .as_ref()
            .is_some_and(|part| !part.takes(event, part_events))
        {
            self.finish_part()?;
        }
        if let Some(frontier) = &mut self.frontier {
            if event.position.get().unsigned_abs() != frontier.size() + 1 {
                let why = "the one before it is missing";
                return Err(ExportError::Event {
                    position: event.position.get(),
                    why,
                });
            }
            frontier.push(leaf_hash_of(event)?);
        }
        let part = match &mut self.part {
            Some(part) => part,
            none @ None => {
                let number = self.journal.finished().len() + 1;
                none.insert(OpenPart::begin(&self.folder, format, number, event)?)
            }
        };
        part.add(event)
    }

    fn finish_part(&mut self) -> Result<(), ExportError> {
        let Some(part) = self.part.take() else {
            return Ok(());
        };
        let part = part.finish()?;
        let peaks = self
            .frontier
            .as_ref()
            .map(|frontier| frontier.peaks().iter().map(hex::encode).collect());
        self.journal.note(Finished { part, peaks })
    }
}

async fn manifest(
    ledger: &Ledger,
    journal: &Journal,
    frontier: Option<&Frontier>,
) -> Result<Manifest, ExportError> {
    let parts: Vec<PartEntry> = journal
        .finished()
        .iter()
        .map(|finished| finished.part.clone())
        .collect();
    let range = journal.range();
    let covering = covering(ledger, range.through).await?;
    let within = match frontier {
        Some(_) => ledger
            .newest_checkpoint_within(range.through)
            .await?
            .map(CheckpointNote::of),
        None => None,
    };
    let (first, last) = (parts.first(), parts.last());
    Ok(Manifest {
        version: VERSION,
        written_by: concat!("comptoir ", env!("CARGO_PKG_VERSION")).to_owned(),
        asked: journal.asked().clone(),
        range,
        events: parts.iter().map(|part| part.events).sum(),
        first_recorded_at: first.map(|part| part.first_recorded_at),
        last_recorded_at: last.map(|part| part.last_recorded_at),
        first_leaf_hash: first.map(|part| part.first_leaf_hash.clone()),
        last_leaf_hash: last.map(|part| part.last_leaf_hash.clone()),
        root: frontier.map(|frontier| hex::encode(frontier.root())),
        checkpoint: covering.map(CheckpointNote::of),
        checkpoint_within: within,
        parts,
    })
}

/// The newest checkpoint, if it covers a position. Where checkpoints are signed at all, this one comes within a second of the
/// event, and is waited for.
async fn covering(ledger: &Ledger, through: Position) -> Result<Option<SignedCheckpoint>, LedgerError> {
    for _ in 0..CHECKPOINT_TRIES {
        match ledger.newest_checkpoint().await? {
            Some(newest) if newest.size >= through && through > Position::START => return Ok(Some(newest)),
            Some(_) if through > Position::START => tokio::time::sleep(CHECKPOINT_PAUSE).await,
            Some(_) | None => return Ok(None),
        }
    }
    Ok(None)
}
