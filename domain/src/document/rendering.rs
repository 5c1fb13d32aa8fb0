//! What the files of a document are, and what they were made with.

use serde::{Deserialize, Serialize};

use crate::values::{Line, Sha256Hex};

/// The files of a document, made once from its content. The digests prove that what is read is what was made; renderer,
/// template and fonts say what one would need to make them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendering {
    /// The page: PDF/A-3 with the XML attached.
    pub pdf: StoredFile,
    /// The XML: Cross Industry Invoice, EN 16931.
    pub xml: StoredFile,
    /// The program that made them, with its version, such as `typst-0.15.1`.
    pub renderer: Line,
    /// SHA-256 of the template.
    pub template: Sha256Hex,
    /// SHA-256 over the fonts.
    pub fonts: Sha256Hex,
    /// Why the operator's own template was not used, where it should have been.
    pub fell_back: Option<TemplateFailure>,
}

/// A file by its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hex,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Why an operator's own template gave no document. The built-in one was used instead: an invoice never waits for a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateFailure {
    /// It cannot be read.
    Unreadable,
    /// It has an error, or an error came up with this document.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// It took more memory than it may.
    OutOfMemory,
    /// What it made is not what it must be, such as a page without the XML.
    WrongOutput,
}

impl TemplateFailure {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Unreadable,
        Self::Failed,
        Self::TimedOut,
        Self::OutOfMemory,
        Self::WrongOutput,
    ];

    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::WrongOutput => "wrong_output",
        }
    }
}

impl Rendering {
    /// Whether both are made of the same bytes, whatever they were made with.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.pdf == other.pdf && self.xml == other.xml
    }
}
