//! What can have happened to a document.

mod sending;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::sending::{DocumentHandedOver, DocumentMailFailed, DocumentMailed, HandOver, MailFailure};
use super::content::DocumentContent;
use super::rendering::{Rendering, StoredFile, TemplateFailure};
use crate::values::{DocumentId, Line, Money, RefundId, Sha256Hex};
use crate::wire::read_flat;
use crate::wire_events;

wire_events! {
    /// An event of a document's stream.
    pub enum DocumentEvent {
        /// It was issued.
        DrawnUp(DocumentDrawnUp) => ("document.drawn_up", 1),
        /// A credit note takes something of it back.
        Credited(DocumentCredited) => ("document.credited", 1),
        /// What it credits was not paid back after all.
        CreditUndone(DocumentCreditUndone) => ("document.credit_undone", 1),
        /// A corrected invoice stands in its place.
        Replaced(DocumentReplaced) => ("document.replaced", 1),
        /// Its files are stored.
        Rendered(DocumentRendered) => ("document.rendered", 1),
        /// The buyer was sent it.
        Mailed(DocumentMailed) => ("document.mailed", 1),
        /// The buyer could not be sent it.
        MailFailed(DocumentMailFailed) => ("document.mail_failed", 1),
        /// The e-invoicing platform has it.
        HandedOver(DocumentHandedOver) => ("document.handed_over", 1),
        /// It need not be kept any longer.
        RetentionEnded(DocumentRetentionEnded) => ("document.retention_ended", 1),
    }
}

/// An invoice or credit note was issued. Nothing of it ever changes: a mistake is a credit note and a new invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentDrawnUp {
    /// What stands on it.
    pub content: Box<DocumentContent>,
}

/// What a credit note takes back of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditedLine {
    /// The line of the order, counted from 0.
    pub order_line: u32,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// A credit note takes something of an invoice back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCredited {
    /// The credit note.
    pub credit_note: DocumentId,
    /// The refund that it follows from.
    pub refund_id: RefundId,
    /// What of which line: never more than is left of it.
    pub parts: Vec<CreditedLine>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The refund that a credit note followed from has failed after all. The credit note stays, and an invoice over the same
/// follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCreditUndone {
    /// The invoice.
    pub by: DocumentId,
    /// When.
    pub at: DateTime<Utc>,
}

/// An invoice named the buyer wrongly: a credit note takes back all that is left of it, and a new invoice over the same follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentReplaced {
    /// The credit note.
    pub credit_note: DocumentId,
    /// The new invoice.
    pub by: DocumentId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The files of a document are stored. They are never made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentRendered {
    /// What they are, and what they were made with.
    #[serde(flatten)]
    pub rendering: Rendering,
    /// When.
    pub at: DateTime<Utc>,
}

read_flat!(DocumentRendered {
    rendering: Rendering {
        pdf: StoredFile,
        xml: StoredFile,
        renderer: Line,
        template: Sha256Hex,
        fonts: Sha256Hex,
        fell_back: Option<TemplateFailure>,
    },
    at: DateTime<Utc>,
});

/// The time for which a document must be kept is over: its key is destroyed, and with it who stands on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRetentionEnded {
    /// When.
    pub at: DateTime<Utc>,
}
