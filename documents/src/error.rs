//! Why a document cannot be rendered.

use thiserror::Error;

use crate::pdf::{Diagnostic, XmpError};

/// Why a document cannot be rendered. What is displayed names places in templates, and nothing of what stands on the
/// document: it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RenderError {
    /// The template, or what it makes of this document, is wrong. The diagnostics may quote the document.
    #[error("the template failed{}", places(.0))]
    Template(Vec<Diagnostic>),
    /// The metadata of the PDF are not laid out as they used to be.
    #[error("the XML cannot be declared in the PDF")]
    Metadata(#[from] XmpError),
    /// The renderer panicked.
    #[error("the renderer panicked")]
    Panicked,
}

/// ` at body.typ:12:3, lib.typ:4:1`, as far as places are known.
pub(crate) fn places(diagnostics: &[Diagnostic]) -> String {
    let places: Vec<String> = diagnostics.iter().filter_map(Diagnostic::place).collect();
    if places.is_empty() {
        String::new()
    } else {
        format!(" at {}", places.join(", "))
    }
}
