//! The API over HTTP, against a real PostgreSQL: what is answered, and that a refusal stores nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod after_sale;
mod auditors;
mod authentication;
mod bad_input;
mod barred;
mod bodies;
mod catalogue;
mod cors;
mod cursors;
mod disputes;
mod downloads;
mod evidence;
mod histories;
mod holders;
mod idempotency;
mod invoice_corrections;
mod invoice_lists;
mod invoice_pages;
mod invoice_readers;
mod invoices;
mod key_set;
mod keys_reused;
mod licences;
mod lists;
mod orders;
mod pages;
mod past;
mod person_export;
mod persons;
mod promotions;
mod proofs;
mod quotes;
mod review_refusals;
mod reviews;
mod reviews_reported;
mod sellers;
mod stale;
mod support;
mod terms;
mod timelines;
mod upgrades;
mod webhooks;
mod withdrawals;
mod writes;
