//! `comptoir invoice`

mod csv;
mod export;
mod follow;
mod numbers;
mod place;
mod preview;
mod reissue_check;

use clap::{Args, Subcommand};

use super::CliError;
use crate::config::Source;

/// What to do with invoices and credit notes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  comptoir invoice preview                               b2c_fr.pdf: what an invoice looks like
  comptoir invoice preview --template our-template       the same by an operator's own template
  comptoir invoice reissue-check                         are all stored documents what was issued?
  comptoir invoice export --from 2026-01-01 --to 2026-12-31 --output books-2026")]
pub(super) struct InvoiceArgs {
    #[command(subcommand)]
    command: InvoiceCommand,
}

#[derive(Debug, Subcommand)]
enum InvoiceCommand {
    /// Write a document of sample data, to see what it looks like; needs no database and no settings
    Preview(preview::PreviewArgs),
    /// Check that every stored document is still the one that was issued, and that no number is missing
    ReissueCheck(reissue_check::ReissueCheckArgs),
    /// Write the documents of a period into a folder: PDF, XML and the ledger of invoices as CSV
    Export(export::ExportArgs),
}

/// Carries it out.
pub(super) async fn run(source: &Source, args: InvoiceArgs) -> Result<(), CliError> {
    match args.command {
        InvoiceCommand::Preview(args) => preview::run(args).await,
        InvoiceCommand::ReissueCheck(args) => reissue_check::run(source, &args).await,
        InvoiceCommand::Export(args) => export::run(source, &args).await,
    }
}
