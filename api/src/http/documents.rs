//! Invoices and credit notes: what their routes have in common.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod chosen;
pub(crate) mod form;
pub(crate) mod listing;
pub(crate) mod schema;
pub(crate) mod summary;
pub(crate) mod to_come;
