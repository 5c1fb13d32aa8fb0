//! Which parts of an export are finished: `journal.jsonl`, until the manifest takes its place. Its first line says what was
//! asked and what that came to, each further line is a finished part. A process that is killed leaves at most one line cut off,
//! whose part is then written again.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use comptoir_proof::tree::{Frontier, Hash};
use serde::{Deserialize, Serialize};

use super::error::ExportError;
use super::manifest::{PartEntry, VERSION, write_whole};
use super::request::{Asked, Range};

const FILE: &str = "journal.jsonl";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    version: u32,
    asked: Asked,
    range: Range,
}

/// A finished part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Finished {
    /// The part.
    pub(super) part: PartEntry,
    /// The tree of all leaves up to its end, where the export holds all of them: the roots of its full subtrees.
    pub(super) peaks: Option<Vec<String>>,
}

/// The journal of an export under way.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: fs::File,
    header: Header,
    finished: Vec<Finished>,
}

impl Journal {
    /// Begins one.
    pub(super) fn begin(folder: &Path, asked: &Asked, range: Range) -> Result<Self, ExportError> {
        let header = Header {
            version: VERSION,
            asked: asked.clone(),
            range,
        };
        Self::written(folder.join(FILE), header, Vec::new())
    }

    /// The one that an export left behind, if there is one. What is cut off at its end is dropped.
    pub(super) fn resume(folder: &Path) -> Result<Option<Self>, ExportError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ExportError::file(&path)(error)),
        };
        let damaged = |why: String| ExportError::Damaged {
            path: path.clone(),
            why,
        };
        let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let first = lines.next().ok_or_else(|| damaged("it is empty".to_owned()))?;
        let header: Header = serde_json::from_str(first).map_err(|error| damaged(error.to_string()))?;
        if header.version != VERSION {
            return Err(damaged(format!("it is of version {}", header.version)));
        }
        let finished: Result<Vec<Finished>, _> = lines.map(serde_json::from_str).collect();
        let finished = finished.map_err(|error| damaged(error.to_string()))?;
        Self::written(path, header, finished).map(Some)
    }

    fn written(path: PathBuf, header: Header, finished: Vec<Finished>) -> Result<Self, ExportError> {
        let mut text = line(&header);
        text.extend(finished.iter().map(line));
        write_whole(&path, text.as_bytes())?;
        let file = fs::File::options()
            .append(true)
            .open(&path)
            .map_err(ExportError::file(&path))?;
        Ok(Self {
            path,
            file,
            header,
            finished,
        })
    }

    /// What was asked.
    pub(super) const fn asked(&self) -> &Asked {
        &self.header.asked
    }

    /// What it came to when it was begun.
    pub(super) const fn range(&self) -> Range {
        self.header.range
    }

    /// The parts so far.
    pub(super) fn finished(&self) -> &[Finished] {
        &self.finished
    }

    /// The tree behind the last finished part, if the export holds all leaves: then it begins with an empty one.
    pub(super) fn frontier(&self) -> Result<Option<Frontier>, ExportError> {
        let Some(last) = self.finished.last() else {
            return Ok(Some(Frontier::default()));
        };
        let Some(peaks) = &last.peaks else { return Ok(None) };
        let peaks: Option<Vec<Hash>> = peaks
            .iter()
            .map(|peak| hex::decode(peak).ok()?.try_into().ok())
            .collect();
        let size = last.part.last_position.unsigned_abs();
        let frontier = peaks.and_then(|peaks| Frontier::from_parts(size, peaks));
        let damaged = || ExportError::Damaged {
            path: self.path.clone(),
            why: "its tree does not fit".to_owned(),
        };
        frontier.ok_or_else(damaged).map(Some)
    }

    /// Notes a part that is on disk under its own name.
    pub(super) fn note(&mut self, finished: Finished) -> Result<(), ExportError> {
        let mut write = || {
            self.file.write_all(line(&finished).as_bytes())?;
            self.file.sync_all()
        };
        write().map_err(ExportError::file(&self.path))?;
        self.finished.push(finished);
        Ok(())
    }

    /// Takes it away: the manifest says all that it said.
    pub(super) fn remove(self) -> Result<(), ExportError> {
        fs::remove_file(&self.path).map_err(ExportError::file(&self.path))
    }
}

fn line(value: &impl Serialize) -> String {
    // Nothing in it can fail to be written: strings, numbers and times.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}
