//! A file that buyers receive: what it is called, what it is, and the fingerprint of its bytes.

use serde::{Deserialize, Serialize};

use super::terms::Sha256Hex;
use super::text::{Lines, TextError, check};

/// The name of a file, as buyers save it: no path, at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

/// What is in a file, such as `audio/wav`: type and subtype in lower case, without parameters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MediaType(String);

/// What is known of the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileContent {
    /// Its name, of which a product has one file at a time.
    pub name: FileName,
    /// What is in it, as its seller says.
    pub media_type: MediaType,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hex,
}

impl FileName {
    /// The most Unicode characters it can have.
    pub const LIMIT: usize = 200;

    /// Checks the name.
    pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        check(&text, Self::LIMIT, Lines::One)?;
        let separator = |character| matches!(character, '/' | '\\' | ':');
        if text.contains(separator) || text.starts_with('.') {
            return Err(TextError::WrongForm {
                expected: "a file name without `/`, `\\` and `:` that does not begin with a dot",
            });
        }
        Ok(Self(text))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MediaType {
    /// The most characters it can have.
    pub const LIMIT: usize = 100;

    /// Reads the value of a `Content-Type` header; parameters such as a character set are left out.
    pub fn try_new(text: &str) -> Result<Self, TextError> {
        const WRONG: TextError = TextError::WrongForm {
            expected: "a media type such as audio/wav",
        };
        let essence = text.split(';').next().unwrap_or_default().trim();
        let token = |part: &str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
            !part.is_empty() && part.bytes().all(known)
        };
        let (kind, subtype) = essence.split_once('/').ok_or(WRONG)?;
        if essence.len() > Self::LIMIT || !token(kind) || !token(subtype) {
            return Err(WRONG);
        }
        Ok(Self(essence.to_ascii_lowercase()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FileName {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::try_new(text)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

impl TryFrom<String> for MediaType {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::try_new(&text)
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> Self {
        media_type.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_no_path() {
        for right in ["Night Drive (stems).zip", "café.wav", "a"] {
            assert!(FileName::try_new(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            " a",
            ".",
            "..",
            ".bashrc",
            "a/b",
            "a\\b",
            "C:x",
            "a\0b",
            "a\nb",
            "\u{202E}gpj.exe",
        ] {
            assert!(FileName::try_new(wrong).is_err(), "{wrong:?}");
        }
        assert!(FileName::try_new("a".repeat(200)).is_ok());
        assert!(FileName::try_new("a".repeat(201)).is_err());
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        let read = |text| MediaType::try_new(text).map(String::from);
        assert_eq!(read("Audio/WAV; rate=48000"), Ok("audio/wav".to_owned()));
        for wrong in ["", "audio", "/", "audio/", "audio/w v", "audio/w\r\nx", "a/b/c"] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
