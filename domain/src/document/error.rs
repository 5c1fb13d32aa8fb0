//! Why a document refuses a command.

use chrono::NaiveDate;
use thiserror::Error;

use super::check::ContentError;

/// Why a document refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// It was not issued.
    #[error("the document does not exist")]
    NotFound,
    /// It was issued already: what stands on it never changes.
    #[error("the document was issued already")]
    AlreadyDrawnUp,
    /// What should stand on it contradicts itself.
    #[error(transparent)]
    Unsound(#[from] ContentError),
    /// Only invoices are credited and replaced.
    #[error("this is not an invoice")]
    NotAnInvoice,
    /// Only the credit note of a refund can be undone.
    #[error("this is not the credit note of a refund")]
    NotOfARefund,
    /// The other document does not refer to this one, or is about something else.
    #[error("the other document is not about this one")]
    NotAboutThis,
    /// A corrected invoice stands in its place.
    #[error("the invoice was replaced")]
    Replaced,
    /// Another invoice follows the credit note already.
    #[error("another invoice follows the credit note already")]
    AlreadyUndone,
    /// The credit note takes back more of a line than is left, or of a line that is not there.
    #[error("line {order_line} has not as much left")]
    MoreThanIsLeft {
        /// The line of the order, counted from 0.
        order_line: u32,
    },
    /// Nothing is left that could be corrected.
    #[error("nothing is left of the invoice")]
    NothingLeft,
    /// The other document is over something else than it must be over.
    #[error("the amounts of the other document are not those of this one")]
    OtherAmounts,
    /// It was stored already, with other bytes.
    #[error("the document was stored with other bytes")]
    RenderedDifferently,
    /// Its files are not stored yet.
    #[error("the files of the document are not there yet")]
    NotRendered,
    /// It must still be kept.
    #[error("the document must be kept until {until}")]
    MustBeKept {
        /// The last day.
        until: NaiveDate,
    },
    /// It need not be kept any longer, and who stands on it is forgotten.
    #[error("the document is no longer kept")]
    NoLongerKept,
}
