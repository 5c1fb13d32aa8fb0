//! The tax facts of a line, as they were when it was sold.

use serde::{Deserialize, Serialize};

use super::contact::CountryCode;
use super::money::{Money, MoneyError};
use super::text::{Line, TextError};

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
    /// The price is what the buyer pays, whatever the tax inside.
    TaxIncluded,
    /// The tax comes on top of the price.
    TaxExcluded,
}

/// Why a line is taxed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxTreatment {
    /// At the rate of its country.
    Taxed,
    /// The customer, a business in another member state, owes the tax (Directive 2006/112/EC, article 196).
    ReverseCharge,
    /// The supplier is exempt as a small enterprise (article 284).
    SmallSellerExemption,
    /// The buyer is outside the Union's VAT territory.
    OutsideScope,
}

impl TaxTreatment {
    /// The name in events and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taxed => "taxed",
            Self::ReverseCharge => "reverse_charge",
            Self::SmallSellerExemption => "small_seller_exemption",
            Self::OutsideScope => "outside_scope",
        }
    }
}

/// Hundredths of a percent, from 0 to 10,000: 20 % is 2,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// Nothing.
    pub const ZERO: Self = Self(0);

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxFacts {
    /// Which kind of rate.
    pub category: TaxCategory,
    /// The rate itself.
    pub rate_basis_points: BasisPoints,
    /// Whose tax it is; without tax, where the buyer is.
    pub country: CountryCode,
    /// Who owes it.
    pub supplier_of_record: SupplierOfRecord,
    /// Whether the price holds it.
    pub price_basis: PriceBasis,
    /// Why this rate.
    pub treatment: TaxTreatment,
    /// The law of the rate, or the words by which an invoice says why there is none; not known of the oldest orders.
    pub legal_reference: Option<Line>,
}

/// A price with its tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    /// What the buyer pays.
    pub total: Money,
    /// The tax inside it.
    pub tax: Money,
}

impl TaxFacts {
    /// What a buyer pays at this price, and the tax inside, rounded half away from zero to the minor unit.
    pub fn apply(&self, price: Money) -> Result<Taxed, MoneyError> {
        let rate = i128::from(self.rate_basis_points.get());
        match self.price_basis {
            PriceBasis::TaxIncluded => Ok(Taxed {
                total: price,
                tax: price.rounded_part(rate, 10_000 + rate)?,
            }),
            PriceBasis::TaxExcluded => {
                let tax = price.rounded_part(rate, 10_000)?;
                Ok(Taxed {
                    total: price.plus(tax)?,
                    tax,
                })
            }
        }
    }
}
