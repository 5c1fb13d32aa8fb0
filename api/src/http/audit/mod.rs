//! What auditors ask of the ledger.

pub(crate) mod list_events;
mod page;

pub(super) use page::pages;
