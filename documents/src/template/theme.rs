//! What an operator can change about the look of documents without writing a template.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// `theme.json` of a template folder, and what a template is given of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Theme {
    /// The colour of title, rules and the total, as `#rrggbb`.
    pub(crate) accent: String,
    /// The path of the logo.
    pub(crate) logo: String,
    /// How high the logo is.
    pub(crate) logo_height_mm: u32,
}

/// The file, of which every field may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    accent: Option<String>,
    logo_height_mm: Option<u32>,
}

/// What is wrong with a `theme.json`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ThemeError {
    /// It is no JSON, or holds what is unknown.
    #[error("{0}")]
    Malformed(String),
    /// The colour has another form.
    #[error("`accent` must be a colour such as \"#1f5c99\"")]
    Accent,
    /// The height is out of range.
    #[error("`logo_height_mm` must be from 5 to 40")]
    LogoHeight,
}

const ACCENT: &str = "#1d4e89";
const LOGO_HEIGHT_MM: u32 = 14;

impl Theme {
    /// Reads a `theme.json`, if there is one.
    pub(super) fn read(file: Option<&[u8]>, logo: &str) -> Result<Self, ThemeError> {
        let file: ThemeFile = match file {
            Some(bytes) => {
                serde_json::from_slice(bytes).map_err(|error| ThemeError::Malformed(error.to_string()))?
            }
            None => ThemeFile::default(),
        };
        let accent = file.accent.unwrap_or_else(|| ACCENT.to_owned());
        let is_colour =
            |digits: &str| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !accent.strip_prefix('#').is_some_and(is_colour) {
            return Err(ThemeError::Accent);
        }
        let logo_height_mm = file.logo_height_mm.unwrap_or(LOGO_HEIGHT_MM);
        if !(5..=40).contains(&logo_height_mm) {
            return Err(ThemeError::LogoHeight);
        }
        Ok(Self {
            accent,
            logo: format!("/template/{logo}"),
            logo_height_mm,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Result<Theme, ThemeError> {
        Theme::read(Some(file.as_bytes()), "logo.svg")
    }

    #[test]
    fn every_field_may_be_left_out() {
        let plain = Theme::read(None, "logo.svg").unwrap();
        assert_eq!(read("{}").unwrap(), plain);
        assert_eq!(plain.logo, "/template/logo.svg");
        let red = read(r##"{"accent": "#C00000", "logo_height_mm": 20}"##).unwrap();
        assert_eq!((red.accent.as_str(), red.logo_height_mm), ("#C00000", 20));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(read(r#"{"accent": "red"}"#), Err(ThemeError::Accent));
        assert_eq!(read(r##"{"accent": "#12345é"}"##), Err(ThemeError::Accent));
        assert_eq!(read(r#"{"logo_height_mm": 400}"#), Err(ThemeError::LogoHeight));
        let unknown = read(r#"{"colour": "red"}"#).unwrap_err().to_string();
        assert!(unknown.contains("unknown field `colour`"), "{unknown}");
    }
}
