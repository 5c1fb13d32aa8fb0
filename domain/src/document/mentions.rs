//! What the law makes a document say, as dated data: the `mentions` of each file of `data/locales/`.
//!
//! Each row is a wording of one mention: by the law of which state, from which day to which, and on which documents. Every
//! file has the same rows in its own language; the tests hold that none is missing.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use super::content::Mention;
use super::vat::Wording;
use crate::locale::{Dates, fill};
use crate::tax::holds;
use crate::values::{CountryCode, Line, MentionText, TextError};

/// A wording.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MentionRow {
    pub(crate) code: Line,
    /// The code of UNTDID 4451, where there is one for it.
    pub(crate) subject: Option<Line>,
    /// A document has the mention if all of these hold of it.
    pub(crate) applies_to: BTreeSet<Condition>,
    /// A state's two letters, or `EU` for the words that hold wherever a state has none of its own here.
    pub(crate) law_of: CountryCode,
    /// The words, in which `{platform}`, `{number}`, `{date}` and `{paid_on}` are filled in.
    pub(crate) text: MentionText,
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_to: Option<NaiveDate>,
    /// Where the wording comes from, for whoever reads the file.
    #[serde(rename = "source")]
    _source: Line,
}

/// What can hold of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
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

/// The mentions of a document of which these conditions hold, in the order of the file.
pub(super) fn mentions(
    conditions: &BTreeSet<Condition>,
    wording: Wording,
    filling: Filling<'_>,
) -> Result<Vec<Mention>, TextError> {
    let file = wording.locale.file();
    let of_state = |code: &Line| {
        let own = |row: &&MentionRow| row.code == *code && row.law_of == wording.law_of;
        let own = file.mentions.iter().find(own);
        own.map_or(CountryCode::EU, |row| row.law_of)
    };
    let says = |row: &&MentionRow| {
        row.law_of == of_state(&row.code)
            && holds(wording.day, row.valid_from, row.valid_to)
            && row.applies_to.is_subset(conditions)
    };
    let filled = |row: &MentionRow| -> Result<Mention, TextError> {
        Ok(Mention {
            code: row.code.clone(),
            subject: row.subject.clone(),
            text: MentionText::try_new(filling.fill(row.text.as_str(), file.dates()))?,
        })
    };
    file.mentions.iter().filter(says).map(filled).collect()
}

impl Filling<'_> {
    fn fill(self, text: &str, dates: &Dates) -> String {
        let (number, day) = self.preceding.unzip();
        let date = day.map(|day| dates.short(day)).unwrap_or_default();
        let values = [
            ("platform", self.platform),
            ("paid_on", &dates.short(self.paid_on)),
            ("number", number.unwrap_or_default()),
            ("date", &date),
        ];
        fill(text, &values)
    }
}
