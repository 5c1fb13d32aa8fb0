//! `sandbox test-server -- COMMAND`.

use std::process::ExitCode;

use clap::Args;
use comptoir_sandbox::postgres::{Durability, SERVER_VARIABLE, Server, ServerOptions};
use tokio::process::Command;

use super::{Outcome, told_to_stop};

/// The command that needs a server.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The program and its arguments; COMPTOIR_TEST_POSTGRES_URL leads it to the server.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Ends with the exit status of the command.
pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let options = ServerOptions {
        durability: Durability::Relaxed,
        ..ServerOptions::default()
    };
    let server = Server::start(options).await?;
    let (program, rest) = arguments.command.split_first().ok_or("no command was given")?;
    let mut child = Command::new(program)
        .args(rest)
        .env(SERVER_VARIABLE, server.superuser_url())
        .kill_on_drop(true)
        .spawn()?;
    let status = tokio::select! {
        status = child.wait() => Some(status?),
        stopped = told_to_stop() => {
            stopped?;
            None
        }
    };
    server.stop().await?;
    let code = status
        .and_then(|status| status.code())
        .and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
