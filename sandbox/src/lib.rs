//! Everything for a laptop and for tests: a private PostgreSQL and stand-ins that speak the real wire formats.
//!
//! A test that needs a database asks for one and forgets about it:
//!
//! ```no_run
//! # async fn example(migrator: &sqlx::migrate::Migrator) -> Result<(), Box<dyn std::error::Error>> {
//! use comptoir_sandbox::postgres::TestDatabase;
//!
//! let database = TestDatabase::create(migrator).await?;
//! let pool = database.pool().await;
//! sqlx::query("SELECT 1").execute(&pool).await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`postgres`]: a private PostgreSQL server that ends with the process that started it, and a database per test.
//! - [`hyperswitch`]: a stand-in for the payment provider Hyperswitch, with its real wire format and its signed webhooks.
//! - [`vies`]: a stand-in for VIES, the register of VAT ids.
//! - [`witness`]: a stand-in for a witness of the ledger's checkpoints.
//! - [`smtp`]: a mail server that keeps what it is sent.
//! - [`http_client`]: a plain HTTP client for what is on this machine.

mod chance;
mod clock;
mod environment;
pub mod http_client;
pub mod hyperswitch;
pub mod postgres;
pub mod smtp;
pub mod vies;
pub mod witness;

use sha2::{Digest, Sha256};

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
