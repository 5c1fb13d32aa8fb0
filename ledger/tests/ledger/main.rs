//! The ledger's promises, held against a real PostgreSQL.

mod append;
mod common;
mod esrs;
mod faults;
mod format;
mod model;
mod read;
mod subscription;
