//! How the numbers of a series are written.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::template::{Piece, beginning, pieces};
use crate::document::{DocumentNumber, Supplier};
use crate::values::SellerId;

/// How the numbers of a series are written: a template such as `FA-{year}-{number:6}`, which gives `FA-2026-000042`.
///
/// | placeholder | gives |
/// | --- | --- |
/// | `{year}` | the year, four digits; needed, since each year has a series of its own |
/// | `{number}`, `{number:6}` | the number, with at least so many digits; needed |
/// | `{supplier}` | the [code](SellerId::code) of the seller, ten characters; in the series of sellers, and needed there |
///
/// What stands between is capital letters, digits and `-`, `/`, `_`. The longest number that a template can give is a valid
/// [`DocumentNumber`], and it never gives the same twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberFormat(String);

/// Why a template is not a [`NumberFormat`], or not one for these series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NumberFormatError {
    /// Something in braces that is none of the placeholders, or a brace alone.
    #[error("only {{year}}, {{number}}, {{number:1}} to {{number:10}} and {{supplier}} may stand in braces")]
    UnknownPlaceholder,
    /// A character that tax authorities do not take.
    #[error("what stands between the placeholders must be capital letters, digits and `-`, `/`, `_`")]
    ForbiddenCharacter,
    /// A placeholder stands there twice.
    #[error("each placeholder may stand there once")]
    Repeated,
    /// The number is missing.
    #[error("{{number}} is missing")]
    NumberMissing,
    /// The year is missing, so that two years would give the same number.
    #[error("{{year}} is missing: the series begins anew each year")]
    YearMissing,
    /// A number could have more characters than tax authorities take.
    #[error("a number could have more than {limit} characters", limit = DocumentNumber::LIMIT)]
    TooLong,
    /// The series of sellers need a part that is proper to the seller.
    #[error(
        "{{supplier}} is missing: the numbers of a seller's documents need a part that is proper to them"
    )]
    SupplierMissing,
    /// The platform's own series have no seller.
    #[error("{{supplier}} is for the series of sellers only")]
    SupplierOfPlatform,
    /// Invoices and credit notes could have the same number.
    #[error("invoices and credit notes must begin differently")]
    SameNumbers,
    /// The year does not have four digits.
    #[error("a year must have four digits")]
    WrongYear,
}

impl NumberFormat {
    /// Checks a template.
    pub fn try_new(template: impl Into<String>) -> Result<Self, NumberFormatError> {
        let template = template.into();
        let pieces = pieces(&template)?;
        let count = |wanted: fn(&Piece<'_>) -> bool| pieces.iter().filter(|piece| wanted(piece)).count();
        let (numbers, years, suppliers) = (
            count(|piece| matches!(piece, Piece::Number { .. })),
            count(|piece| matches!(piece, Piece::Year)),
            count(|piece| matches!(piece, Piece::Supplier)),
        );
        if numbers == 0 {
            return Err(NumberFormatError::NumberMissing);
        }
        if years == 0 {
            return Err(NumberFormatError::YearMissing);
        }
        if numbers > 1 || years > 1 || suppliers > 1 {
            return Err(NumberFormatError::Repeated);
        }
        let longest: usize = pieces.iter().map(Piece::longest).sum();
        if longest > DocumentNumber::LIMIT {
            return Err(NumberFormatError::TooLong);
        }
        Ok(Self(template))
    }

    /// One of the templates of this crate, which the tests hold to be right.
    pub(super) fn usual(template: &str) -> Self {
        Self(template.to_owned())
    }

    /// The template itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it suits the series of a supplier.
    pub fn suits(&self, supplier: Supplier) -> Result<(), NumberFormatError> {
        let has_supplier = pieces(&self.0)?.contains(&Piece::Supplier);
        match (supplier, has_supplier) {
            (Supplier::Platform, true) => Err(NumberFormatError::SupplierOfPlatform),
            (Supplier::Seller { .. }, false) => Err(NumberFormatError::SupplierMissing),
            (Supplier::Platform, false) | (Supplier::Seller { .. }, true) => Ok(()),
        }
    }

    /// A number of a series.
    pub fn number(
        &self,
        supplier: Supplier,
        year: i32,
        sequence: u32,
    ) -> Result<DocumentNumber, NumberFormatError> {
        self.suits(supplier)?;
        if !(1000..=9999).contains(&year) {
            return Err(NumberFormatError::WrongYear);
        }
        let code = match supplier {
            Supplier::Platform => String::new(),
            Supplier::Seller { seller_id } => SellerId::from(seller_id).code(),
        };
        let written = pieces(&self.0)?.into_iter().map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Year => year.to_string(),
            Piece::Number { digits } => format!("{sequence:0digits$}"),
            Piece::Supplier => code.clone(),
        });
        DocumentNumber::try_new(written.collect::<String>()).map_err(|_| NumberFormatError::TooLong)
    }

    /// Whether two templates can never give the same number, as far as can be told from how they begin: up to where one of
    /// them has its number, some character differs.
    pub(super) fn differs_from(&self, other: &Self) -> Result<bool, NumberFormatError> {
        let (mine, others) = (beginning(&self.0)?, beginning(&other.0)?);
        let differ = |(mine, other): (&Option<char>, &Option<char>)| match (mine, other) {
            (Some(mine), Some(other)) => mine != other,
            (None, _) | (_, None) => false,
        };
        Ok(mine.iter().zip(&others).any(differ))
    }
}

impl TryFrom<String> for NumberFormat {
    type Error = NumberFormatError;

    fn try_from(template: String) -> Result<Self, Self::Error> {
        Self::try_new(template)
    }
}

impl From<NumberFormat> for String {
    fn from(format: NumberFormat) -> Self {
        format.0
    }
}
