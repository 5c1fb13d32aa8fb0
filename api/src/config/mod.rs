//! The configuration: typed sections, loaded once, from environment variables and an optional TOML file.
//!
//! Each setting has a name in the environment (`COMPTOIR_HTTP_ADDR`) and one in the file that `COMPTOIR_CONFIG` names
//! (`http.addr`); the environment wins. The list is [`settings`]. Whatever is wrong is reported in one message that
//! names every wrong or missing setting; a key of the file that nobody reads is refused, since it is a typing error.
//!
//! ```
//! use comptoir_api::config::Source;
//!
//! let nothing = Source::from_variables(|_| None).unwrap();
//! let refusal = nothing.config().unwrap_err().to_string();
//! assert!(refusal.contains("DATABASE_URL is missing"));
//! ```

mod audit;
mod auth;
mod file;
mod goods;
mod http;
mod invoicing;
mod mail;
mod parse;
mod reader;
mod sections;
pub mod settings;
mod source;
mod tax;
#[cfg(test)]
mod tests;

pub use auth::{AuthConfig, TokenKeys};
pub use comptoir_engine::Secret;
pub use goods::{FilesPlace, FilesSection};
pub use invoicing::InvoicingSection;
pub use reader::{ConfigError, Problem};
pub use sections::{
    Config, DatabaseConfig, HttpConfig, LogConfig, LogFormat, OrdersConfig, RateLimitConfig, ReconcilerConfig,
};
pub use settings::Setting;
pub use source::{Origin, Reported, Source};
