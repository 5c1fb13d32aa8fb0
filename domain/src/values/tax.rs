//! The tax facts of a line, as they were when it was sold.

use serde::{Deserialize, Serialize};

use super::contact::CountryCode;
use super::money::{Money, MoneyError};
use super::text::TextError;

/// Which rate of a country applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxCategory {
    /// The country's standard rate, as for downloads.
    Standard,
}

/// Who sells in the sense of tax law (for platforms: Regulation (EU) 282/2011, article 9a).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplierOfRecord {
    /// The marketplace itself.
    Platform,
    /// The seller who offers the product.
    Seller,
}

/// Whether a price already holds the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceBasis {
    /// The price is what the buyer pays.
    TaxIncluded,
}

/// Hundredths of a percent, from 0 to 10,000: 20 % is 2,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// Checks the range.
    pub fn try_new(basis_points: u32) -> Result<Self, TextError> {
        if basis_points <= 10_000 {
            Ok(Self(basis_points))
        } else {
            Err(TextError::WrongForm {
                expected: "from 0 to 10000 basis points",
            })
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for BasisPoints {
    type Error = TextError;

    fn try_from(basis_points: u32) -> Result<Self, Self::Error> {
        Self::try_new(basis_points)
    }
}

impl From<BasisPoints> for u32 {
    fn from(rate: BasisPoints) -> Self {
        rate.0
    }
}

/// Everything about tax that was true for a line when the order was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxFacts {
    /// Which kind of rate.
    pub category: TaxCategory,
    /// The rate itself.
    pub rate_basis_points: BasisPoints,
    /// Whose tax it is.
    pub country: CountryCode,
    /// Who owes it.
    pub supplier_of_record: SupplierOfRecord,
    /// Whether the price holds it.
    pub price_basis: PriceBasis,
}

impl TaxFacts {
    /// The tax inside a price, rounded half away from zero to the minor unit: `price × rate / (1 + rate)`.
    pub fn tax_in(&self, price: Money) -> Result<Money, MoneyError> {
        match self.price_basis {
            PriceBasis::TaxIncluded => {
                let whole = 10_000 + i128::from(self.rate_basis_points.get());
                let share = i128::from(price.amount) * i128::from(self.rate_basis_points.get());
                let rounded = (2 * share.abs() + whole) / (2 * whole) * share.signum();
                let amount = i64::try_from(rounded).map_err(|_| MoneyError::Overflow)?;
                Ok(Money::new(amount, price.currency))
            }
        }
    }
}

/// How the platform taxes what is sold, from its configuration, until a tax engine decides per buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxSettings {
    /// Where the tax is due.
    pub country: CountryCode,
    /// The rate of [`TaxCategory::Standard`].
    pub standard_rate: BasisPoints,
    /// Who sells.
    pub supplier_of_record: SupplierOfRecord,
}

impl TaxSettings {
    /// The facts for a category.
    pub const fn facts_for(&self, category: TaxCategory) -> TaxFacts {
        let rate_basis_points = match category {
            TaxCategory::Standard => self.standard_rate,
        };
        TaxFacts {
            category,
            rate_basis_points,
            country: self.country,
            supplier_of_record: self.supplier_of_record,
            price_basis: PriceBasis::TaxIncluded,
        }
    }
}
