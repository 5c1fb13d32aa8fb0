//! The API over HTTP, against a real PostgreSQL: what is answered, and that a refusal stores nothing.

mod authentication;
mod bodies;
mod catalogue;
mod idempotency;
mod key_set;
mod orders;
mod pages;
mod support;
mod webhooks;
