//! What is found at addresses that are the same everywhere (RFC 8615).

pub(crate) mod keys;
