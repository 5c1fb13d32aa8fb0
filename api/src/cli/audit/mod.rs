//! `comptoir audit`: what auditors, support and operators ask of the ledger.
//!
//! Every command says the same by its exit status: 0, all is well; 1, something was found; 2, it could not be carried out.

mod checkpoint;
mod diff;
mod export;
mod prove;
mod replay;
mod show;
mod verify;
mod what_if;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use comptoir_ledger::Ledger;

pub(super) use self::prove::ProveCommandError;
use super::CliError;
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to ask of the ledger.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if all is well, 1 if something was found, 2 if the command could not be carried out.

Examples:
  comptoir audit checkpoint                   the newest signed state of the ledger
  comptoir audit prove order_... -o b.json    an order's events with proofs that comptoir-verify checks offline
  comptoir audit diff orders                  rows of a read model that are not what the events say
  comptoir audit verify                       recompute every hash, fold every stream, check the books
  comptoir audit verify --checkpoint kept.txt --key VKEY
                                              the same, against a checkpoint that you kept
  comptoir audit export --format jsonl --output folder   the events as files, with a manifest
  comptoir audit replay --until 2026-03-01T12:00:00Z     a whole engine as it stood, in another database
  comptoir audit what-if --rules next-year.toml          the money of every seller under other rules
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
    /// Write the events of an order, refund, licence, ... with proofs that anybody can check offline
    Prove(prove::ProveArgs),
    /// Build a read model anew beside the one in use, and explain each row that differs
    Diff(diff::DiffArgs),
    /// Read the whole ledger once, and check its hashes, its Merkle tree, its streams and its books
    Verify(verify::VerifyArgs),
    /// Write the events to files that are read without the engine, or check such files
    Export(export::ExportArgs),
    /// Build a whole engine as it stood in another database, to look around in
    Replay(replay::ReplayArgs),
    /// Say what the money of every seller would be under other rules
    WhatIf(what_if::WhatIfArgs),
    /// Tell what happened to a thing or a person: who did what, why, what followed, and what was so after it
    Show(show::ShowArgs),
}

/// Carries it out.
pub(super) async fn run(source: &Source, args: AuditArgs) -> Result<ExitCode, CliError> {
    match args.command {
        AuditCommand::Checkpoint(args) => checkpoint::run(source, &args).await,
        AuditCommand::Prove(args) => prove::run(source, &args).await,
        AuditCommand::Diff(args) => diff::run(source, &args).await,
        AuditCommand::Verify(args) => verify::run(source, args).await,
        AuditCommand::Export(args) => export::run(source, args).await,
        AuditCommand::Replay(args) => replay::run(source, &args).await,
        AuditCommand::WhatIf(args) => what_if::run(source, &args).await,
        AuditCommand::Show(args) => show::run(source, &args).await,
    }
}

/// The ledger, for reading alone.
async fn ledger(source: &Source) -> Result<Ledger, CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    Ok(Ledger::read_only(pool).await.map_err(NodeError::from)?)
}
