//! The ledger as files: what they hold, how an export goes on, and that no damage passes its check.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod damage;
mod formats;
mod ranges;
mod resume;
mod support;
