//! `comptoir invoice reissue-check`

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use comptoir_domain::document::{DocumentContent, DocumentDrawnUp, DocumentEvent};
use comptoir_domain::values::InvoicingId;
use comptoir_engine::{DocumentCheck, Engine};
use comptoir_ledger::RecordedEvent;

use super::super::{CliError, print_line, progress};
use super::follow::{decode, follow};
use super::numbers::Numbers;
use crate::config::Source;
use crate::node::engine_alone;

/// How long a document may take to be rendered before that is worth a word.
const RENDERING_TIME_MAX: TimeDelta = TimeDelta::hours(1);

/// The event by which a document is issued.
pub(super) const DRAWN_UP: &str = "document.drawn_up";
const OF_SERIES: [&str; 3] = [
    "invoicing.series_opened",
    "invoicing.invoice_issued",
    "invoicing.credit_note_issued",
];

/// How to check.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads every document's files from where they are stored, compares their SHA-256 and size with what
the events say, and the numbers of each series with the documents that have them. It changes
nothing, and may run beside a serving node.

What is wrong is named, a line each, on standard output. The exit status is 0 if nothing is, and 1
otherwise.

Examples:
  comptoir invoice reissue-check
  comptoir invoice reissue-check > findings.txt || mail -s invoices me@example.org < findings.txt")]
pub(super) struct ReissueCheckArgs {}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings {
    numbers: Numbers,
    documents: u64,
    unrendered: u64,
    forgotten: u64,
    wrong: u64,
}

/// Checks all of it.
pub(super) async fn run(source: &Source, _: &ReissueCheckArgs) -> Result<(), CliError> {
    let engine = engine_alone(&source.config()?).await?;
    let bar = progress::positions("checking documents".to_owned());
    let mut findings = Findings::default();
    let types: Vec<&'static str> = OF_SERIES.into_iter().chain([DRAWN_UP]).collect();
    let looked = follow(engine.ledger(), &types, &bar, async |event| {
        if let Some(wrong) = findings.look_at(&engine, &event).await? {
            bar.suspend(|| findings.tell(&wrong))?;
        }
        Ok(())
    })
    .await;
    bar.finish_and_clear();
    engine.ledger().stop().await;
    looked?;
    for wrong in std::mem::take(&mut findings.numbers).missing() {
        findings.tell(&wrong)?;
    }
    findings.sum_up()
}

impl Findings {
    /// What is wrong with what an event says, if anything is.
    async fn look_at(&mut self, engine: &Engine, event: &RecordedEvent) -> Result<Option<String>, CliError> {
        if event.event_type != DRAWN_UP {
            let series = event.aggregate_id().map(InvoicingId::from_uuid);
            let Some(series) = series else {
                return Ok(Some(format!("{} is no series", event.stream)));
            };
            return Ok(self.numbers.number(series, decode(event)?));
        }
        let Some(content) = drawn_up(decode(event)?) else {
            return Ok(None);
        };
        self.documents += 1;
        let of_number = self.numbers.document(&content);
        let of_files = self.files(engine, &content).await?;
        Ok(of_number.or(of_files))
    }

    async fn files(
        &mut self,
        engine: &Engine,
        content: &DocumentContent,
    ) -> Result<Option<String>, CliError> {
        let number = content.number.as_str();
        Ok(match engine.check_document_files(content.document_id).await? {
            DocumentCheck::Sound => None,
            DocumentCheck::Missing(format) => {
                Some(format!("{number}: the {} is missing", format.extension()))
            }
            DocumentCheck::Differs(format) => Some(format!(
                "{number}: the {} is not what was issued",
                format.extension()
            )),
            DocumentCheck::NoLongerKept => {
                self.forgotten += 1;
                None
            }
            DocumentCheck::NotYetRendered => {
                self.unrendered += 1;
                is_late(content.at, engine.now()).then(|| format!("{number}: its files were never made"))
            }
        })
    }

    fn tell(&mut self, wrong: &str) -> Result<(), CliError> {
        self.wrong += 1;
        Ok(print_line(wrong)?)
    }

    fn sum_up(&self) -> Result<(), CliError> {
        let mut text = format!("{} documents were checked", self.documents);
        if self.unrendered > 0 {
            text = format!("{text}; {} are not rendered yet", self.unrendered);
        }
        if self.forgotten > 0 {
            text = format!("{text}; {} are no longer kept", self.forgotten);
        }
        if self.wrong > 0 {
            print_line(&text)?;
            return Err(CliError::DocumentsUnsound { found: self.wrong });
        }
        Ok(print_line(&format!("{text}; all are as they were issued"))?)
    }
}

fn is_late(issued_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - issued_at > RENDERING_TIME_MAX
}

/// What stands on a document that was issued by this event.
pub(super) fn drawn_up(event: DocumentEvent) -> Option<Box<DocumentContent>> {
    match event {
        DocumentEvent::DrawnUp(DocumentDrawnUp { content }) => Some(content),
        DocumentEvent::Credited(_)
        | DocumentEvent::CreditUndone(_)
        | DocumentEvent::Replaced(_)
        | DocumentEvent::Rendered(_)
        | DocumentEvent::Mailed(_)
        | DocumentEvent::MailFailed(_)
        | DocumentEvent::HandedOver(_)
        | DocumentEvent::RetentionEnded(_) => None,
    }
}
