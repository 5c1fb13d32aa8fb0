//! A private PostgreSQL: made from the binaries on the machine, on loopback only, without root.
//!
//! - [`Server`]: one server in a folder of its own, with a crash (`kill_hard`) and a restart for durability tests
//! - [`TestDatabase`]: a migrated database for one test, cloned from a template
//! - [`Binaries`]: where `initdb` and `postgres` were found
//! - [`free_port`]: a port for a server that has to be told one
//!
//! **A server ends with the process that started it**, however that process ends: a small shell process holds the
//! other end of a pipe, and when the pipe closes it stops the server and removes the temporary folder.
//!
//! Every connection from loopback is trusted: these servers hold test data and nothing else.

mod account;
mod binaries;
mod cluster;
mod folder;
mod guard;
mod port;
mod process;
mod server;
mod template;
mod test_database;

pub use binaries::Binaries;
pub use port::free_port;
pub use server::{Durability, Place, Role, Server, ServerOptions};
pub use test_database::{SERVER_VARIABLE, TestDatabase};

use std::io;
use std::path::PathBuf;

/// Why a private PostgreSQL, or a database on it, is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// No `initdb` and `postgres` of a supported version were found.
    #[error("no PostgreSQL server binaries (14 or newer) found; looked in PATH and {}", .looked_in.display())]
    NoBinaries {
        /// The folder under which distributions keep the versions.
        looked_in: PathBuf,
    },
    /// PostgreSQL refuses to run as root, and no unprivileged user could be found or made.
    #[error("running as root, and no unprivileged user (postgres, nobody) exists to run PostgreSQL")]
    NoUnprivilegedUser,
    /// A file or a process could not be handled.
    #[error("could not {action}")]
    Io {
        /// What was tried.
        action: String,
        /// What the system said.
        source: io::Error,
    },
    /// `initdb` or the creation of the roles failed.
    #[error("could not create the database cluster: {output}")]
    InitFailed {
        /// What the tool printed.
        output: String,
    },
    /// The server ended, or was not ready in time.
    #[error("PostgreSQL did not start: {log}")]
    DidNotStart {
        /// The end of the server's log.
        log: String,
    },
    /// A statement on the server failed.
    #[error("a statement on the private PostgreSQL failed")]
    Sql(#[from] sqlx::Error),
    /// The migrations of the template database failed.
    #[error("the migrations failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of the shared test server cannot be used.
    #[error("{SERVER_VARIABLE} is not usable: {reason}")]
    BadServerUrl {
        /// What is wrong with it.
        reason: String,
    },
}

impl PostgresError {
    fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
