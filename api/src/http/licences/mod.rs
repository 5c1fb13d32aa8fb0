//! Licences.

pub(crate) mod body;
pub(crate) mod get;
pub(crate) mod list;
