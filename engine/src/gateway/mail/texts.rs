//! What the mails say, in each language: the `mail` of each file of `domain/data/locales/`.
//!
//! `{number}`, `{date}` and `{supplier}` are filled in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use comptoir_domain::document::Locale;
use comptoir_domain::locale::{LocaleFile, fill};
use serde::Deserialize;

static TEXTS: LazyLock<BTreeMap<Locale, Texts>> = LazyLock::new(|| {
    let read = |(locale, file): (Locale, &LocaleFile)| (locale, read(file));
    LocaleFile::all().map(read).collect()
});

/// The mails in one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    /// The mail with an invoice.
    pub(super) invoice: Words,
    /// The mail with a credit note.
    pub(super) credit_note: Words,
}

/// One mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    subject: String,
    /// Line by line.
    body: Vec<String>,
}

impl Words {
    pub(super) fn subject(&self, number: &str, day: &str, supplier: &str) -> String {
        filled(&self.subject, number, day, supplier)
    }

    pub(super) fn body(&self, number: &str, day: &str, supplier: &str) -> String {
        filled(&format!("{}\n", self.body.join("\n")), number, day, supplier)
    }
}

fn filled(text: &str, number: &str, day: &str, supplier: &str) -> String {
    fill(text, &[("number", number), ("date", day), ("supplier", supplier)])
}

/// The mails in a language; in English, where there is none in it.
pub(super) fn in_language(locale: Locale) -> &'static Texts {
    &TEXTS[&locale.written()]
}

fn read(file: &LocaleFile) -> Texts {
    // The test below reads each file.
    Texts::deserialize(file.mail()).unwrap_or_else(|error| panic!("mail of domain/data/locales: {error}"))
}

#[cfg(test)]
mod tests {
    use comptoir_domain::testing::locales::german_file;

    use super::*;

    /// Number, day and supplier are named where they belong, and nothing is left open.
    fn hold(texts: &Texts) {
        let Texts { invoice, credit_note } = texts;
        for words in [invoice, credit_note] {
            let subject = words.subject("FA-2026-000042", "6 November 2026", "Night {date} Shop");
            let body = words.body("FA-2026-000042", "6 November 2026", "Night {date} Shop");
            for text in [&subject, &body] {
                assert!(text.contains("FA-2026-000042"), "{text}");
            }
            assert!(
                body.contains("Night {date} Shop") && body.contains("6 November 2026"),
                "{body}"
            );
            assert!(
                !subject.contains("{number}") && !body.contains("{supplier}"),
                "{body}"
            );
        }
    }

    #[test]
    fn every_file_has_mails_that_name_number_date_and_supplier() {
        for locale in Locale::all_written() {
            hold(in_language(locale));
        }
    }

    #[test]
    fn a_further_file_is_all_that_a_language_takes_and_english_is_for_those_without() {
        let german = read(&german_file());
        hold(&german);
        assert_eq!(german.invoice.subject, "Ihre Rechnung {number}");
        let other = Locale::try_new("pl").unwrap();
        let english = in_language(Locale::ENGLISH);
        assert_eq!(in_language(other).invoice.subject, english.invoice.subject);
    }
}
