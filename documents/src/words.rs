//! The words of documents, and how a language writes numbers: the `page` of each file of `domain/data/locales/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use comptoir_domain::document::Locale;
use comptoir_domain::locale::{Dates, LocaleFile, fill};
use comptoir_domain::values::{CountryCode, Money};
use serde::Deserialize;

use crate::amount::Decimal;

/// The words of a language.
#[derive(Debug)]
pub(crate) struct Words {
    locale: Locale,
    dates: &'static Dates,
    page: Page,
}

/// What a file holds for the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    numbers: Numbers,
    phrases: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
    countries: BTreeMap<String, String>,
}

/// How numbers are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    decimal: String,
    group: String,
    money: String,
    money_by_code: String,
    percent: String,
    symbols: BTreeMap<String, String>,
}

static ALL: LazyLock<BTreeMap<Locale, Words>> = LazyLock::new(|| {
    let words = LocaleFile::all().map(|(locale, file)| (locale, read(locale, file)));
    words.collect()
});

/// Reads the page of a file that is part of this program.
///
/// # Panics
/// If it is malformed, which the tests of this module rule out.
fn read(locale: Locale, file: &'static LocaleFile) -> Words {
    Words {
        locale,
        dates: file.dates(),
        page: Page::deserialize(file.page())
            .unwrap_or_else(|error| panic!("page of domain/data/locales/{}.json: {error}", locale.as_str())),
    }
}

impl Words {
    /// The words of a language, or the English ones.
    pub(crate) fn of(locale: Locale) -> &'static Self {
        &ALL[&locale.written()]
    }

    /// Its language, by ISO 639-1.
    pub(crate) fn lang(&self) -> &str {
        self.locale.as_str()
    }

    /// What stands beside figures and above columns; handed to the template as they are.
    pub(crate) const fn labels(&self) -> &BTreeMap<String, String> {
        &self.page.labels
    }

    /// A phrase by its name; the name itself if there is no such phrase, which the tests of this crate rule out.
    pub(crate) fn phrase(&self, name: &'static str) -> &str {
        self.page.phrases.get(name).map_or(name, String::as_str)
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
        let (code, numbers) = (currency_of.currency.code(), &self.page.numbers);
        let amount = self.number(number);
        let text = match numbers.symbols.get(code) {
            Some(symbol) => fill(
                &numbers.money,
                &[("amount", &amount), ("symbol", symbol.as_str())],
            ),
            None => fill(
                &numbers.money_by_code,
                &[("amount", amount.as_str()), ("code", code)],
            ),
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
        fill(&self.page.numbers.percent, &[("number", &self.number(rate))])
    }

    /// `1er novembre 2026`, `1 November 2026`.
    pub(crate) fn date(&self, day: NaiveDate) -> String {
        self.dates.long(day)
    }

    /// A country's name, or its code where there is none.
    pub(crate) fn country(&self, country: CountryCode) -> String {
        let code = country.to_string();
        self.page.countries.get(&code).cloned().unwrap_or(code)
    }

    /// A number without its sign, its whole part in groups of three.
    fn number(&self, number: Decimal) -> String {
        let (whole, decimals) = number.digits();
        let numbers = &self.page.numbers;
        let mut text = String::new();
        for (index, digit) in whole.char_indices() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push_str(&numbers.group);
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push_str(&numbers.decimal);
            text.push_str(&decimals);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use comptoir_domain::locale::gaps;
    use comptoir_domain::testing::locales::german_file;
    use comptoir_domain::values::{BasisPoints, Currency};

    use super::*;

    fn keys(page: &Page) -> BTreeSet<String> {
        let part = |name: &'static str, map: &BTreeMap<String, String>| {
            map.keys()
                .map(move |key| format!("{name}.{key}"))
                .collect::<Vec<_>>()
        };
        let mut keys = part("phrases", &page.phrases);
        keys.extend(part("labels", &page.labels));
        keys.extend(part("countries", &page.countries));
        keys.extend(part("symbols", &page.numbers.symbols));
        keys.into_iter().collect()
    }

    /// The gaps of every pattern, so that none is lost in translation.
    fn all_gaps(page: &Page) -> BTreeSet<String> {
        let Numbers {
            money,
            money_by_code,
            percent,
            ..
        } = &page.numbers;
        let numbers = [
            ("money", money),
            ("money_by_code", money_by_code),
            ("percent", percent),
        ];
        let patterns = page.phrases.iter().chain(&page.labels);
        let patterns = patterns.map(|(key, text)| (key.as_str(), text));
        let gap = |(key, text): (&str, &String)| {
            let named = gaps(text).into_iter().map(move |gap| format!("{key}:{gap}"));
            named.collect::<Vec<_>>()
        };
        patterns.chain(numbers).flat_map(gap).collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_the_same_gaps() {
        let english = &Words::of(Locale::ENGLISH).page;
        for (locale, words) in ALL.iter() {
            assert_eq!(words.lang(), locale.as_str());
            assert_eq!(keys(&words.page), keys(english), "{}", locale.as_str());
            assert_eq!(all_gaps(&words.page), all_gaps(english), "{}", locale.as_str());
        }
    }

    #[test]
    fn a_page_that_lacks_words_is_found() {
        let english = &Words::of(Locale::ENGLISH).page;
        let mut page = german_file().page().clone();
        let german = Page::deserialize(&page).unwrap();
        assert_eq!(
            (keys(&german), all_gaps(&german)),
            (keys(english), all_gaps(english))
        );
        page["phrases"]["paid_on"] = "Online bezahlt".into();
        page["labels"].as_object_mut().unwrap().remove("buyer");
        let lacking = Page::deserialize(&page).unwrap();
        assert_ne!(keys(&lacking), keys(english));
        assert_ne!(all_gaps(&lacking), all_gaps(english));
        page["numbers"].as_object_mut().unwrap().remove("group");
        assert!(Page::deserialize(&page).is_err());
    }

    #[test]
    fn an_unknown_language_is_english() {
        let polish = Locale::try_new("pl").unwrap();
        assert_eq!(Words::of(polish).lang(), "en");
        assert_eq!(Words::of(polish).phrase("invoice"), "Invoice");
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
}
