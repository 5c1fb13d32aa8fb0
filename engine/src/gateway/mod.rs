//! The outside services.

mod connector;
pub mod hyperswitch;
pub mod mail;
pub mod vies;
pub mod witness;
