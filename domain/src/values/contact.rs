//! Who and where: e-mail, country, billing details. Personal, and sealed before they enter an event.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::{Line, TextError, limited_text};
use crate::tax::VatId;

limited_text! {
    /// A text that has yet to be recognised as an e-mail address.
    EmailText: One, at most 254;
}

/// An e-mail address: something before one `@`, a dotted domain after it, no white space.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(EmailText);

impl Email {
    /// Checks the address's form; whether it is reachable only a message can tell.
    pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = EmailText::try_new(text)?;
        if looks_like_email(text.as_str()) {
            Ok(Self(text))
        } else {
            Err(TextError::WrongForm {
                expected: "an e-mail address",
            })
        }
    }

    /// The address itself.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let labels_are_filled = domain.split('.').all(|label| !label.is_empty());
    !local.is_empty()
        && local.len() <= 64
        && !local.contains('@')
        && domain.contains('.')
        && labels_are_filled
        && !text.chars().any(char::is_whitespace)
}

impl TryFrom<String> for Email {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::try_new(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0.into()
    }
}

impl fmt::Debug for Email {
    /// Hides the address: debug output ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(***)")
    }
}

/// A country by its two upper-case letters (ISO 3166-1 alpha-2). The form is checked, not the membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// France.
    pub const FR: Self = Self(*b"FR");
    /// Greece.
    pub const GR: Self = Self(*b"GR");
    /// Greece too, in VAT ids.
    pub const EL: Self = Self(*b"EL");
    /// The European Union: no country, but reserved for it in the standard.
    pub const EU: Self = Self(*b"EU");

    /// Reads two upper-case letters.
    pub fn try_new(text: &str) -> Result<Self, TextError> {
        match text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Ok(Self([*first, *second])),
            _ => Err(TextError::WrongForm {
                expected: "two upper-case letters (ISO 3166-1 alpha-2)",
            }),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

impl TryFrom<String> for CountryCode {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::try_new(&text)
    }
}

impl From<CountryCode> for String {
    fn from(country: CountryCode) -> Self {
        country.to_string()
    }
}

/// Whom the order is billed to. Never part of an event: the engine seals its JSON with the buyer's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingDetails {
    /// The buyer's name.
    pub name: Line,
    /// Where the receipt goes.
    pub email: Email,
    /// Street and number.
    pub address_line_1: Line,
    /// What did not fit the first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_line_2: Option<Line>,
    /// Postal code.
    pub postal_code: Line,
    /// Town.
    pub city: Line,
    /// Country.
    pub country: CountryCode,
    /// The VAT id, if a business buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<VatId>,
}

impl fmt::Debug for BillingDetails {
    /// Hides the person: debug output ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BillingDetails(***, {})", self.country)
    }
}
