//! Use cases, policy workers and gateways of Comptoir.

pub mod gateway;
mod secret;
pub mod vault;

pub use secret::Secret;
