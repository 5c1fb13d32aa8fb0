//! `sandbox`: private servers and stand-ins for a laptop and for tests.

mod commands;
mod console;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{hyperswitch, postgres, run, test_server};

/// Private servers and stand-ins for a laptop and for tests.
#[derive(Debug, Parser)]
#[command(name = "sandbox", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the stand-in for Hyperswitch until Ctrl-C.
    Hyperswitch(hyperswitch::Arguments),
    /// Run a private PostgreSQL until Ctrl-C.
    Postgres(postgres::Arguments),
    /// Start PostgreSQL, the stand-in and the engine, and walk through a first sale.
    Run(run::Arguments),
    /// Start one PostgreSQL for a whole test run, run a command with its address, stop it.
    TestServer(test_server::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Hyperswitch(arguments) => hyperswitch::run(arguments).await,
        Command::Postgres(arguments) => postgres::run(arguments).await,
        Command::Run(arguments) => run::run(arguments).await,
        Command::TestServer(arguments) => test_server::run(arguments).await,
    };
    outcome.unwrap_or_else(|error| {
        console::error(error.as_ref());
        ExitCode::FAILURE
    })
}
