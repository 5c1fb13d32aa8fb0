//! `comptoir audit`: what auditors, support and operators ask of the ledger.
//!
//! Every command says the same by its exit status: 0, all is well; 1, something was found; 2, it could not be carried out.

mod checkpoint;
mod export;
mod replay;
mod what_if;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use comptoir_ledger::Ledger;

use super::CliError;
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to ask of the ledger.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if all is well, 1 if something was found, 2 if the command could not be carried out.

Examples:
  comptoir audit checkpoint                   the newest signed state of the ledger
  comptoir audit export --format jsonl --output folder   the events as files, with a manifest
  comptoir audit replay --until 2026-03-01T12:00:00Z     a whole engine as it stood, in another database
  comptoir audit what-if --rules next-year.toml          the money of every seller under other rules")]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Print the newest signed checkpoint of the ledger: keep it, and later ledgers can be held against it
    Checkpoint(checkpoint::CheckpointArgs),
    /// Write the events to files that are read without the engine, or check such files
    Export(export::ExportArgs),
    /// Build a whole engine as it stood in another database, to look around in
    Replay(replay::ReplayArgs),
    /// Say what the money of every seller would be under other rules
    WhatIf(what_if::WhatIfArgs),
}

/// Carries it out.
pub(super) async fn run(source: &Source, args: AuditArgs) -> Result<ExitCode, CliError> {
    match args.command {
        AuditCommand::Checkpoint(args) => checkpoint::run(source, &args).await,
        AuditCommand::Export(args) => export::run(source, args).await,
        AuditCommand::Replay(args) => replay::run(source, &args).await,
        AuditCommand::WhatIf(args) => what_if::run(source, &args).await,
    }
}

/// The ledger, for reading alone.
async fn ledger(source: &Source) -> Result<Ledger, CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    Ok(Ledger::read_only(pool).await.map_err(NodeError::from)?)
}
