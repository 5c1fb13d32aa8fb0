//! Files, handed out by links that end.

pub(crate) mod get;
