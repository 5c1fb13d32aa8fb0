//! `comptoir audit`: what auditors, support and operators ask of the ledger.
//!
//! Every command says the same by its exit status: 0, all is well; 1, something was found; 2, it could not be carried out.

mod checkpoint;
mod show;

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
  comptoir audit show order_01jd3e8m6xf2r9kq7v5t4w8zab
                                              what happened to an order, in words")]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Print the newest signed checkpoint of the ledger: keep it, and later ledgers can be held against it
    Checkpoint(checkpoint::CheckpointArgs),
    /// Tell what happened to a thing or a person: who did what, why, what followed, and what was so after it
    Show(show::ShowArgs),
}

/// Carries it out.
pub(super) async fn run(source: &Source, args: AuditArgs) -> Result<ExitCode, CliError> {
    match args.command {
        AuditCommand::Checkpoint(args) => checkpoint::run(source, &args).await,
        AuditCommand::Show(args) => show::run(source, &args).await,
    }
}

/// The ledger, for reading alone.
async fn ledger(source: &Source) -> Result<Ledger, CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    Ok(Ledger::read_only(pool).await.map_err(NodeError::from)?)
}
