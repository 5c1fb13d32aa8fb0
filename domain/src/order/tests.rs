//! The rules of an order.

mod discounts;
mod dispute_table;
mod disputes;
mod flags;
mod matrix;
mod money;
mod nothing_to_refund;
mod payment;
mod permutations;
mod placing;
mod pricing;
mod refunds;
mod upgrades;
mod withdrawal;
mod ratings;
mod refund_windows;
