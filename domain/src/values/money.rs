//! Money: whole minor units of one currency, with checked arithmetic.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::currency::Currency;
use super::tax::BasisPoints;

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
    /// There is nothing to split by: no weights, all of them zero, or one below.
    #[error("an amount can only be split by weights that are not negative and not all zero")]
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

    /// So many hundredths of a percent of the amount, rounded half away from zero to the minor unit.
    pub fn share(self, basis_points: BasisPoints) -> Result<Self, MoneyError> {
        self.rounded_part(i128::from(basis_points.get()), 10_000)
    }

    /// `amount × numerator / denominator`, rounded half away from zero to the minor unit.
    pub(crate) fn rounded_part(self, numerator: i128, denominator: i128) -> Result<Self, MoneyError> {
        let share = i128::from(self.amount) * numerator;
        let rounded = (2 * share.abs() + denominator) / (2 * denominator) * share.signum();
        let amount = i64::try_from(rounded).map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The sum of many amounts in one currency; zero for none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// Splits the amount in proportion to other amounts, as [`Money::allocate`] does. An amount that is no more than the
    /// sum of the others gives no part more than its share has; one that is the sum gives them back exactly.
    pub fn split_over(self, shares: &[Self]) -> Result<Vec<Self>, MoneyError> {
        for share in shares {
            self.same_currency(*share)?;
        }
        let weights: Vec<i64> = shares.iter().map(|share| share.amount).collect();
        self.allocate(&weights)
    }

    /// Splits the amount by weights so that the parts add up to it: each part is the exact share rounded towards zero,
    /// and the units left over go one each to the largest remainders, the earlier part first among equals.
    /// Weights have at most 64 bits, such as counts or amounts.
    pub fn allocate<W: Copy + Into<i128>>(self, weights: &[W]) -> Result<Vec<Self>, MoneyError> {
        let weights: Vec<i128> = weights.iter().map(|weight| (*weight).into()).collect();
        let total: i128 = weights.iter().sum();
        if total == 0 || weights.iter().any(|weight| *weight < 0) {
            return Err(MoneyError::NoWeights);
        }
        let exact = |weight: &i128| i128::from(self.amount).checked_mul(*weight);
        let shares: Option<Vec<i128>> = weights.iter().map(exact).collect();
        let shares = shares.ok_or(MoneyError::Overflow)?;
        let mut parts: Vec<i128> = shares.iter().map(|share| share / total).collect();
        let mut left = i128::from(self.amount) - parts.iter().sum::<i128>();
        let unit = left.signum();
        let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
        by_remainder.sort_by_key(|index| std::cmp::Reverse((shares[*index] % total).abs()));
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
