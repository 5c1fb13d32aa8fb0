//! The routes, one handler a file.

mod cancel_payment;
mod confirm_payment;
mod control;
mod create_payment;
mod create_refund;
mod list_disputes;
mod redirect;
mod retrieve_dispute;
mod retrieve_payment;
mod retrieve_refund;
mod router;

pub(super) use router::router;
