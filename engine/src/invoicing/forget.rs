//! Documents whose time is over are forgotten: an event says so, the document's key is destroyed, and its bytes are deleted.
//!
//! Documents were issued in the order of the ledger, so that those whose time is over stand at its beginning. How far they
//! are forgotten is stored; what was cut off in the middle is done again, which changes nothing that was done.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use comptoir_domain::document::{DocumentCommand, DocumentError, DocumentFacts};
use comptoir_domain::values::{DocumentId, SubjectId};
use comptoir_ledger::{Filter, Metadata, Position};
use comptoir_projections::QueryError;

use super::change::Effect;
use super::config::InvoicingConfig;
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// How many documents are read at once.
const PAGE_EVENTS: usize = 200;
/// Days of the ledger's clock that a day of another time zone, or of another clock, may reach into.
const SLACK: TimeDelta = TimeDelta::days(3);

/// What became of the documents that were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Forgotten {
    /// How many were forgotten.
    pub(crate) documents: usize,
    /// How many could not be.
    pub(crate) failed: usize,
}

/// What became of one.
enum Fate {
    Forgotten,
    ForgottenBefore,
    StillKept,
}

impl Engine {
    /// Forgets the documents whose time is over, as many as one sweep takes.
    pub(crate) async fn forget_documents(
        &self,
        invoicing: &InvoicingConfig,
    ) -> Result<Forgotten, UseCaseError> {
        let today = invoicing.day_of(self.now());
        let Some(until) = last_moment(invoicing, today) else {
            return Ok(Forgotten::default());
        };
        let until = self.ledger.position_as_of(until).await?;
        let mut reached = self.forgotten_through().await?;
        let (mut through, mut report, mut all_gone) = (reached, Forgotten::default(), true);
        let filter = Filter::types(["document.drawn_up"]);
        let most = usize::try_from(self.config.workers.sweep_orders_max).unwrap_or(usize::MAX);
        while through < until && report.documents < most {
            let page = self.ledger.read_page(through, &filter, PAGE_EVENTS).await?;
            for event in page.events.iter().filter(|event| event.position <= until) {
                let Some(id) = event.aggregate_id() else { continue };
                match self
                    .forget_document(invoicing, DocumentId::from_uuid(id), today)
                    .await
                {
                    Ok(Fate::Forgotten) => report.documents += 1,
                    Ok(Fate::ForgottenBefore) => {}
                    Ok(Fate::StillKept) => all_gone = false,
                    Err(error) => {
                        let document_id = DocumentId::from_uuid(id);
                        tracing::error!(%document_id, %error, "a document whose time is over stays; the next sweep tries again");
                        report.failed += 1;
                        all_gone = false;
                    }
                }
                if all_gone {
                    reached = event.position;
                }
            }
            through = page.through;
        }
        if all_gone && through >= until {
            reached = until;
        }
        self.note_forgotten_through(reached).await?;
        Ok(report)
    }

    async fn forget_document(
        &self,
        invoicing: &InvoicingConfig,
        document_id: DocumentId,
        today: NaiveDate,
    ) -> Result<Fate, UseCaseError> {
        let document = self.fresh_document(document_id).await?;
        let Some(facts) = document.state.facts() else {
            return Ok(Fate::ForgottenBefore);
        };
        if !invoicing.is_over(facts, today) {
            return Ok(Fate::StillKept);
        }
        let command = DocumentCommand::EndRetention {
            today,
            at: self.now(),
        };
        let metadata: Metadata = by_worker("document_retention");
        let fate = match self.change_document(document_id, command, &metadata).await {
            Ok(Effect::Now) => Fate::Forgotten,
            Ok(Effect::Before) => Fate::ForgottenBefore,
            Err(UseCaseError::Document(DocumentError::MustBeKept { until: _ })) => {
                return Ok(Fate::StillKept);
            }
            Err(error) => return Err(error),
        };
        self.vault.destroy(SubjectId::from(document_id)).await?;
        self.files.forget_document(document_id).await?;
        Ok(fate)
    }

    async fn forgotten_through(&self) -> Result<Position, UseCaseError> {
        let position = sqlx::query_scalar!("SELECT position FROM document_retention")
            .fetch_one(self.ledger.pool())
            .await
            .map_err(QueryError::from)?;
        Ok(Position::new(position))
    }

    async fn note_forgotten_through(&self, position: Position) -> Result<(), UseCaseError> {
        sqlx::query!(
            "UPDATE document_retention SET position = greatest(position, $1)",
            position.get()
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }
}

impl InvoicingConfig {
    /// Whether a document has been kept as long as is configured. The domain besides refuses to forget one that the law wants
    /// to be kept.
    fn is_over(&self, facts: &DocumentFacts, today: NaiveDate) -> bool {
        facts.content.issued_on.year() + i32::from(self.retention_years) < today.year()
    }
}

/// Up to when a document whose time is over on a day can have been recorded.
fn last_moment(invoicing: &InvoicingConfig, today: NaiveDate) -> Option<DateTime<Utc>> {
    let first_kept_year = today.year() - i32::from(invoicing.retention_years);
    let begins = NaiveDate::from_ymd_opt(first_kept_year, 1, 1)?.and_hms_opt(0, 0, 0)?;
    Some(begins.and_utc() + SLACK)
}
