//! The outside services, each behind the types of its own wire format.

pub mod hyperswitch;
pub mod mail;
pub mod vies;
