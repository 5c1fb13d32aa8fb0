//! Refunds, as those who are concerned see them: what was asked for, and how far the provider is with it.
//!
//! Table (schema `read_refunds`): `refunds`, a row a refund, from the events of orders and of refunds. A note stays sealed as
//! the event has it. Whose order and lines it is about is read from the orders. The column `failure_message` is one of an
//! earlier release, as it is in the orders, and stays empty.

mod apply;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Refunds;
pub use row::{RefundProgress, RefundRow, RefundView};
