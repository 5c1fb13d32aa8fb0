//! `comptoir audit checkpoint`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::super::{CliError, print_line};
use crate::config::Source;
use crate::node::NodeError;

/// How to print it.
#[derive(Debug, Args)]
pub(super) struct CheckpointArgs {
    /// Print one JSON object instead of the note
    #[arg(long)]
    json: bool,
}

/// Prints the newest checkpoint.
pub(super) async fn run(source: &Source, args: &CheckpointArgs) -> Result<ExitCode, CliError> {
    let ledger = super::ledger(source).await?;
    let signed = ledger.newest_checkpoint().await.map_err(NodeError::from)?;
    let Some(signed) = signed else {
        return Err(CliError::NoCheckpoint);
    };
    if args.json {
        let size = signed.size.get();
        print_line(&json!({ "size": size, "signed_at": signed.signed_at, "note": signed.note }).to_string())?;
    } else {
        print_line(signed.note.trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}
