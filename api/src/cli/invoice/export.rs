//! `comptoir invoice export`

mod books;
mod files;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use comptoir_domain::document::{DocumentContent, Supplier};
use comptoir_domain::values::{Actor, PersonId, Role, SellerId};
use comptoir_engine::files::DocumentFormat;
use comptoir_engine::{DocumentRead, Engine, RequestContext};
use uuid::Uuid;

use self::books::Books;
use self::files::{Kept, keep};
use super::super::{CliError, print_line, progress};
use super::follow::{decode, follow};
use super::reissue_check::{DRAWN_UP, drawn_up};
use crate::config::Source;
use crate::node::engine_alone;

/// What to export, and where to.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes, into the folder:
  documents.csv                    a row for each document: totals, buyer, SHA-256 of its files
  vat.csv                          a row for each document and kind of VAT
  platform/<NUMBER>.pdf and .xml   the files, as they were issued
  person_.../<NUMBER>.pdf ...      those in the name of a seller
Days are those of issue, by the supplier's time zone. Amounts of credit notes are positive, as on
the documents.

It can be repeated, and goes on where it was interrupted: a file that is there with the right
SHA-256 is left alone. The tables are written anew each time. The exit status is 1 if a document
of the period is not rendered yet: repeat it then.

Examples:
  comptoir invoice export --from 2026-01-01 --to 2026-12-31 --output books-2026
  comptoir invoice export --from 2026-03-01 --to 2026-03-31 --platform --output march")]
pub(super) struct ExportArgs {
    /// The first day of issue
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: NaiveDate,
    /// The last day of issue
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: NaiveDate,
    /// The folder; it is made if it is not there
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Only those in the name of this seller
    #[arg(long, value_name = "SELLER")]
    seller: Option<SellerId>,
    /// Only those of the platform
    #[arg(long, conflicts_with = "seller")]
    platform: bool,
}

impl ExportArgs {
    fn wants(&self, content: &DocumentContent) -> bool {
        let in_time = (self.from..=self.to).contains(&content.issued_on);
        let by_whom = match (content.supplier, self.seller) {
            (Supplier::Platform, None) => true,
            (Supplier::Platform, Some(_)) => false,
            (Supplier::Seller { .. }, None) => !self.platform,
            (Supplier::Seller { seller_id }, Some(wanted)) => seller_id == PersonId::from(wanted),
        };
        in_time && by_whom
    }
}

/// How an export went.
#[derive(Debug, Default)]
struct Tally {
    documents: u64,
    written: u64,
    unrendered: u64,
}

/// Writes all of it.
pub(super) async fn run(source: &Source, args: &ExportArgs) -> Result<(), CliError> {
    if args.to < args.from {
        return Err(CliError::EmptyPeriod);
    }
    let engine = engine_alone(&source.config()?).await?;
    let mut books = Books::begin(&args.output)?;
    let mut tally = Tally::default();
    let request = by_operator();
    let bar = progress::positions("exporting".to_owned());
    let exported = follow(engine.ledger(), &[DRAWN_UP], &bar, async |event| {
        let content = drawn_up(decode(&event)?).filter(|content| args.wants(content));
        let Some(content) = content else { return Ok(()) };
        let read = engine.document(&request, content.document_id).await?;
        tally.documents += 1;
        export_files(&engine, &request, &args.output, &read, &mut tally).await?;
        books.enter(&read)
    })
    .await;
    bar.finish_and_clear();
    engine.ledger().stop().await;
    exported?;
    books.finish()?;
    print_line(&format!(
        "{} documents in {}; {} files were written, the others were there",
        tally.documents,
        args.output.display(),
        tally.written
    ))?;
    match tally.unrendered {
        0 => Ok(()),
        documents => Err(CliError::DocumentsUnrendered { documents }),
    }
}

/// Writes the files of a document that are not there yet.
async fn export_files(
    engine: &Engine,
    request: &RequestContext,
    folder: &Path,
    read: &DocumentRead,
    tally: &mut Tally,
) -> Result<(), CliError> {
    for format in [DocumentFormat::Pdf, DocumentFormat::Xml] {
        match keep(engine, request, folder, read, format).await? {
            Kept::Written => tally.written += 1,
            Kept::Before | Kept::Forgotten => {}
            Kept::NotYetRendered => {
                tally.unrendered += 1;
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Who has the master key may read everything.
fn by_operator() -> RequestContext {
    RequestContext::of(Actor {
        person_id: PersonId::from_uuid(Uuid::nil()),
        roles: vec![Role::Admin],
    })
}
