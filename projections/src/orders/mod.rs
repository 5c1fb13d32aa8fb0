//! Orders, as buyers, sellers and the platform see them.
//!
//! Tables (schema `read_orders`): `orders`, a row an order; `order_lines`, what was bought, written once. Billing
//! details stay sealed as the event has them.

mod after_sale;
mod apply;
mod fold;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use after_sale::{AfterSale, DeclaredRow, DeliveryRow, DisputeRow};
pub use apply::Orders;
pub use row::{OrderRow, OrderView, RefundRow, RefundRowStanding, ReviewFlagRow};
