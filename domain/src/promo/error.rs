//! Why a promotion refuses a command, or does not hold for an order.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::values::{Currency, Money, ProductId};

/// Why a promotion refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PromoError {
    /// There is no such promotion.
    #[error("the promotion does not exist")]
    NotFound,
    /// The code was given out before, and a code is given out once.
    #[error("the code is taken")]
    AlreadyExists,
    /// The actor is neither an admin nor a seller of all that it is for.
    #[error("only an admin may do this, or the seller of all that the promotion is for")]
    NotYours,
    /// It would take nothing off.
    #[error("the benefit must take something off")]
    NothingOff,
    /// It would end before it starts.
    #[error("the promotion must end after it starts")]
    EndsBeforeStart,
    /// A cap of zero.
    #[error("a cap must be at least 1")]
    NoUses,
    /// The minimum is not positive, or in another currency than the amount that is taken off.
    #[error("the minimum must be positive, and in the currency of the amount that is taken off")]
    WrongMinimum,
    /// The scope names nothing, or too much.
    #[error("a scope names 1 to {limit} products or sellers", limit = super::Promo::SCOPE_LIMIT)]
    ScopeSize,
    /// The scope names a product that does not exist.
    #[error("the product {0} does not exist")]
    UnknownProduct(ProductId),
    /// The promotion does not hold for the order.
    #[error(transparent)]
    Refused(#[from] PromoRefusal),
}

/// Why a promotion does not hold for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PromoRefusal {
    /// Nobody has given out the code.
    #[error("the code is not known")]
    Unknown,
    /// It was ended.
    #[error("the code is no longer in use")]
    Deactivated,
    /// Its time has not come.
    #[error("the code holds from {starts_at} on")]
    NotStarted {
        /// When it comes.
        starts_at: DateTime<Utc>,
    },
    /// Its time is over.
    #[error("the code held until {ended_at}")]
    Ended {
        /// When it was over.
        ended_at: DateTime<Utc>,
    },
    /// All its uses are taken.
    #[error("all uses of the code are taken")]
    Exhausted,
    /// The buyer has had all of theirs.
    #[error("the buyer has used the code as often as one may")]
    BuyerLimit,
    /// Nothing in the order is what it is for, or it would take nothing off.
    #[error("the code is for nothing in this order")]
    NotApplicable,
    /// The order is in another currency.
    #[error("the code is in {currency}")]
    WrongCurrency {
        /// The currency of the code.
        currency: Currency,
    },
    /// The lines that it is for come to less than they must.
    #[error("what the code is for must come to {minimum}")]
    MinimumNotMet {
        /// What they must come to.
        minimum: Money,
    },
    /// It leaves something to pay, but less than can be charged.
    #[error("the code would leave {total} to pay, and no less than {minimum} can be charged")]
    BelowMinimumCharge {
        /// What would be left to pay.
        total: Money,
        /// The least that can be charged.
        minimum: Money,
    },
}

impl PromoRefusal {
    /// The stable code of the refusal, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "promotion_unknown",
            Self::Deactivated => "promotion_deactivated",
            Self::NotStarted { .. } => "promotion_not_started",
            Self::Ended { .. } => "promotion_ended",
            Self::Exhausted => "promotion_exhausted",
            Self::BuyerLimit => "promotion_buyer_limit",
            Self::NotApplicable => "promotion_not_applicable",
            Self::WrongCurrency { .. } => "promotion_wrong_currency",
            Self::MinimumNotMet { .. } => "promotion_minimum_not_met",
            Self::BelowMinimumCharge { .. } => "promotion_below_minimum",
        }
    }
}
