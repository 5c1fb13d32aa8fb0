//! The rates of the member states and of their special territories, with the law and the days for which each holds.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::values::{BasisPoints, CountryCode, Line, TaxCategory};

/// A rate of a member state.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    /// The member state.
    pub country: CountryCode,
    /// What it is the rate of.
    pub category: TaxCategory,
    /// The rate.
    pub rate_basis_points: BasisPoints,
    /// The first day on which it holds.
    pub valid_from: NaiveDate,
    /// The last day, if it is known.
    pub valid_to: Option<NaiveDate>,
    /// The law.
    pub source: Line,
}

/// A part of a state where its rate does not hold, or a state that counts as part of another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Territory {
    pub(super) country: CountryCode,
    /// What it is called, for whoever reads the file.
    #[serde(rename = "name")]
    _name: Line,
    /// How the postal codes there begin; none for the whole country.
    postal_codes: Vec<String>,
    pub(super) vat: TerritoryVat,
    pub(super) source: Line,
}

/// What holds in a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum TerritoryVat {
    /// EU VAT does not.
    OutsideScope,
    /// A rate of its own.
    OwnRate { rate_basis_points: BasisPoints },
    /// The rules of another state.
    SameAs { country: CountryCode },
}

static RATES: LazyLock<Vec<VatRate>> =
    LazyLock::new(|| read(include_str!("../../data/vat_rates.json"), "vat_rates.json"));
static TERRITORIES: LazyLock<Vec<Territory>> = LazyLock::new(|| {
    read(
        include_str!("../../data/vat_territories.json"),
        "vat_territories.json",
    )
});
static MEMBER_STATES: LazyLock<BTreeSet<CountryCode>> =
    LazyLock::new(|| RATES.iter().map(|rate| rate.country).collect());

/// Reads a file that is part of this program.
///
/// # Panics
/// If the file is malformed, which the tests of the module that reads it rule out.
pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str, file: &str) -> Vec<T> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("domain/data/{file}: {error}"))
}

/// Whether a day lies within first and last day.
pub(crate) fn holds(day: NaiveDate, from: NaiveDate, to: Option<NaiveDate>) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}

/// All rates, by country and day.
pub fn rates() -> &'static [VatRate] {
    &RATES
}

/// The rate of a member state on a day; none for other states, and for days before the data begin.
pub fn rate_on(country: CountryCode, category: TaxCategory, day: NaiveDate) -> Option<&'static VatRate> {
    RATES.iter().find(|rate| {
        rate.country == country && rate.category == category && holds(day, rate.valid_from, rate.valid_to)
    })
}

/// The 27 member states.
pub fn member_states() -> &'static BTreeSet<CountryCode> {
    &MEMBER_STATES
}

/// Whether it is one of the 27.
pub fn is_member_state(country: CountryCode) -> bool {
    MEMBER_STATES.contains(&country)
}

/// The state whose VAT is that of a country: itself, but for such as Monaco.
pub fn vat_state(country: CountryCode) -> CountryCode {
    match territory(country, None).map(|territory| territory.vat) {
        Some(TerritoryVat::SameAs { country }) => country,
        Some(TerritoryVat::OutsideScope | TerritoryVat::OwnRate { .. }) | None => country,
    }
}

/// The special territory that an address lies in.
pub(super) fn territory(country: CountryCode, postal_code: Option<&str>) -> Option<&'static Territory> {
    let digits: String = postal_code
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    TERRITORIES.iter().find(|territory| {
        let here = |start: &String| digits.starts_with(start.as_str());
        territory.country == country
            && (territory.postal_codes.is_empty() || territory.postal_codes.iter().any(here))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> CountryCode {
        CountryCode::try_new(code).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rate(code: &str, on: &str) -> Option<u32> {
        rate_on(country(code), TaxCategory::Standard, day(on)).map(|rate| rate.rate_basis_points.get())
    }

    #[test]
    fn there_are_27_member_states_each_with_one_rate_on_every_day() {
        assert_eq!(member_states().len(), 27);
        for state in member_states() {
            let mut on = day("2024-01-01");
            while on < day("2028-01-01") {
                let found = RATES
                    .iter()
                    .filter(|rate| rate.country == *state && holds(on, rate.valid_from, rate.valid_to));
                assert_eq!(found.count(), 1, "{state} on {on}");
                on = on.succ_opt().unwrap();
            }
        }
    }

    #[test]
    fn a_rate_changes_with_its_day() {
        for (state, last_day, before, first_day, after) in [
            ("FI", "2024-08-31", 2400, "2024-09-01", 2550),
            ("SK", "2024-12-31", 2000, "2025-01-01", 2300),
            ("EE", "2025-06-30", 2200, "2025-07-01", 2400),
            ("RO", "2025-07-31", 1900, "2025-08-01", 2100),
        ] {
            assert_eq!(rate(state, last_day), Some(before), "{state}");
            assert_eq!(rate(state, first_day), Some(after), "{state}");
        }
    }

    #[test]
    fn standard_rates_keep_the_minimum_of_the_directive() {
        assert!(RATES.iter().all(|rate| rate.rate_basis_points.get() >= 1500));
    }

    #[test]
    fn other_states_and_days_before_the_data_have_no_rate() {
        assert_eq!(rate("US", "2026-06-01"), None);
        assert_eq!(rate("EE", "2019-01-01"), None);
        assert!(!is_member_state(country("GB")));
    }

    #[test]
    fn special_territories_are_found_by_their_postal_codes() {
        let found = |code, postal| territory(country(code), Some(postal)).map(|found| found.vat);
        assert_eq!(found("ES", "35001"), Some(TerritoryVat::OutsideScope));
        assert_eq!(found("ES", "28001"), None);
        assert_eq!(found("FI", "AX-22100"), Some(TerritoryVat::OutsideScope));
        assert_eq!(found("FR", "97110"), Some(TerritoryVat::OutsideScope));
        assert_eq!(found("FR", "75001"), None);
        let azores = BasisPoints::try_new(1600).unwrap();
        assert_eq!(
            found("PT", "9500-150"),
            Some(TerritoryVat::OwnRate {
                rate_basis_points: azores
            })
        );
        let monaco = territory(country("MC"), None).map(|found| found.vat);
        assert_eq!(
            monaco,
            Some(TerritoryVat::SameAs {
                country: CountryCode::FR
            })
        );
    }
}
