//! VAT ids of the 27 member states, checked by their form and check digits.

mod checks;
mod digits;
mod spain;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::values::CountryCode;

/// A VAT id of a member state, such as `FR40303265045`: its form and its check digits are right. Whether it was given out
/// only the state's register knows. It may be that of a person, and is personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatId(String);

/// Why a text is not a VAT id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VatIdError {
    /// It does not begin with the letters of a member state.
    #[error("must begin with the two letters of an EU member state, such as FR")]
    UnknownCountry,
    /// What follows is not an id of that state.
    #[error("is not a VAT id of that state: its form or its check digit is wrong")]
    WrongNumber,
}

impl VatId {
    /// Reads an id; spaces, dots and hyphens are dropped, small letters made large, and `GR` is read as `EL`.
    pub fn try_new(text: &str) -> Result<Self, VatIdError> {
        let compact: String = text
            .chars()
            .filter(|character| !matches!(character, ' ' | '.' | '-'))
            .map(|character| character.to_ascii_uppercase())
            .take(20)
            .collect();
        let (state, number) = compact.split_at_checked(2).ok_or(VatIdError::UnknownCountry)?;
        let state = if state == "GR" { "EL" } else { state };
        let is_right = checks::check_of(state).ok_or(VatIdError::UnknownCountry)?;
        if number.is_ascii() && is_right(number.as_bytes()) {
            Ok(Self(format!("{state}{number}")))
        } else {
            Err(VatIdError::WrongNumber)
        }
    }

    /// The member state, by ISO 3166-1: `GR` for ids that begin with `EL`.
    pub fn country(&self) -> CountryCode {
        match CountryCode::try_new(self.state()) {
            Ok(CountryCode::EL) | Err(_) => CountryCode::GR,
            Ok(country) => country,
        }
    }

    /// The two letters that the id begins with.
    pub fn state(&self) -> &str {
        &self.0[..2]
    }

    /// What follows them.
    pub fn number(&self) -> &str {
        &self.0[2..]
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for VatId {
    type Error = VatIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::try_new(&text)
    }
}

impl From<VatId> for String {
    fn from(id: VatId) -> Self {
        id.0
    }
}

impl fmt::Debug for VatId {
    /// Hides the number: debug output ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VatId({}***)", self.state())
    }
}
