//! Journeys over HTTP: the `comptoir` binary as a process, PostgreSQL, and a stand-in for Hyperswitch.
//!
//! Each test has a database of its own, a stand-in and one or two engines; all tests share one PostgreSQL. Nothing is
//! waited for by sleeping: [`world::eventually`] asks again until the condition holds or its time is over.

mod world;

mod after_sale;
mod audit_page;
mod bad_orders;
mod bad_requests;
mod crash;
mod erasure;
mod exclusive;
mod expiry;
mod export;
mod first_sale;
mod invoice_books;
mod invoice_crash;
mod invoices;
mod late_payment;
mod licence_in_use;
mod live_mode;
mod lost_tail;
mod personal_data;
mod promotion;
mod proofs;
mod provider_faults;
mod races;
mod read_your_write;
mod rebuild;
mod replay;
mod reviews;
mod sandbox_run;
mod stop;
mod two_nodes;
mod upgrade;
mod ways_to_pay;
mod webhook_order;
mod webhook_refusals;
