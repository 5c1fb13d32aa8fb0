//! The code that a buyer types to get a discount.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::TextError;

/// A promotion code: 3 to 40 letters, digits, hyphens or underscores. Small letters count as large ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PromoCode(String);

impl PromoCode {
    /// Checks a code and writes it in large letters.
    pub fn try_new(text: &str) -> Result<Self, TextError> {
        let usable = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if (3..=40).contains(&text.len()) && text.bytes().all(usable) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(TextError::WrongForm {
                expected: "3 to 40 letters, digits, hyphens or underscores",
            })
        }
    }

    /// The code in large letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PromoCode {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::try_new(&text)
    }
}

impl From<PromoCode> for String {
    fn from(code: PromoCode) -> Self {
        code.0
    }
}

impl fmt::Display for PromoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
