//! The subcommands, one a file.

pub(crate) mod hyperswitch;
pub(crate) mod postgres;
pub(crate) mod run;
pub(crate) mod test_server;

use std::error::Error;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

/// What a subcommand ends with.
pub(crate) type Outcome = Result<ExitCode, Box<dyn Error>>;

/// Waits for Ctrl-C or SIGTERM.
pub(crate) async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome,
        _ = terminate.recv() => Ok(()),
    }
}
