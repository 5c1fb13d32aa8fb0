//! Why a series of numbers refuses a command.

use chrono::NaiveDate;
use thiserror::Error;

use super::format::NumberFormatError;
use crate::document::DocumentNumber;

/// Why a series of numbers refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvoicingError {
    /// The document belongs to another supplier, kind or year than the series.
    #[error("the document is not of this series")]
    OtherSeries,
    /// The day of issue is of another year.
    #[error("this is the series of {year}")]
    OtherYear {
        /// The year of the series.
        year: i32,
    },
    /// Another document has got the number in the meantime.
    #[error("the next number is {}", .next.as_str())]
    NotTheNext {
        /// The number that is next.
        next: DocumentNumber,
    },
    /// The day of issue lies before that of the newest document.
    #[error("a document of {newest} was issued already")]
    BeforeTheNewest {
        /// The day of the newest document.
        newest: NaiveDate,
    },
    /// All numbers are taken.
    #[error("the series has no numbers left")]
    Exhausted,
    /// The format does not suit the series.
    #[error(transparent)]
    Format(#[from] NumberFormatError),
}
