//! Reviews, as readers of a product page, their authors and the platform see them; and what their ratings say together.
//!
//! Tables (schema `read_reviews`): `reviews`, a row a review, with every text sealed; `product_ratings`, how often each
//! rating counts for a product.

mod apply;
mod fold;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Reviews;
pub use fold::ratings_of_events;
pub use row::{ReviewContent, ReviewRow, ReviewView};
