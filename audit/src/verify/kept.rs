//! Checkpoints that an auditor kept outside the database: the only thing that shows a ledger that was rewritten as a whole.

use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, NoteError};

/// A checkpoint that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    pub(super) name: String,
    pub(super) note: Note,
    pub(super) checkpoint: Checkpoint,
}

impl KeptCheckpoint {
    /// Reads a note. `name` says in findings which one it is, such as the name of its file.
    pub fn try_new(name: impl Into<String>, text: &str) -> Result<Self, NoteError> {
        let note: Note = text.parse()?;
        let checkpoint = Checkpoint::of(&note)?;
        Ok(Self {
            name: name.into(),
            note,
            checkpoint,
        })
    }
}
