//! The language of a document.

use serde::{Deserialize, Serialize};

use crate::values::TextError;

/// The language of a document: two lower-case letters of ISO 639-1. Which of them documents can be written in is a matter
/// of the texts that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Locale([u8; 2]);

impl Locale {
    /// French.
    pub const FRENCH: Self = Self(*b"fr");
    /// English.
    pub const ENGLISH: Self = Self(*b"en");

    /// Checks the form.
    pub fn try_new(text: &str) -> Result<Self, TextError> {
        match *text.as_bytes() {
            [first, second] if first.is_ascii_lowercase() && second.is_ascii_lowercase() => {
                Ok(Self([first, second]))
            }
            _ => Err(TextError::WrongForm {
                expected: "two lower-case letters of ISO 639-1",
            }),
        }
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        // Two ASCII letters by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for Locale {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::try_new(&text)
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> Self {
        locale.as_str().to_owned()
    }
}
