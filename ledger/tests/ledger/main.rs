//! The ledger's promises, held against a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod append;
mod checkpoints;
mod common;
mod esrs;
mod faults;
mod format;
mod limits;
mod model;
mod read;
mod refusals;
mod subscription;
