//! What the mails say, in each language: `data/mail/<language>.json`. Another language is another file, and its line below.
//!
//! `{number}`, `{date}` and `{supplier}` are filled in.

use std::sync::LazyLock;

use chrono::NaiveDate;
use comptoir_domain::document::Locale;
use serde::Deserialize;

const FILES: [(Locale, &str); 2] = [
    (Locale::ENGLISH, include_str!("../../../data/mail/en.json")),
    (Locale::FRENCH, include_str!("../../../data/mail/fr.json")),
];

static TEXTS: LazyLock<Vec<(Locale, Texts)>> = LazyLock::new(|| {
    let read = |(locale, file): &(Locale, &str)| (*locale, read(file));
    FILES.iter().map(read).collect()
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
    /// How a date is written, by the signs of `strftime`.
    date: String,
}

impl Words {
    pub(super) fn subject(&self, number: &str, day: NaiveDate, supplier: &str) -> String {
        self.filled(&self.subject, number, day, supplier)
    }

    pub(super) fn body(&self, number: &str, day: NaiveDate, supplier: &str) -> String {
        self.filled(&format!("{}\n", self.body.join("\n")), number, day, supplier)
    }

    /// The name of the supplier comes last: whatever it holds is not filled in again.
    fn filled(&self, text: &str, number: &str, day: NaiveDate, supplier: &str) -> String {
        text.replace("{number}", number)
            .replace("{date}", &day.format(&self.date).to_string())
            .replace("{supplier}", supplier)
    }
}

/// The mails in a language; in English, where there is none in it.
pub(super) fn in_language(locale: Locale) -> &'static Texts {
    let known = TEXTS.iter().find(|(known, _)| *known == locale);
    known.map_or(&TEXTS[0].1, |(_, texts)| texts)
}

fn read(file: &str) -> Texts {
    // The test below reads each file.
    serde_json::from_str(file).unwrap_or_else(|error| panic!("data/mail: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_names_number_date_and_supplier() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 6).unwrap();
        for (locale, _) in FILES {
            let Texts { invoice, credit_note } = in_language(locale);
            for words in [invoice, credit_note] {
                let subject = words.subject("FA-2026-000042", day, "Night {date} Shop");
                let body = words.body("FA-2026-000042", day, "Night {date} Shop");
                for text in [&subject, &body] {
                    assert!(text.contains("FA-2026-000042"), "{text}");
                }
                assert!(
                    body.contains("Night {date} Shop") && body.contains("2026"),
                    "{body}"
                );
                assert!(
                    !subject.contains("{number}") && !body.contains("{supplier}"),
                    "{body}"
                );
            }
        }
    }

    #[test]
    fn there_are_mails_in_every_language_of_documents_and_english_for_others() {
        for locale in Locale::all_written() {
            assert!(FILES.iter().any(|(known, _)| *known == locale), "{locale:?}");
        }
        let other = Locale::try_new("de").unwrap();
        let english = in_language(Locale::ENGLISH);
        assert_eq!(in_language(other).invoice.subject, english.invoice.subject);
    }
}
