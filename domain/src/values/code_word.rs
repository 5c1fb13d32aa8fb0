//! Names that are written like code: a few characters from a short list, so that no sentence and no person's data fits in.

use super::text::TextError;

/// A newtype over `String` of `a-z`, `0-9`, `.`, `_` and `-`, for events and for the command line alike.
macro_rules! code_words {
    ($($(#[$meta:meta])* $name:ident, at most $limit:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it can have.
            pub const LIMIT: usize = $limit;

            /// Checks the name.
            pub fn try_new(name: impl Into<String>) -> Result<Self, TextError> {
                let name = name.into();
                check(&name, Self::LIMIT)?;
                Ok(Self(name))
            }

            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(name: String) -> Result<Self, Self::Error> {
                Self::try_new(name)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = TextError;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                Self::try_new(name)
            }
        }
    )+};
}

code_words! {
    /// Who operates the engine: the name of an account, such as `ops-anna`.
    OperatorName, at most 32;
    /// A read model, by the name of its projection.
    ProjectionName, at most 63;
    /// A stream of the ledger, by its full name.
    StreamKey, at most 255;
}

fn check(name: &str, limit: usize) -> Result<(), TextError> {
    if name.is_empty() {
        return Err(TextError::Empty);
    }
    if name.len() > limit {
        return Err(TextError::TooLong { limit });
    }
    let is_fine = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    if name.bytes().all(is_fine) {
        Ok(())
    } else {
        Err(TextError::WrongForm {
            expected: "lower-case letters, digits, `.`, `_` and `-`",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_fits_into_a_code_word() {
        assert!(OperatorName::try_new("ops-anna.2").is_ok());
        assert_eq!(OperatorName::try_new(""), Err(TextError::Empty));
        assert_eq!(
            OperatorName::try_new("a".repeat(33)),
            Err(TextError::TooLong { limit: 32 })
        );
        for wrong in ["Anna", "anna b", "anna@example.com", "anna\n", "é"] {
            assert!(
                matches!(OperatorName::try_new(wrong), Err(TextError::WrongForm { .. })),
                "{wrong}"
            );
        }
    }
}
