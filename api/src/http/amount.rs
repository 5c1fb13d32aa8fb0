//! Amounts: whole minor units beside their currency.

use comptoir_domain::values::{Currency, Money};
use serde::{Deserialize, Serialize};

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    /// In minor units: cents for EUR, yen for JPY.
    #[schema(example = 2990)]
    pub(crate) amount: i64,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    pub(crate) currency: Currency,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self::new(amount.amount, amount.currency)
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount,
            currency: money.currency,
        }
    }
}
