//! What the decisions about a document need to know.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::content::{DocumentContent, DocumentKind, DocumentLine};
use super::event::{CreditedLine, DocumentEvent, HandOver, MailFailure};
use super::rendering::Rendering;
use crate::values::{DocumentId, RefundId};

/// Where a document stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DocumentState {
    /// Not there.
    #[default]
    Absent,
    /// It was issued, and holds.
    Standing(DocumentFacts),
    /// An invoice whose place another one has taken.
    Replaced(DocumentFacts),
    /// It need not be kept any longer: who stands on it is forgotten.
    Forgotten(DocumentFacts),
}

/// What is known of a document once it is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// What stands on it.
    pub content: Arc<DocumentContent>,
    /// What credit notes take back of it.
    pub credits: Vec<DocumentCredit>,
    /// The invoice that has taken its place.
    pub replaced_by: Option<DocumentId>,
    /// The invoice that follows it, where it is a credit note whose refund has failed after all.
    pub undone_by: Option<DocumentId>,
    /// Its files, once they are stored.
    pub rendering: Option<Rendering>,
    /// Whether the buyer was sent it.
    pub mailing: Mailing,
    /// How and when the e-invoicing platform got it.
    pub handed_over: Option<(HandOver, DateTime<Utc>)>,
}

/// What a credit note takes back of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentCredit {
    /// The credit note.
    pub credit_note: DocumentId,
    /// The refund that it follows from; none if the invoice was corrected.
    pub refund_id: Option<RefundId>,
    /// What of which line.
    pub parts: Vec<CreditedLine>,
}

/// Whether the buyer was sent a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mailing {
    /// Not yet.
    NotYet,
    /// They could not be.
    Failed {
        /// Why.
        reason: MailFailure,
        /// How often it was tried.
        attempts: u32,
    },
    /// They were.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
}

impl DocumentState {
    /// What is known, if the document exists.
    pub const fn facts(&self) -> Option<&DocumentFacts> {
        match self {
            Self::Absent => None,
            Self::Standing(facts) | Self::Replaced(facts) | Self::Forgotten(facts) => Some(facts),
        }
    }

    fn map(self, change: impl FnOnce(&mut DocumentFacts)) -> Self {
        let changed = |mut facts: DocumentFacts| {
            change(&mut facts);
            facts
        };
        match self {
            Self::Absent => Self::Absent,
            Self::Standing(facts) => Self::Standing(changed(facts)),
            Self::Replaced(facts) => Self::Replaced(changed(facts)),
            Self::Forgotten(facts) => Self::Forgotten(changed(facts)),
        }
    }
}

impl DocumentFacts {
    /// How many years a document is kept after the one in which it was issued (in France Code de commerce, art. L123-22; for
    /// sales through the one-stop shop Regulation (EU) 282/2011, article 63c).
    pub const YEARS_KEPT: i32 = 10;

    pub(super) const fn drawn_up(content: Arc<DocumentContent>) -> Self {
        Self {
            content,
            credits: Vec::new(),
            replaced_by: None,
            undone_by: None,
            rendering: None,
            mailing: Mailing::NotYet,
            handed_over: None,
        }
    }

    /// What is left of each line after all credit notes. Nothing ever is of a credit note: it is not credited.
    pub fn left(&self) -> Vec<CreditedLine> {
        match self.content.kind {
            DocumentKind::Invoice => self.content.lines.iter().map(|line| self.left_of(line)).collect(),
            DocumentKind::CreditNote => vec![],
        }
    }

    fn left_of(&self, line: &DocumentLine) -> CreditedLine {
        let parts = self.credits.iter().flat_map(|credit| &credit.parts);
        let mut left = CreditedLine::from(line);
        for part in parts.filter(|part| part.order_line == line.order_line) {
            left.net.amount -= part.net.amount;
            left.tax.amount -= part.tax.amount;
            left.gross.amount -= part.gross.amount;
        }
        left
    }

    /// The documents that were issued because of this one: of all that belong together, whoever has one finds the others.
    pub fn followers(&self) -> impl Iterator<Item = DocumentId> {
        let credit_notes = self.credits.iter().map(|credit| credit.credit_note);
        credit_notes.chain(self.replaced_by).chain(self.undone_by)
    }

    /// The last day on which it must be kept: the end of the tenth year after the one in which it was issued.
    pub fn kept_until(&self) -> NaiveDate {
        let year = self.content.issued_on.year() + Self::YEARS_KEPT;
        NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
    }
}

impl From<&DocumentLine> for CreditedLine {
    /// All of a line.
    fn from(line: &DocumentLine) -> Self {
        Self {
            order_line: line.order_line,
            net: line.net,
            tax: line.tax,
            gross: line.gross,
        }
    }
}

impl CreditedLine {
    /// Whether it is over any money.
    pub fn is_something(&self) -> bool {
        !self.gross.is_zero()
    }
}

/// The state after an event.
pub(super) fn evolve(state: DocumentState, event: &DocumentEvent) -> DocumentState {
    match event {
        DocumentEvent::DrawnUp(drawn) => {
            let content = Arc::new(drawn.content.as_ref().clone());
            DocumentState::Standing(DocumentFacts::drawn_up(content))
        }
        DocumentEvent::Credited(credited) => state.map(|facts| {
            facts.credits.push(DocumentCredit {
                credit_note: credited.credit_note,
                refund_id: Some(credited.refund_id),
                parts: credited.parts.clone(),
            });
        }),
        DocumentEvent::CreditUndone(undone) => state.map(|facts| facts.undone_by = Some(undone.by)),
        DocumentEvent::Replaced(replaced) => {
            let state = state.map(|facts| {
                facts.credits.push(DocumentCredit {
                    credit_note: replaced.credit_note,
                    refund_id: None,
                    parts: facts.left(),
                });
                facts.replaced_by = Some(replaced.by);
            });
            match state {
                DocumentState::Absent => DocumentState::Absent,
                DocumentState::Standing(facts) | DocumentState::Replaced(facts) => {
                    DocumentState::Replaced(facts)
                }
                DocumentState::Forgotten(facts) => DocumentState::Forgotten(facts),
            }
        }
        DocumentEvent::Rendered(rendered) => {
            state.map(|facts| facts.rendering = Some(rendered.rendering.clone()))
        }
        DocumentEvent::Mailed(mailed) => state.map(|facts| facts.mailing = Mailing::Sent { at: mailed.at }),
        DocumentEvent::MailFailed(failed) => state.map(|facts| {
            let (reason, attempts) = (failed.reason, failed.attempts);
            facts.mailing = Mailing::Failed { reason, attempts };
        }),
        DocumentEvent::HandedOver(handed) => {
            state.map(|facts| facts.handed_over = Some((handed.way, handed.at)))
        }
        DocumentEvent::RetentionEnded(_) => match state {
            DocumentState::Absent => DocumentState::Absent,
            DocumentState::Standing(facts)
            | DocumentState::Replaced(facts)
            | DocumentState::Forgotten(facts) => DocumentState::Forgotten(facts),
        },
    }
}
