//! The HTTP layer of Comptoir and its binary.
//!
//! Every request meets, in this order: an id and a span, a bearer token, strict extractors, one use case of the engine or
//! one query of a read model, and an answer that names its position in the ledger. Whatever is refused is answered with a
//! problem document that names the field.
//!
//! ```
//! let document = comptoir_api::http::openapi_document().unwrap();
//! assert!(document.contains("\"/api/v1/orders\""));
//! ```
//!
//! Where to look: [`config`] reads every setting; [`http`] has the routes in one list, a file for each endpoint, and the one
//! place where statuses meet errors; [`cli`] has the commands of the binary `comptoir`; [`node`] puts the parts together,
//! [`rendering`] among them what makes the files of invoices.

pub mod cli;
pub mod config;
pub mod http;
pub mod logging;
pub mod node;
pub mod rendering;
