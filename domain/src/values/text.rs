//! Text with limits: no control characters, no invisible tricks, a bounded length.

use thiserror::Error;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// The text is empty, or only white space.
    #[error("must not be empty")]
    Empty,
    /// The text has more Unicode characters than allowed.
    #[error("must have at most {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
    /// The text starts or ends with white space.
    #[error("must not start or end with white space")]
    Padded,
    /// The text holds NUL, another control character, or one that reorders the text around it.
    #[error("must not contain the character U+{code:04X}")]
    ForbiddenCharacter {
        /// The character's code point.
        code: u32,
    },
    /// The text does not have the form that is wanted.
    #[error("must be {expected}")]
    WrongForm {
        /// The form, in words.
        expected: &'static str,
    },
}

/// Whether line breaks and tabs are welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    One,
    Many,
}

/// Checks a text against its limit, counted in Unicode characters.
pub(crate) fn check(text: &str, limit: usize, lines: Lines) -> Result<(), TextError> {
    if is_plain(text.as_bytes(), limit) {
        return Ok(());
    }
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > limit && text.chars().count() > limit {
        return Err(TextError::TooLong { limit });
    }
    if text.trim().len() != text.len() {
        return Err(TextError::Padded);
    }
    match text.chars().find(|character| is_forbidden(*character, lines)) {
        Some(character) => Err(TextError::ForbiddenCharacter {
            code: u32::from(character),
        }),
        None => Ok(()),
    }
}

/// Whether nothing can be wrong with a text: short, of printable ASCII, with no space at its ends. Most texts are, and a ledger has
/// many millions of them.
fn is_plain(text: &[u8], limit: usize) -> bool {
    let is_within = !text.is_empty() && text.len() <= limit;
    let ends_on_space = text.first() == Some(&b' ') || text.last() == Some(&b' ');
    is_within && !ends_on_space && text.iter().all(|byte| (b' '..=b'~').contains(byte))
}

fn is_forbidden(character: char, lines: Lines) -> bool {
    match character {
        '\n' | '\t' => lines == Lines::One,
        // Line and paragraph separators, directional overrides and isolates, the byte order mark.
        '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => true,
        other => other.is_control(),
    }
}

/// A newtype over `String` with a checked `try_new`, used for events and requests alike. A limit may be widened later,
/// never narrowed: stored events are read through the same check.
macro_rules! limited_text {
    ($($(#[$meta:meta])* $name:ident: $lines:ident, at most $limit:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most Unicode characters it can have.
            pub const LIMIT: usize = $limit;

            /// Checks the text.
            pub fn try_new(text: impl Into<String>) -> Result<Self, $crate::values::text::TextError> {
                let text = text.into();
                $crate::values::text::check(&text, Self::LIMIT, $crate::values::text::Lines::$lines)?;
                Ok(Self(text))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::text::TextError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::try_new(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::text::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_new(text)
            }
        }
    )+};
}
pub(crate) use limited_text;

limited_text! {
    /// The title of a product, as the buyer sees it.
    Title: One, at most 200;
    /// What a product is, in the seller's words. Public, and therefore not sealed.
    Description: Many, at most 5000;
    /// Why money is to go back, in a person's words. Sealed before it is stored.
    RefundNote: Many, at most 500;
    /// What somebody says about a product, or answers to that. Sealed before it is stored.
    ReviewText: Many, at most 5000;
    /// Why a review should not be there, in a person's words. Sealed before it is stored.
    ReviewNote: Many, at most 1000;
    /// A short line such as a name or a street.
    Line: One, at most 200;
    /// What the law makes an invoice say.
    MentionText: Many, at most 1000;
    /// A code of the payment provider, such as `DC_08`.
    ProviderCode: One, at most 100;
    /// A signature of the payment provider, as its header has it.
    ProviderSignature: One, at most 200;
}

impl ProviderCode {
    /// The code as far as it is usable: forbidden characters dropped, cut at the limit; none if nothing is left.
    pub fn from_provider(text: &str) -> Option<Self> {
        let usable: String = text
            .trim()
            .chars()
            .filter(|character| !is_forbidden(*character, Lines::One))
            .take(Self::LIMIT)
            .collect();
        Self::try_new(usable.trim()).ok()
    }

    /// The code of a failure, if it is one: a single word. What a processor says in several may name somebody, and is not
    /// kept in the clear.
    pub fn of_failure(text: &str) -> Option<Self> {
        let is_of_a_code = |character: char| character.is_ascii_graphic() && character != '@';
        Self::from_provider(text).filter(|code| code.0.chars().all(is_of_a_code))
    }
}
