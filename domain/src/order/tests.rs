//! The rules of an order.

mod books;
mod discounts;
mod dispute_stages;
mod dispute_table;
mod disputes;
mod evolution;
mod flags;
mod matrix;
mod money;
mod nothing_to_refund;
mod other_rules;
mod payment;
mod permutations;
mod placing;
mod pricing;
mod ratings;
mod refund_windows;
mod refunds;
mod taxing;
mod upgrades;
mod withdrawal;
