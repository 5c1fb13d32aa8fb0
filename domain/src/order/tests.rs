//! The rules of an order.

mod discounts;
mod matrix;
mod payment;
mod permutations;
mod placing;
mod pricing;
mod refunds;
