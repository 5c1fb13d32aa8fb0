//! Documents, as those who are concerned see them: invoices and credit notes, what became of them, and where they are.
//!
//! Table (schema `read_documents`): `documents`, a row a document, from the events of the documents alone. Nobody's name or
//! address is in it: these stay in the event, sealed with the document's own key.

mod apply;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Documents;
pub use row::DocumentRow;
