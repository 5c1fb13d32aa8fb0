//! How days are written in a language.

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use super::pattern::fill;

/// How days are written in a language: patterns in which `{day}`, `{month}` (its name), `{year}`, and the two digits `{dd}`
/// and `{mm}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// By itself, as on the page.
    long: String,
    /// In a sentence of a mention or a mail.
    short: String,
    /// The first day of a month, which some languages write otherwise.
    first_day: String,
    months: [String; 12],
}

impl Dates {
    /// `1er novembre 2026`, `1 November 2026`.
    pub fn long(&self, day: NaiveDate) -> String {
        self.written(&self.long, day)
    }

    /// `01/11/2026`, `1 November 2026`.
    pub fn short(&self, day: NaiveDate) -> String {
        self.written(&self.short, day)
    }

    fn written(&self, pattern: &str, day: NaiveDate) -> String {
        let month = usize::try_from(day.month0()).unwrap_or_default().min(11);
        let of_month = match day.day() {
            1 => self.first_day.clone(),
            other => other.to_string(),
        };
        let values = [
            ("day", of_month.as_str()),
            ("month", &self.months[month]),
            ("year", &day.year().to_string()),
            ("dd", &day.format("%d").to_string()),
            ("mm", &day.format("%m").to_string()),
        ];
        fill(pattern, &values)
    }
}
