//! Invoicing: the numbers of invoices and credit notes. Each supplier has a series for each kind of document and each year.
//!
//! A series is a stream, and a number is the place of an event in it: unique, in the order of issue and without gap, however
//! many nodes issue at once (in France Code général des impôts, annexe II, art. 242 nonies A, I, 7°; Directive 2006/112/EC,
//! art. 226(2)). A document is issued in one append with its own stream, and with those of the documents that it changes:
//!
//! 1. [`InvoicingState::allot`] says which number is next;
//! 2. the document is drawn up with it ([`crate::document`]);
//! 3. [`InvoicingCommand::Issue`] takes it, if it still is the next one; else all of this is done again.

mod command;
mod decide;
mod error;
mod event;
mod format;
mod formats;
mod state;
mod template;
#[cfg(test)]
mod tests;

pub use command::InvoicingCommand;
pub use error::InvoicingError;
pub use event::{CreditNoteIssued, InvoiceIssued, InvoicingEvent, SeriesOpened};
pub use format::{NumberFormat, NumberFormatError};
pub use formats::SeriesFormats;
pub use state::{Allotment, InvoicingState, NewestDocument, SeriesFacts, SeriesTerms};

use crate::decider::Decider;

/// The aggregate behind the stream category `invoicing`.
#[derive(Debug, Clone, Copy)]
pub struct Invoicing;

impl Decider for Invoicing {
    const NAME: &'static str = "invoicing";
    type State = InvoicingState;
    type Command = InvoicingCommand;
    type Event = InvoicingEvent;
    type Error = InvoicingError;

    fn decide(
        state: &InvoicingState,
        command: InvoicingCommand,
    ) -> Result<Vec<InvoicingEvent>, InvoicingError> {
        decide::decide(state, command)
    }

    fn evolve(state: InvoicingState, event: &InvoicingEvent) -> InvoicingState {
        state::evolve(state, event)
    }
}
