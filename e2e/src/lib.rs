//! End-to-end journeys of Comptoir over HTTP, architecture and tidiness tests.
//!
//! Everything here sees the product from outside: its binary, its HTTP interface, its files. The tests stand in `tests/`:
//!
//! | test | holds |
//! | --- | --- |
//! | `architecture` | which crate may depend on which |
//! | `tidiness` | what every source file, document and aggregate keeps to |
//! | `journeys` | whole sales over HTTP, with real servers, and what happens when parts of them fail |
//!
//! This library is what the first two share:
//!
//! ```
//! use comptoir_e2e::repository;
//!
//! let files = repository::files();
//! assert!(files.iter().any(|file| file.name == "domain/src/lib.rs"));
//! ```

pub mod cargo;
pub mod repository;
