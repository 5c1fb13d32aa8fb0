//! The number of an invoice or credit note, as it is printed.

use serde::{Deserialize, Serialize};

use crate::values::TextError;

/// A document's number: 1 to 35 capital letters, digits and `-`, `/`, `_`, the form that tax authorities take (BT-1; the
/// French e-invoicing rules allow 35 characters).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The most characters it can have.
    pub const LIMIT: usize = 35;

    /// Checks the form.
    pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-/_".contains(&byte);
        if text.is_empty() || text.len() > Self::LIMIT || !text.bytes().all(known) {
            return Err(TextError::WrongForm {
                expected: "1 to 35 capital letters, digits and `-`, `/`, `_`",
            });
        }
        Ok(Self(text))
    }

    /// The number itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::try_new(text)
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_form_that_authorities_take() {
        for right in ["FA-2026-000001", "A/1_2", "1", &"9".repeat(35)] {
            assert!(DocumentNumber::try_new(right).is_ok(), "{right}");
        }
        for wrong in ["", "fa-1", "FA 1", "FÀ-1", "FA.1", &"9".repeat(36)] {
            assert!(DocumentNumber::try_new(wrong).is_err(), "{wrong}");
        }
    }
}
