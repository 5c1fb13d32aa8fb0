//! The decisions about a series of numbers.

use super::command::InvoicingCommand;
use super::error::InvoicingError;
use super::event::{InvoicingEvent, SeriesOpened};
use super::state::{InvoicingState, SeriesFacts, SeriesTerms};
use crate::document::DocumentContent;

type Decision = Result<Vec<InvoicingEvent>, InvoicingError>;

/// The events that follow from a command.
pub(super) fn decide(state: &InvoicingState, command: InvoicingCommand) -> Decision {
    match (state, command) {
        (InvoicingState::Absent, InvoicingCommand::Issue { terms, content }) => {
            let issued = issued(state, &terms, &content)?;
            Ok(vec![opened(terms, &content).into(), issued])
        }
        (InvoicingState::Open(facts), InvoicingCommand::Issue { content, .. })
            if facts.newest_is(&content) =>
        {
            Ok(vec![])
        }
        (InvoicingState::Open(_), InvoicingCommand::Issue { terms, content }) => {
            Ok(vec![issued(state, &terms, &content)?])
        }
    }
}

fn opened(terms: SeriesTerms, content: &DocumentContent) -> SeriesOpened {
    SeriesOpened {
        series: terms.series(),
        supplier: terms.supplier,
        kind: terms.kind,
        year: terms.year,
        format: terms.format,
        first_number: terms.first_number,
        at: content.at,
    }
}

/// The content must be what was drawn up for the next number, and for no other.
fn issued(
    state: &InvoicingState,
    terms: &SeriesTerms,
    content: &DocumentContent,
) -> Result<InvoicingEvent, InvoicingError> {
    let next = state.allot(terms, content.issued_on)?;
    if content.series != next.series || content.supplier != next.supplier || content.kind != next.kind {
        return Err(InvoicingError::OtherSeries);
    }
    if content.number != next.number {
        return Err(InvoicingError::NotTheNext { next: next.number });
    }
    if content.issued_on != next.issued_on {
        return Err(InvoicingError::BeforeTheNewest {
            newest: next.issued_on,
        });
    }
    Ok(InvoicingEvent::issued(content, next.sequence))
}

impl SeriesFacts {
    fn newest_is(&self, content: &DocumentContent) -> bool {
        self.newest.as_ref().is_some_and(|newest| {
            newest.document_id == content.document_id && newest.number == content.number
        })
    }
}
