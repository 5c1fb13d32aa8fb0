//! The engine against a real PostgreSQL and the stand-in Hyperswitch.

mod checkout;
mod exclusive;
mod late_payment;
mod privacy;
mod products;
mod sweeps;
mod webhooks;
mod world;
