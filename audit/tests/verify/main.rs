//! `verify` on a real PostgreSQL: a sound ledger has no finding, and every damage is found where it is.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

mod books;
mod damages;
mod house;
mod second;
mod sound;
mod tree;
