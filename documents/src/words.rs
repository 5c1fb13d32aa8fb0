//! The words of documents, and how a language writes numbers and dates. One file for each language, in `locales/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use comptoir_domain::document::Locale;
use comptoir_domain::values::{CountryCode, Money};
use serde::Deserialize;

use crate::amount::Decimal;

/// One file of `locales/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    lang: String,
    decimal: String,
    group: String,
    money: String,
    money_by_code: String,
    symbols: BTreeMap<String, String>,
    percent: String,
    date: String,
    first_day: String,
    months: [String; 12],
    phrases: BTreeMap<String, String>,
    /// What stands beside figures and above columns; handed to the template as they are.
    pub(crate) labels: BTreeMap<String, String>,
    countries: BTreeMap<String, String>,
}

/// The languages that there are. Another one is a file more, and a line more here.
static ALL: LazyLock<Vec<(Locale, Words)>> = LazyLock::new(|| {
    [
        (Locale::ENGLISH, include_str!("../locales/en.json")),
        (Locale::FRENCH, include_str!("../locales/fr.json")),
    ]
    .map(|(locale, text)| (locale, read(locale, text)))
    .into()
});

/// Reads a file that is part of this program.
///
/// # Panics
/// If the file is malformed, which the tests of this module rule out.
fn read(locale: Locale, text: &str) -> Words {
    serde_json::from_str(text)
        .unwrap_or_else(|error| panic!("documents/locales/{}.json: {error}", locale.as_str()))
}

/// The languages that there are texts for. A document in another one is written in the first, English.
pub fn locales() -> impl Iterator<Item = Locale> {
    ALL.iter().map(|(locale, _)| *locale)
}

impl Words {
    /// The words of a language, or the English ones.
    pub(crate) fn of(locale: Locale) -> &'static Self {
        let found = ALL.iter().find(|(known, _)| *known == locale);
        &found.unwrap_or(&ALL[0]).1
    }

    /// Its language, by ISO 639-1.
    pub(crate) fn lang(&self) -> &str {
        &self.lang
    }

    /// A phrase by its name; the name itself if there is no such phrase, which the tests of this crate rule out.
    pub(crate) fn phrase(&self, name: &'static str) -> &str {
        self.phrases.get(name).map_or(name, String::as_str)
    }

    /// A phrase with its gaps filled in.
    pub(crate) fn filled(&self, name: &'static str, gaps: &[(&str, &str)]) -> String {
        fill(self.phrase(name), gaps)
    }

    /// `1 234,56 €`, `€1,234.56`.
    pub(crate) fn money(&self, money: Money) -> String {
        self.money_of(Decimal::of_money(money), money)
    }

    /// A number in the currency of an amount, such as the price of one unit.
    pub(crate) fn money_of(&self, number: Decimal, currency_of: Money) -> String {
        let code = currency_of.currency.code();
        let amount = self.number(number);
        let text = match self.symbols.get(code) {
            Some(symbol) => fill(&self.money, &[("amount", &amount), ("symbol", symbol)]),
            None => fill(&self.money_by_code, &[("amount", &amount), ("code", code)]),
        };
        // The sign of minus, not a hyphen: it is as wide as a digit, and stands before a symbol too.
        if number.is_negative() {
            format!("\u{2212}{text}")
        } else {
            text
        }
    }

    /// `20 %`, `5.5%`.
    pub(crate) fn percent(&self, rate: Decimal) -> String {
        fill(&self.percent, &[("number", &self.number(rate))])
    }

    /// `1er novembre 2026`, `1 November 2026`.
    pub(crate) fn date(&self, day: NaiveDate) -> String {
        let month = &self.months[usize::try_from(day.month0()).unwrap_or_default().min(11)];
        let of_month = match day.day() {
            1 => self.first_day.clone(),
            other => other.to_string(),
        };
        let year = day.year().to_string();
        fill(
            &self.date,
            &[("day", &of_month), ("month", month), ("year", &year)],
        )
    }

    /// A country's name, or its code where there is none.
    pub(crate) fn country(&self, country: CountryCode) -> String {
        let code = country.to_string();
        self.countries.get(&code).cloned().unwrap_or(code)
    }

    /// A number without its sign, its whole part in groups of three.
    fn number(&self, number: Decimal) -> String {
        let (whole, decimals) = number.digits();
        let mut text = String::new();
        for (index, digit) in whole.char_indices() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push_str(&self.group);
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push_str(&self.decimal);
            text.push_str(&decimals);
        }
        text
    }
}

/// Puts values into the gaps of a pattern; a value that itself looks like a gap stays as it is.
fn fill(pattern: &str, gaps: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = gaps.iter().find(|(gap, _)| *gap == name);
        filled.push_str(value.map_or(name, |(_, value)| value));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use comptoir_domain::values::{BasisPoints, Currency};

    use super::*;

    fn keys(words: &Words) -> BTreeSet<String> {
        let part = |name: &'static str, map: &BTreeMap<String, String>| {
            map.keys()
                .map(move |key| format!("{name}.{key}"))
                .collect::<Vec<_>>()
        };
        let mut keys = part("phrases", &words.phrases);
        keys.extend(part("labels", &words.labels));
        keys.extend(part("countries", &words.countries));
        keys.extend(part("symbols", &words.symbols));
        keys.into_iter().collect()
    }

    /// The gaps of every pattern, so that none is lost in translation.
    fn gaps(words: &Words) -> BTreeSet<String> {
        let patterns = words.phrases.iter().chain(&words.labels);
        let gap = |(key, text): (&String, &String)| {
            text.split('{')
                .skip(1)
                .map(|rest| format!("{key}:{}", rest.split('}').next().unwrap()))
                .collect::<Vec<_>>()
        };
        patterns.flat_map(gap).collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_the_same_gaps() {
        let english = Words::of(Locale::ENGLISH);
        for (locale, words) in ALL.iter() {
            assert_eq!(words.lang(), locale.as_str());
            assert_eq!(keys(words), keys(english), "{}", locale.as_str());
            assert_eq!(gaps(words), gaps(english), "{}", locale.as_str());
        }
    }

    #[test]
    fn an_unknown_language_is_english() {
        let german = Locale::try_new("de").unwrap();
        assert_eq!(Words::of(german).lang(), "en");
        assert_eq!(Words::of(german).phrase("invoice"), "Invoice");
    }

    #[test]
    fn money_is_written_as_the_language_does() {
        let (french, english) = (Words::of(Locale::FRENCH), Words::of(Locale::ENGLISH));
        let amount = Money::new(123_456_789, Currency::EUR);
        assert_eq!(french.money(amount), "1\u{202f}234\u{202f}567,89\u{a0}€");
        assert_eq!(english.money(amount), "€1,234,567.89");
        let francs = Money::new(-100_000, "CHF".parse().unwrap());
        assert_eq!(french.money(francs), "\u{2212}1\u{202f}000,00\u{a0}CHF");
        assert_eq!(english.money(francs), "\u{2212}CHF\u{a0}1,000.00");
        assert_eq!(english.money(Money::new(999, Currency::JPY)), "JPY\u{a0}999");
    }

    #[test]
    fn rates_dates_and_countries_too() {
        let (french, english) = (Words::of(Locale::FRENCH), Words::of(Locale::ENGLISH));
        let rate = Decimal::of_rate(BasisPoints::try_new(550).unwrap());
        assert_eq!(
            [french.percent(rate), english.percent(rate)],
            ["5,5\u{a0}%", "5.5%"]
        );
        let first = NaiveDate::from_ymd_opt(2026, 8, 1).unwrap();
        assert_eq!(french.date(first), "1er\u{a0}août\u{a0}2026");
        assert_eq!(english.date(first), "1\u{a0}August\u{a0}2026");
        assert_eq!(french.country(CountryCode::try_new("DE").unwrap()), "Allemagne");
        assert_eq!(french.country(CountryCode::try_new("XX").unwrap()), "XX");
    }

    #[test]
    fn a_value_that_looks_like_a_gap_is_not_filled() {
        let filled = fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]);
        assert_eq!(filled, "{b} and 2");
    }
}
