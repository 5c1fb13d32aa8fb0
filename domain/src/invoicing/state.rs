//! What the decisions about a series of numbers need to know.

use std::num::NonZeroU32;

use chrono::{Datelike, NaiveDate};

use super::error::InvoicingError;
use super::event::{InvoicingEvent, SeriesOpened};
use super::format::NumberFormat;
use crate::document::{DocumentKind, DocumentNumber, Supplier};
use crate::values::{DocumentId, InvoicingId};

/// Where a series stands. It holds as much however many documents the series has: whether a document was issued before,
/// its own stream says, which begins in the same append.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum InvoicingState {
    /// Not there: nothing was issued yet.
    #[default]
    Absent,
    /// It has begun.
    Open(SeriesFacts),
}

/// What is known of a series once it has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesFacts {
    /// What it began with.
    pub terms: SeriesTerms,
    /// How many documents were issued.
    pub issued: u32,
    /// The newest of them.
    pub newest: Option<NewestDocument>,
}

/// The newest document of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestDocument {
    /// Which.
    pub document_id: DocumentId,
    /// Its number.
    pub number: DocumentNumber,
    /// Its day of issue: no later one of the series is issued before it.
    pub issued_on: NaiveDate,
}

/// What a series begins with; it then holds for the whole year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesTerms {
    /// Whose numbers they are.
    pub supplier: Supplier,
    /// What they number.
    pub kind: DocumentKind,
    /// The year of the days of issue.
    pub year: i32,
    /// How they are written.
    pub format: NumberFormat,
    /// The first of them.
    pub first_number: NonZeroU32,
}

/// The number that the next document of a series has. It is given out by being issued, and not before: a document that
/// comes to nothing takes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    /// The series.
    pub series: InvoicingId,
    /// Whose.
    pub supplier: Supplier,
    /// For which kind of document.
    pub kind: DocumentKind,
    /// The number as it is printed.
    pub number: DocumentNumber,
    /// The same as a number.
    pub sequence: u32,
    /// The day of issue: the day that was asked for, or that of the newest document if a clock went back.
    pub issued_on: NaiveDate,
    /// Whether the series begins with it.
    pub opens: bool,
}

impl SeriesTerms {
    /// The series.
    pub fn series(&self) -> InvoicingId {
        InvoicingId::of_series(self.supplier, self.kind, self.year)
    }
}

impl From<&SeriesOpened> for SeriesTerms {
    fn from(opened: &SeriesOpened) -> Self {
        Self {
            supplier: opened.supplier,
            kind: opened.kind,
            year: opened.year,
            format: opened.format.clone(),
            first_number: opened.first_number,
        }
    }
}

impl InvoicingState {
    /// What is known, if the series has begun.
    pub const fn facts(&self) -> Option<&SeriesFacts> {
        match self {
            Self::Absent => None,
            Self::Open(facts) => Some(facts),
        }
    }

    /// The number that a document has which is issued next, on a day of the supplier's time zone. `terms` are those that
    /// the series begins with if it has not; of one that has begun, format and first number stay as they are.
    pub fn allot(&self, terms: &SeriesTerms, day: NaiveDate) -> Result<Allotment, InvoicingError> {
        if day.year() != terms.year {
            return Err(InvoicingError::OtherYear { year: terms.year });
        }
        let (terms, issued, newest) = match self {
            Self::Absent => (terms, 0, None),
            Self::Open(facts) if facts.terms.series() != terms.series() => {
                return Err(InvoicingError::OtherSeries);
            }
            Self::Open(facts) => (&facts.terms, facts.issued, facts.newest.as_ref()),
        };
        let sequence = terms
            .first_number
            .get()
            .checked_add(issued)
            .ok_or(InvoicingError::Exhausted)?;
        Ok(Allotment {
            series: terms.series(),
            supplier: terms.supplier,
            kind: terms.kind,
            number: terms.format.number(terms.supplier, terms.year, sequence)?,
            sequence,
            issued_on: newest.map_or(day, |newest| newest.issued_on.max(day)),
            opens: self.facts().is_none(),
        })
    }

    fn with_issued(self, newest: NewestDocument) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Open(facts) => Self::Open(SeriesFacts {
                issued: facts.issued.saturating_add(1),
                newest: Some(newest),
                terms: facts.terms,
            }),
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: InvoicingState, event: &InvoicingEvent) -> InvoicingState {
    match event {
        InvoicingEvent::SeriesOpened(opened) => InvoicingState::Open(SeriesFacts {
            terms: opened.into(),
            issued: 0,
            newest: None,
        }),
        InvoicingEvent::InvoiceIssued(issued) => state.with_issued(NewestDocument {
            document_id: issued.document_id,
            number: issued.number.clone(),
            issued_on: issued.issued_on,
        }),
        InvoicingEvent::CreditNoteIssued(issued) => state.with_issued(NewestDocument {
            document_id: issued.document_id,
            number: issued.number.clone(),
            issued_on: issued.issued_on,
        }),
    }
}
