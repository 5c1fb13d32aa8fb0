//! Document: an invoice or a credit note, from its issue to the end of the time for which it must be kept.
//!
//! What stands on it never changes. Money that goes back is a credit note, and so is a mistake, which a new invoice follows:
//!
//! | what happens | documents | streams, in one append |
//! | --- | --- | --- |
//! | an order is paid | an invoice for each supplier | series, invoice |
//! | a refund succeeds | a credit note for each invoice that it touches | series, credit note, invoice (`credited`) |
//! | that refund fails after all | an invoice over what was credited | series, invoice, credit note (`credit_undone`) |
//! | the buyer was named wrongly | a credit note over what is left, and an invoice over the same | both series, both documents, first invoice (`replaced`) |
//!
//! [`OrderDocuments::due`] says which are missing, and [`draw_up_invoice`] and its companions what stands on them.

mod check;
mod command;
mod content;
mod decide;
mod draw_up;
mod due;
mod error;
mod event;
mod mentions;
mod number;
mod party;
mod preceding;
mod rendering;
mod state;
mod supplier;
#[cfg(test)]
mod tests;
mod vat;

pub use check::ContentError;
pub use command::DocumentCommand;
pub use content::{
    AllowanceReason, BuyerParty, CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine,
    DocumentPayment, DocumentTotals, LineAllowance, Mention, Parties, PostalAddress, PrecedingDocument,
    RateTotal, Supplier, SupplierParty, VatCategory, VatKind,
};
pub use draw_up::{
    DrawUpError, Drawing, Issuer, Sale, SupplierTerms, VatDue, draw_up_corrected_invoice, draw_up_correction,
    draw_up_credit_note, draw_up_invoice, draw_up_invoice_again,
};
pub use due::{DueCredit, DueDocument, OrderDocuments};
pub use error::DocumentError;
pub use event::{
    CreditedLine, DocumentCreditUndone, DocumentCredited, DocumentDrawnUp, DocumentEvent, DocumentHandedOver,
    DocumentMailFailed, DocumentMailed, DocumentRendered, DocumentReplaced, DocumentRetentionEnded, HandOver,
    MailFailure,
};
pub(crate) use mentions::MentionRow;
pub use number::DocumentNumber;
pub use party::{PartiesError, SupplierField, SupplierProblem, SupplierRefusal};
pub use rendering::{Rendering, StoredFile, TemplateFailure};
pub use state::{DocumentCredit, DocumentFacts, DocumentState, Mailing};
pub use supplier::suppliers_of;

use crate::decider::Decider;
pub use crate::locale::Locale;

/// The aggregate behind the stream category `document`.
#[derive(Debug, Clone, Copy)]
pub struct Document;

impl Decider for Document {
    const NAME: &'static str = "document";
    type State = DocumentState;
    type Command = DocumentCommand;
    type Event = DocumentEvent;
    type Error = DocumentError;

    fn decide(state: &DocumentState, command: DocumentCommand) -> Result<Vec<DocumentEvent>, DocumentError> {
        decide::decide(state, command)
    }

    fn evolve(state: DocumentState, event: &DocumentEvent) -> DocumentState {
        state::evolve(state, event)
    }
}
