//! Money: whole minor units of one currency, with checked arithmetic.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::currency::Currency;

/// An amount of money, in minor units (cents for EUR, yen for JPY).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative where money is owed.
    pub amount: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// Why two amounts do not make a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The amounts are in two currencies.
    #[error("{left} and {right} do not add up")]
    DifferentCurrencies {
        /// The currency on the left.
        left: Currency,
        /// The currency on the right.
        right: Currency,
    },
    /// The result does not fit 64 bits.
    #[error("the amount is out of range")]
    Overflow,
    /// There is nothing to split by: no weights, or all of them zero.
    #[error("an amount cannot be split by weights that are all zero")]
    NoWeights,
}

impl Money {
    /// So many minor units of a currency.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether there is nothing to pay.
    pub const fn is_zero(self) -> bool {
        self.amount == 0
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount = self
            .amount
            .checked_add(other.amount)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount = self
            .amount
            .checked_sub(other.amount)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// So many times the amount.
    pub fn times(self, factor: u32) -> Result<Self, MoneyError> {
        let amount = self
            .amount
            .checked_mul(i64::from(factor))
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The sum of many amounts in one currency; zero for none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// Splits the amount by weights so that the parts add up to it: each part is the exact share rounded towards zero,
    /// and the units left over go one each to the largest remainders, the earlier part first among equals.
    pub fn allocate(self, weights: &[u32]) -> Result<Vec<Self>, MoneyError> {
        let total: i128 = weights.iter().copied().map(i128::from).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        let exact = |weight: &u32| i128::from(self.amount) * i128::from(*weight);
        let mut parts: Vec<i128> = weights.iter().map(|weight| exact(weight) / total).collect();
        let mut left = i128::from(self.amount) - parts.iter().sum::<i128>();
        let unit = left.signum();
        let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
        by_remainder.sort_by_key(|index| std::cmp::Reverse((exact(&weights[*index]) % total).abs()));
        for index in by_remainder {
            if left == 0 {
                break;
            }
            parts[index] += unit;
            left -= unit;
        }
        parts
            .into_iter()
            .map(|part| i64::try_from(part).map_err(|_| MoneyError::Overflow))
            .map(|part| part.map(|amount| Self::new(amount, self.currency)))
            .collect()
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::DifferentCurrencies {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

impl fmt::Display for Money {
    /// Minor units and currency, as in `2990 EUR minor units`: for logs and errors, not for buyers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} minor units", self.amount, self.currency)
    }
}
