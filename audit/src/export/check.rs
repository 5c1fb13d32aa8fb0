//! Holds the folder of an export against its manifest, and what the manifest says against the signed checkpoint: every file's
//! digest, every event's leaf hash, the order of positions and revisions, and the root of the tree.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use comptoir_ledger::{Position, RecordedEvent};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, PublicKey};
use comptoir_proof::tree::{Frontier, Hash};

use super::compared::{PartEnd, digest, files_below};
use super::error::ExportError;
use super::findings::CheckReport;
use super::manifest::{CheckpointNote, MANIFEST_FILE, Manifest, PartEntry};
use super::part::EVENTS_FOLDER;
use super::read::read_part;

/// Checks the export in a folder. With keys, its checkpoints must be signed by one of them. `progress` is told how many events
/// were read so far, and how many there are.
pub fn check(
    folder: &Path,
    keys: &[PublicKey],
    mut progress: impl FnMut(u64, u64),
) -> Result<CheckReport, ExportError> {
    let manifest = Manifest::read(folder)?;
    let mut check = Check::new(&manifest);
    check.folder(folder);
    for part in &manifest.parts {
        check.part(folder, part, &mut progress);
    }
    check.totals();
    check.checkpoints(keys);
    Ok(check.report)
}

struct Check<'a> {
    manifest: &'a Manifest,
    /// The tree of all leaves, if the export has every one of them.
    frontier: Option<Frontier>,
    /// Its root when it was as large as the checkpoint within.
    root_within: Option<Hash>,
    previous: Option<Previous>,
    /// The newest revision of each stream, for an export without a beginning that is missing.
    revisions: HashMap<String, i64>,
    report: CheckReport,
}

struct Previous {
    position: i64,
    recorded_at: chrono::DateTime<chrono::Utc>,
}

impl<'a> Check<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let is_whole = manifest.asked.category.is_none() && manifest.range.after == Position::START;
        Self {
            manifest,
            frontier: is_whole.then(Frontier::default),
            root_within: None,
            previous: None,
            revisions: HashMap::new(),
            report: CheckReport::empty(),
        }
    }

    fn find(&mut self, file: &str, position: Option<i64>, problem: impl Into<String>) {
        self.report.find(file, position, problem.into());
    }

    /// Files that nobody told of.
    fn folder(&mut self, folder: &Path) {
        let listed: BTreeSet<String> = self.manifest.parts.iter().map(|part| part.path.clone()).collect();
        for file in files_below(folder, EVENTS_FOLDER) {
            if !listed.contains(&file) {
                self.find(&file, None, "the manifest does not know this file");
            }
        }
    }

    fn part(&mut self, folder: &Path, part: &PartEntry, progress: &mut impl FnMut(u64, u64)) {
        let path = folder.join(&part.path);
        match digest(&path) {
            Err(error) => return self.find(&part.path, None, format!("it cannot be read: {error}")),
            Ok((bytes, sha256)) => {
                if bytes != part.bytes {
                    self.find(
                        &part.path,
                        None,
                        format!("it has {bytes} bytes, not {}", part.bytes),
                    );
                }
                if sha256 != part.sha256 {
                    self.find(
                        &part.path,
                        None,
                        format!("its SHA-256 is {sha256}, not {}", part.sha256),
                    );
                }
            }
        }
        let mut ends: Option<(PartEnd, PartEnd)> = None;
        let (events_before, total) = (self.report.events, self.manifest.events);
        let read = read_part(&path, self.manifest.asked.format, |event| {
            self.event(&part.path, event);
            let end = PartEnd::of(event);
            ends = Some(match ends.take() {
                None => (end.clone(), end),
                Some((first, _)) => (first, end),
            });
            if self.report.events.is_multiple_of(1000) {
                progress(self.report.events, total);
            }
        });
        if let Err(why) = read {
            self.find(&part.path, None, format!("it cannot be read to its end: {why}"));
        }
        let events = self.report.events - events_before;
        if events != part.events {
            self.find(
                &part.path,
                None,
                format!("it has {events} events, not {}", part.events),
            );
        }
        if ends.is_some_and(|ends| ends != (PartEnd::first(part), PartEnd::last(part))) {
            self.find(
                &part.path,
                None,
                "its first and last events are not those of the manifest",
            );
        }
        self.report.parts += 1;
    }

    fn event(&mut self, file: &str, event: &RecordedEvent) {
        let position = event.position.get();
        self.report.events += 1;
        let leaf = event.leaf().hash();
        if event.leaf_hash != leaf {
            self.find(file, Some(position), "its leaf hash is not that of its columns");
        }
        let range = self.manifest.range;
        if event.position <= range.after || event.position > range.through {
            self.find(file, Some(position), "it is out of the range of the export");
        }
        if self
            .manifest
            .asked
            .category
            .as_deref()
            .is_some_and(|category| category != event.category())
        {
            self.find(file, Some(position), "it is of another category");
        }
        let dense = self.manifest.asked.category.is_none();
        let expected = self
            .previous
            .as_ref()
            .map_or(range.after.get(), |previous| previous.position)
            + 1;
        if position < expected {
            self.find(file, Some(position), "it stands behind a later one, or twice");
        } else if dense && position > expected {
            self.find(
                file,
                Some(position),
                format!("positions from {expected} on are missing before it"),
            );
        }
        if self
            .previous
            .as_ref()
            .is_some_and(|previous| previous.recorded_at > event.recorded_at)
        {
            self.find(
                file,
                Some(position),
                "it was recorded before the one in front of it",
            );
        }
        self.revision(file, event);
        self.previous = Some(Previous {
            position: position.max(expected - 1),
            recorded_at: event.recorded_at,
        });
        if let Some(frontier) = &mut self.frontier {
            frontier.push(leaf);
            if self
                .manifest
                .checkpoint_within
                .as_ref()
                .is_some_and(|within| within.size == position)
            {
                self.root_within = Some(frontier.root());
            }
        }
    }

    /// Of streams that are in the export from their beginning on, no revision is missing.
    fn revision(&mut self, file: &str, event: &RecordedEvent) {
        let revision = event.revision.get();
        let before = self.revisions.insert(event.stream.clone(), revision);
        let expected = match before {
            Some(before) => before + 1,
            None if self.manifest.range.after == Position::START => 0,
            None => revision,
        };
        if revision != expected {
            let problem = format!("revision {expected} of its stream was to come, and it is {revision}");
            self.find(file, Some(event.position.get()), problem);
        }
    }

    fn totals(&mut self) {
        let manifest = self.manifest;
        if self.report.events != manifest.events {
            let problem = format!("there are {} events, not {}", self.report.events, manifest.events);
            self.find(MANIFEST_FILE, None, problem);
        }
        let reached = self
            .previous
            .as_ref()
            .map_or(manifest.range.after.get(), |previous| previous.position);
        if manifest.asked.category.is_none() && reached != manifest.range.through.get() {
            let problem = format!(
                "the events end with {reached}, not with {}",
                manifest.range.through
            );
            self.find(MANIFEST_FILE, None, problem);
        }
        let root = self
            .frontier
            .as_ref()
            .map(|frontier| hex::encode(frontier.root()));
        if root != manifest.root {
            self.find(MANIFEST_FILE, None, "its root is not that of the events");
        }
        let (first, last) = (manifest.parts.first(), manifest.parts.last());
        let ends = (
            first.map(|part| (part.first_recorded_at, part.first_leaf_hash.clone())),
            last.map(|part| (part.last_recorded_at, part.last_leaf_hash.clone())),
        );
        let said = (
            manifest.first_recorded_at.zip(manifest.first_leaf_hash.clone()),
            manifest.last_recorded_at.zip(manifest.last_leaf_hash.clone()),
        );
        if ends != said {
            self.find(
                MANIFEST_FILE,
                None,
                "its first and last events are not those of its parts",
            );
        }
    }

    fn checkpoints(&mut self, keys: &[PublicKey]) {
        let covering = self.manifest.checkpoint.as_ref();
        if let Some(signed) = covering.and_then(|noted| self.signed(noted, keys))
            && signed.size < self.manifest.range.through.get().unsigned_abs()
        {
            self.find(
                MANIFEST_FILE,
                None,
                "its checkpoint does not cover its last event",
            );
        }
        let within = self.manifest.checkpoint_within.as_ref();
        if let Some(signed) = within.and_then(|noted| self.signed(noted, keys)) {
            self.report.root_recomputed = self.root_within == Some(signed.root);
            if !self.report.root_recomputed {
                self.find(
                    MANIFEST_FILE,
                    None,
                    "the events do not have the root that was signed for them",
                );
            }
        }
        if !keys.is_empty() && covering.is_none() && within.is_none() {
            self.find(MANIFEST_FILE, None, "it has no signed checkpoint");
        }
    }

    /// What a note says, if it can be read and is signed as it must be.
    fn signed(&mut self, noted: &CheckpointNote, keys: &[PublicKey]) -> Option<Checkpoint> {
        let read = noted
            .note
            .parse::<Note>()
            .and_then(|note| Ok((Checkpoint::of(&note)?, note)));
        let (checkpoint, note) = match read {
            Ok(read) => read,
            Err(error) => {
                self.find(
                    MANIFEST_FILE,
                    None,
                    format!("a checkpoint cannot be read: {error}"),
                );
                return None;
            }
        };
        if i64::try_from(checkpoint.size) != Ok(noted.size) {
            self.find(
                MANIFEST_FILE,
                None,
                "a checkpoint is of another size than is said beside it",
            );
            return None;
        }
        if keys.is_empty() {
            return Some(checkpoint);
        }
        let signers = note.signed_by(keys);
        if signers.is_empty() {
            self.find(
                MANIFEST_FILE,
                None,
                "a checkpoint is signed by none of the given keys",
            );
            return None;
        }
        for by in signers {
            let key = format!("{}+{}", by.name, by.id);
            if !self.report.signed_by.contains(&key) {
                self.report.signed_by.push(key);
            }
        }
        Some(checkpoint)
    }
}
