//! Why an order cannot be placed, by line and field.

use thiserror::Error;

use crate::order::Order;
use crate::order::upgrade::UpgradeRefusal;
use crate::product::OfferUnavailable;
use crate::promo::PromoRefusal;
use crate::tax::TaxRefusal;
use crate::values::{Currency, Money, QuantityError};

/// Why an order cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// There are no lines.
    #[error("an order needs at least one line")]
    NoLines,
    /// There are too many lines.
    #[error("an order has at most {limit} lines", limit = Order::LINES_LIMIT)]
    TooManyLines,
    /// The lines hold too many units together.
    #[error("an order has at most {limit} units over all its lines", limit = Order::UNITS_LIMIT)]
    TooManyUnits,
    /// The amounts do not add up to a number that fits.
    #[error("the total of the order is out of range")]
    TotalOutOfRange,
    /// The promotion code does not hold for the order.
    #[error("{0}")]
    Promotion(PromoRefusal),
    /// The order cannot be taxed.
    #[error("{0}")]
    Tax(TaxRefusal),
    /// Some lines are refused: all of them are named.
    #[error("{} of the lines cannot be ordered", .0.len())]
    Lines(Vec<LineProblem>),
}

/// Why a line is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {refusal}")]
pub struct LineProblem {
    /// Which line, counted from 0.
    pub line: usize,
    /// Which part of it.
    pub field: LineField,
    /// What is wrong with it.
    pub refusal: LineRefusal,
}

impl LineProblem {
    /// The JSON pointer (RFC 6901) to the part of the request that is wrong, such as `/lines/0/quantity`.
    pub fn pointer(&self) -> String {
        format!("/lines/{}/{}", self.line, self.field.as_str())
    }
}

/// The part of a line that a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineField {
    /// `product_id`.
    Product,
    /// `offer_id`.
    Offer,
    /// `quantity`.
    Quantity,
    /// `expected_unit_price`.
    ExpectedUnitPrice,
    /// `upgrade_of`.
    UpgradeOf,
}

impl LineField {
    /// The field's name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product_id",
            Self::Offer => "offer_id",
            Self::Quantity => "quantity",
            Self::ExpectedUnitPrice => "expected_unit_price",
            Self::UpgradeOf => "upgrade_of",
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LineRefusal {
    /// The offer cannot be had.
    #[error("{0}")]
    Unavailable(OfferUnavailable),
    /// The offer is in another currency than the order.
    #[error("the offer is priced in {offered}")]
    WrongCurrency {
        /// The offer's currency.
        offered: Currency,
    },
    /// No lawful invoice could state the VAT, or the amounts, in the currency.
    #[error(
        "what is priced in {currency} cannot be invoiced: VAT must be stated in the currency in which it is owed, and amounts with two decimals at most"
    )]
    CannotBeInvoiced {
        /// The currency of the order.
        currency: Currency,
    },
    /// The quantity is out of range.
    #[error("the quantity {0}")]
    Quantity(QuantityError),
    /// An exclusive licence is sold once.
    #[error("an exclusive licence can only be ordered once")]
    ExclusiveIsSingle,
    /// An earlier line has the same offer.
    #[error("line {first} has the same offer")]
    Duplicate {
        /// The earlier line, counted from 0.
        first: usize,
    },
    /// An earlier or later line of the same order takes the product for itself alone.
    #[error("an exclusive licence excludes other licences of the same product in one order")]
    ExclusiveWithOthers,
    /// The price is not the one the buyer was shown.
    #[error("the price is now {now}")]
    PriceChanged {
        /// The price of one unit now.
        now: Money,
    },
    /// The line is no upgrade of the licence that it names.
    #[error("{0}")]
    Upgrade(UpgradeRefusal),
    /// The line's amount does not fit.
    #[error("the amount of the line is out of range")]
    AmountOutOfRange,
}
