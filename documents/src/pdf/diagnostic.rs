//! What is wrong with a template, and where.

use std::fmt;

use serde::{Deserialize, Serialize};
use typst::WorldExt as _;
use typst::diag::SourceDiagnostic;

use super::world::DocumentWorld;

/// One thing that is wrong with a template, at a place in one of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The file, such as `body.typ`; none where typst names no place.
    pub file: Option<String>,
    /// The line, from 1; 0 where typst names no place.
    pub line: usize,
    /// The column, from 1; 0 where typst names no place.
    pub column: usize,
    /// What is wrong, in typst's words. They may quote what stands on the document.
    pub message: String,
    /// What typst advises.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// `body.typ:12:3`, if there is a place.
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(format!("{file}:{}:{}", self.line, self.column))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        for hint in &self.hints {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

/// The most diagnostics and hints that are kept.
const MOST: usize = 10;

/// What typst found, with its places spelled out. A mistake in a file that is called by another is reported where it is
/// made; where that is no place in a file, the call is named.
pub(super) fn read(errors: &[SourceDiagnostic], world: &DocumentWorld<'_>) -> Vec<Diagnostic> {
    errors.iter().take(MOST).map(|error| one(error, world)).collect()
}

fn one(error: &SourceDiagnostic, world: &DocumentWorld<'_>) -> Diagnostic {
    let place = place(error, world);
    let (file, line, column) = place.map_or((None, 0, 0), |(file, line, column)| (Some(file), line, column));
    Diagnostic {
        file,
        line,
        column,
        message: error.message.to_string(),
        hints: error
            .hints
            .iter()
            .take(MOST)
            .map(|hint| hint.v.to_string())
            .collect(),
    }
}

fn place(error: &SourceDiagnostic, world: &DocumentWorld<'_>) -> Option<(String, usize, usize)> {
    use typst::World as _;
    let id = error.span.id()?;
    let path = id.get().vpath().get_without_slash();
    let file = path.strip_prefix("template/").unwrap_or(path).to_owned();
    let range = world.range(error.span)?;
    let source = world.source(id).ok()?;
    let (line, column) = source.lines().byte_to_line_column(range.start)?;
    Some((file, line + 1, column + 1))
}
