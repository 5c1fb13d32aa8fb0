//! How a document names an earlier one.

use super::content::{DocumentContent, PrecedingDocument};

impl From<&DocumentContent> for PrecedingDocument {
    fn from(content: &DocumentContent) -> Self {
        Self {
            document_id: content.document_id,
            number: content.number.clone(),
            issued_on: content.issued_on,
        }
    }
}
