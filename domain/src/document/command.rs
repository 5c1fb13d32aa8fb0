//! What can be asked of a document.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::content::DocumentContent;
use super::event::{HandOver, MailFailure};
use super::rendering::Rendering;

/// A command to a document. Where it names other documents, those are issued in the same append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentCommand {
    /// Issue it: with the number that [`crate::invoicing::InvoicingCommand::Issue`] takes in the same append.
    DrawUp {
        /// What stands on it.
        content: Arc<DocumentContent>,
    },
    /// A credit note for a refund takes something of this invoice back.
    Credit {
        /// What stands on the credit note.
        credit_note: Arc<DocumentContent>,
    },
    /// The refund of this credit note has failed after all, and an invoice over the same follows it.
    UndoCredit {
        /// What stands on that invoice.
        by: Arc<DocumentContent>,
    },
    /// This invoice named the buyer wrongly.
    Replace {
        /// What stands on the credit note over all that is left.
        credit_note: Arc<DocumentContent>,
        /// What stands on the new invoice.
        by: Arc<DocumentContent>,
    },
    /// Its files are stored.
    RecordRendered {
        /// What they are.
        rendering: Rendering,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A mail server took it.
    RecordMailed {
        /// Now.
        at: DateTime<Utc>,
    },
    /// It could not be mailed.
    RecordMailFailed {
        /// Why.
        reason: MailFailure,
        /// How often it was tried.
        attempts: u32,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The e-invoicing platform has it.
    RecordHandedOver {
        /// How.
        way: HandOver,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The time for which it must be kept is over.
    EndRetention {
        /// The day, by the supplier's time zone.
        today: NaiveDate,
        /// Now.
        at: DateTime<Utc>,
    },
}
