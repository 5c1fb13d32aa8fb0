//! The files of `data/locales/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
#[cfg(any(test, feature = "testing"))]
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::code::Locale;
use super::dates::Dates;
use crate::document::MentionRow;
use crate::tax::LegalReference;
use crate::values::CountryCode;

/// One file of `data/locales/`: all that a language needs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocaleFile {
    /// States whose law is cited in this language where no document's language is known, and `EU` for that of the Union.
    pub(crate) laws: BTreeSet<CountryCode>,
    dates: Dates,
    pub(crate) mentions: Vec<MentionRow>,
    pub(crate) legal_references: Vec<LegalReference>,
    mail: Value,
    page: Value,
}

/// Name and text of each file, as `build.rs` found them.
const FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/locales.rs"));

static ALL: LazyLock<BTreeMap<Locale, LocaleFile>> = LazyLock::new(|| {
    let built_in = FILES.iter().map(|(name, text)| (*name, *text));
    built_in.chain(added()).map(read).collect()
});

/// Reads a file that is part of this program.
///
/// # Panics
/// If the file is malformed, which the tests of this module rule out.
fn read((name, text): (&str, &str)) -> (Locale, LocaleFile) {
    let locale = Locale::try_new(name);
    let file = LocaleFile::read(text);
    match (locale, file) {
        (Ok(locale), Ok(file)) => (locale, file),
        (Err(error), _) => panic!("domain/data/locales/{name}.json: {error}"),
        (_, Err(error)) => panic!("domain/data/locales/{name}.json: {error}"),
    }
}

impl LocaleFile {
    /// Reads the text of a file.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// All of them, with their languages.
    pub fn all() -> impl Iterator<Item = (Locale, &'static Self)> {
        ALL.iter().map(|(locale, file)| (*locale, file))
    }

    /// How days are written.
    pub const fn dates(&self) -> &Dates {
        &self.dates
    }

    /// The words of mails: the engine says what must be in it.
    pub const fn mail(&self) -> &Value {
        &self.mail
    }

    /// The words and numbers of the page: `comptoir-documents` says what must be in it.
    pub const fn page(&self) -> &Value {
        &self.page
    }
}

impl Locale {
    /// The languages that documents can be written in.
    pub fn all_written() -> BTreeSet<Self> {
        ALL.keys().copied().collect()
    }

    /// The language that a document is written in for somebody who reads this one: the same if there is a file of it, and
    /// English if there is none.
    #[must_use]
    pub fn written(self) -> Self {
        if ALL.contains_key(&self) {
            self
        } else {
            Self::ENGLISH
        }
    }

    /// The file of the language that a document is written in for somebody who reads this one.
    ///
    /// # Panics
    /// If there is no English file, which the tests of this module rule out.
    pub fn file(self) -> &'static LocaleFile {
        &ALL[&self.written()]
    }
}

/// A file that a test adds to those of the program.
#[cfg(any(test, feature = "testing"))]
static ADDED: OnceLock<(&'static str, String)> = OnceLock::new();

#[cfg(any(test, feature = "testing"))]
fn added() -> Option<(&'static str, &'static str)> {
    ADDED.get().map(|(name, text)| (*name, text.as_str()))
}

#[cfg(not(any(test, feature = "testing")))]
const fn added() -> Option<(&'static str, &'static str)> {
    None
}

/// Adds the file of a language, as if it lay in the folder.
///
/// # Panics
/// If the files were read before, or one was added before.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn add(name: &'static str, text: String) {
    ADDED.set((name, text)).expect("one language is added at most");
    let locale = Locale::try_new(name).expect("two letters of ISO 639-1");
    assert!(
        ALL.contains_key(&locale),
        "a language is added before any is looked at"
    );
}
