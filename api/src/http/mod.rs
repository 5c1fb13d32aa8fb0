//! The HTTP layer: extractors, one file for each endpoint, and problems.
//!
//! Every route stands in [`router`]; every status that an error becomes in [`problem`].

mod address;
mod amount;
mod answer;
mod app;
mod as_of;
mod audit;
mod auth;
mod command;
mod cors;
mod country;
mod credit_notes;
mod disputes;
mod documents;
mod downloads;
mod file;
mod health;
mod idempotency;
mod invoices;
mod json;
mod licences;
mod min_position;
mod openapi;
mod orders;
mod pagination;
mod parameters;
mod persons;
pub mod problem;
mod products;
mod promotions;
mod quotes;
mod rate_limit;
mod reads;
mod refunds;
mod replica;
mod request_id;
mod reviews;
mod router;
mod sealed;
mod sellers;
mod server;
mod stale;
mod terms;
mod view;
mod webhooks;
mod well_known;

pub use app::{App, AppParts};
pub use auth::{Authenticator, MintError, TokenError, mint};
pub use openapi::document as openapi_document;
pub use router::router;
pub use server::{ServeError, serve};
