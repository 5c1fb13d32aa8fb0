//! How many units of an offer a line holds.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// From 1 to 1,000 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(u32);

/// The number is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be from 1 to {limit}", limit = Quantity::LIMIT)]
pub struct QuantityError;

impl Quantity {
    /// A single unit.
    pub const ONE: Self = Self(1);
    /// The most units a line can have.
    pub const LIMIT: u32 = 1000;

    /// Checks the range; any number that JSON can hold may be tried.
    pub fn try_new(units: i64) -> Result<Self, QuantityError> {
        match u32::try_from(units) {
            Ok(units @ 1..=Self::LIMIT) => Ok(Self(units)),
            _ => Err(QuantityError),
        }
    }

    /// The number of units.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = QuantityError;

    fn try_from(units: i64) -> Result<Self, Self::Error> {
        Self::try_new(units)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        Self::from(quantity.0)
    }
}
