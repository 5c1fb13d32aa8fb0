//! The next number of a series. All documents of a supplier, a kind and a year write to one stream: those that are issued on
//! this node take turns, and run into those of other nodes only.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use comptoir_domain::document::{DocumentContent, DocumentKind, Supplier};
use comptoir_domain::invoicing::{Allotment, Invoicing, InvoicingCommand, InvoicingEvent, SeriesTerms};
use comptoir_domain::values::InvoicingId;
use comptoir_ledger::Loaded;

use super::config::InvoicingConfig;
use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// The number that a document takes, if the series has not moved by the time of the append.
pub(crate) struct NextNumber {
    /// The number and the day of issue.
    pub(crate) allotment: Allotment,
    /// The series as it was.
    pub(crate) series: Arc<Loaded<Invoicing>>,
    terms: SeriesTerms,
}

impl InvoicingConfig {
    /// The series that a document is of which is issued at a moment.
    pub(crate) fn series_at(&self, supplier: Supplier, kind: DocumentKind, at: DateTime<Utc>) -> InvoicingId {
        InvoicingId::of_series(supplier, kind, self.day_of(at).year())
    }
}

impl NextNumber {
    /// The events by which a document takes it.
    pub(crate) fn taken_by(
        &self,
        content: &Arc<DocumentContent>,
    ) -> Result<Vec<InvoicingEvent>, UseCaseError> {
        let command = InvoicingCommand::Issue {
            terms: self.terms.clone(),
            content: Arc::clone(content),
        };
        Ok(self.series.decide(command)?)
    }
}

impl Engine {
    /// The number that is next at a moment.
    pub(crate) async fn next_number(
        &self,
        invoicing: &InvoicingConfig,
        supplier: Supplier,
        kind: DocumentKind,
        at: DateTime<Utc>,
        freshness: Freshness,
    ) -> Result<NextNumber, UseCaseError> {
        let day = invoicing.day_of(at);
        let terms = invoicing.series_terms(supplier, kind, day.year());
        let series = self.series.get(terms.series().as_uuid(), freshness).await?;
        Ok(NextNumber {
            allotment: series.state.allot(&terms, day)?,
            series,
            terms,
        })
    }
}
