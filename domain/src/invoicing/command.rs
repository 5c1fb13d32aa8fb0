//! What can be asked of a series of numbers.

use std::sync::Arc;

use super::state::SeriesTerms;
use crate::document::DocumentContent;

/// A command to a series of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoicingCommand {
    /// Give a document its number. The content has the number already, by [`super::InvoicingState::allot`]: it is refused if
    /// that number is not the next one any more. The document's own stream begins in the same append.
    Issue {
        /// What the series begins with, if it has not.
        terms: SeriesTerms,
        /// What stands on the document.
        content: Arc<DocumentContent>,
    },
}
