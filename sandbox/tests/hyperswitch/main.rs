//! The stand-in for Hyperswitch, tested as its callers see it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod description;
mod disputes;
mod faults;
mod payments;
mod refunds;
mod refusals;
mod support;
mod webhooks;
