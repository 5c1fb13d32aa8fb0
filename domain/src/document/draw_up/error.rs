//! Why a document cannot be drawn up.

use thiserror::Error;

use crate::document::check::ContentError;
use crate::document::party::PartiesError;
use crate::values::{Currency, MoneyError, TextError};

/// Why a document cannot be drawn up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DrawUpError {
    /// The number is of a series for another kind of document.
    #[error("the number is for another kind of document")]
    OtherKind,
    /// The number, or the terms, are those of another supplier.
    #[error("the number or the terms are those of another supplier")]
    OtherSupplier,
    /// The seller has not said who they are.
    #[error("the seller has not said who they are")]
    NotIdentified,
    /// The seller has given no mandate, or has taken it back.
    #[error("the seller has given no mandate to invoice in their name")]
    NoMandate,
    /// The mandate was given after the document: it must be given before.
    #[error("the mandate is younger than the document")]
    MandateTooYoung,
    /// The order was taxed otherwise than what the seller now says of themselves allows: see [`crate::tax::SellerTax`].
    #[error(
        "line {order_line} was taxed otherwise than what the seller says of their VAT and country allows"
    )]
    TaxedOtherwise {
        /// The line of the order, counted from 0.
        order_line: u32,
    },
    /// VAT is charged, and cannot be stated in the currency in which the supplier owes it (Directive 2006/112/EC, article 230).
    #[error("the VAT would have to be stated in {0}, and no rate of exchange is known")]
    VatInOtherCurrency(Currency),
    /// Somebody is not named as the law wants it.
    #[error(transparent)]
    Unnamed(#[from] PartiesError),
    /// There is nothing in it that anybody pays for, or nothing that is left of it.
    #[error("there is nothing to be invoiced or credited")]
    Nothing,
    /// The other document is not of the kind that this one can follow.
    #[error("such a document cannot follow that one")]
    CannotFollow,
    /// An amount is out of range, or in another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A mention is too long once its words are filled in.
    #[error("a mention is no valid text")]
    Mention(#[source] TextError),
    /// It would contradict itself.
    #[error(transparent)]
    Unsound(#[from] ContentError),
}
