//! What the law makes a document say, as dated data: `data/invoice_mentions.json`.
//!
//! Each row is a wording of one mention: by the law of which state, in which language, from which day to which, and on which
//! documents. Another language is further rows; the tests hold that none is missing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::content::Mention;
use super::locale::Locale;
use super::vat::Wording;
use crate::tax::{holds, read_data};
use crate::values::{CountryCode, Line, MentionText, TextError};

/// A wording.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MentionRow {
    pub(super) code: Line,
    /// The code of UNTDID 4451, where there is one for it.
    pub(super) subject: Option<Line>,
    /// A document has the mention if all of these hold of it.
    pub(super) applies_to: BTreeSet<Condition>,
    /// A state's two letters, or `EU` for the words that hold wherever a state has none of its own here.
    pub(super) law_of: CountryCode,
    pub(super) locale: Locale,
    /// The words, in which `{platform}`, `{number}`, `{date}` and `{paid_on}` are filled in.
    pub(super) text: MentionText,
    pub(super) valid_from: NaiveDate,
    pub(super) valid_to: Option<NaiveDate>,
    /// Where the wording comes from, for whoever reads the file.
    #[serde(rename = "source")]
    _source: Line,
}

/// What can hold of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Condition {
    /// It is an invoice.
    Invoice,
    /// It is a credit note.
    CreditNote,
    /// A business bought.
    Business,
    /// A consumer bought.
    Consumer,
    /// The platform writes it in the name of a seller.
    Mandate,
    /// The supplier pays the tax when they invoice, and not when they are paid.
    VatOnDebits,
    /// The tax is that of the customer's state, declared through the one-stop shop.
    OneStopShop,
    /// Money went back.
    OfRefund,
    /// The invoice named the buyer wrongly.
    BuyerCorrected,
    /// A corrected invoice.
    Replaces,
    /// An invoice over what a credit note had taken back.
    FollowsCreditNote,
}

/// What is filled into the words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling<'a> {
    /// Who writes in the name of a seller.
    pub(super) platform: &'a str,
    /// The number and day of the document that this one refers to.
    pub(super) preceding: Option<(&'a str, NaiveDate)>,
    /// The day of the payment or refund.
    pub(super) paid_on: NaiveDate,
}

pub(super) static ROWS: LazyLock<Vec<MentionRow>> = LazyLock::new(|| {
    read_data(
        include_str!("../../data/invoice_mentions.json"),
        "invoice_mentions.json",
    )
});

impl Locale {
    /// The languages that documents can be written in.
    pub fn all_written() -> BTreeSet<Self> {
        ROWS.iter().map(|row| row.locale).collect()
    }

    /// The language that a document is written in for somebody who reads this one: the same if there are texts in it, and
    /// English if there are not.
    #[must_use]
    pub fn written(self) -> Self {
        if ROWS.iter().any(|row| row.locale == self) {
            self
        } else {
            Self::ENGLISH
        }
    }
}

/// The mentions of a document of which these conditions hold, in the order of the file.
pub(super) fn mentions(
    conditions: &BTreeSet<Condition>,
    wording: Wording,
    filling: Filling<'_>,
) -> Result<Vec<Mention>, TextError> {
    let of_state = |code: &Line| {
        let own = |row: &&MentionRow| row.code == *code && row.law_of == wording.law_of;
        ROWS.iter().find(own).map_or(CountryCode::EU, |row| row.law_of)
    };
    let says = |row: &&MentionRow| {
        row.locale == wording.locale
            && row.law_of == of_state(&row.code)
            && holds(wording.day, row.valid_from, row.valid_to)
            && row.applies_to.is_subset(conditions)
    };
    let filled = |row: &MentionRow| -> Result<Mention, TextError> {
        Ok(Mention {
            code: row.code.clone(),
            subject: row.subject.clone(),
            text: MentionText::try_new(filling.fill(row.text.as_str(), row.locale))?,
        })
    };
    ROWS.iter().filter(says).map(filled).collect()
}

impl Filling<'_> {
    fn fill(self, text: &str, locale: Locale) -> String {
        let text = text
            .replace("{platform}", self.platform)
            .replace("{paid_on}", &written_day(self.paid_on, locale));
        match self.preceding {
            None => text,
            Some((number, day)) => text
                .replace("{number}", number)
                .replace("{date}", &written_day(day, locale)),
        }
    }
}

/// A day as it is written in a language; as ISO 8601 has it where nothing else is known.
fn written_day(day: NaiveDate, locale: Locale) -> String {
    let form = match locale {
        Locale::FRENCH => "%d/%m/%Y",
        Locale::ENGLISH => "%-d %B %Y",
        _ => "%Y-%m-%d",
    };
    day.format(form).to_string()
}
