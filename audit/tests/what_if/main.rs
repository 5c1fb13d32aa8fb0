//! Each rule of `comptoir audit what-if`, by figures that were computed by hand, on a ledger in PostgreSQL.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod refused;
mod rules;
mod shop;
