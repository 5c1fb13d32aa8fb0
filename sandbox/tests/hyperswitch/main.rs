//! The stand-in for Hyperswitch, tested as its callers see it.

mod description;
mod faults;
mod payments;
mod refunds;
mod refusals;
mod support;
mod webhooks;
