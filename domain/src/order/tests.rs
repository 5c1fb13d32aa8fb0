//! The rules of an order.

mod discounts;
mod disputes;
mod matrix;
mod money;
mod payment;
mod permutations;
mod placing;
mod pricing;
mod refunds;
mod withdrawal;
