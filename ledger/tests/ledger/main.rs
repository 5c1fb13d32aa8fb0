//! The ledger's promises, held against a real PostgreSQL.

mod append;
mod common;
