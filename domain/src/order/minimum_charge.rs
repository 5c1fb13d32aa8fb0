//! The least that can be charged in a currency: less than that card processors refuse.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::promo::PromoRefusal;
use crate::tax::{holds, read_data};
use crate::values::{Currency, Line, Money};

/// The least that can be charged in a currency, and from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct MinimumCharge {
    currency: Currency,
    amount_minor: i64,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    /// Who says so, for whoever reads the file.
    #[serde(rename = "source")]
    _source: Line,
}

static MINIMA: LazyLock<Vec<MinimumCharge>> = LazyLock::new(|| {
    let text = include_str!("../../data/minimum_charges.json");
    read_data(text, "minimum_charges.json")
});

/// The least that can be charged in a currency on a day (UTC): one minor unit, where nothing else is known.
pub fn minimum_charge(currency: Currency, at: DateTime<Utc>) -> Money {
    let day = at.date_naive();
    let known = MINIMA
        .iter()
        .find(|minimum| minimum.currency == currency && holds(day, minimum.valid_from, minimum.valid_to));
    Money::new(known.map_or(1, |minimum| minimum.amount_minor), currency)
}

/// What a discount leaves to pay is nothing, or as much as can be charged.
pub(super) fn chargeable(total: Money, at: DateTime<Utc>) -> Result<(), PromoRefusal> {
    let minimum = minimum_charge(total.currency, at);
    if total.is_zero() || total.amount >= minimum.amount {
        Ok(())
    } else {
        Err(PromoRefusal::BelowMinimumCharge { total, minimum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimum(code: &str) -> i64 {
        let at = "2026-06-01T12:00:00Z".parse().unwrap();
        minimum_charge(code.parse().unwrap(), at).amount
    }

    #[test]
    fn each_currency_has_its_minimum_and_others_one_minor_unit() {
        let found = ["EUR", "GBP", "JPY", "HUF", "KWD"].map(minimum);
        assert_eq!(found, [50, 30, 50, 17_500, 1]);
    }

    #[test]
    fn no_currency_has_two_minima_on_one_day() {
        for (index, one) in MINIMA.iter().enumerate() {
            assert!(one.amount_minor > 0);
            for other in &MINIMA[..index] {
                let apart = one.currency != other.currency
                    || !holds(one.valid_from, other.valid_from, other.valid_to)
                        && !holds(other.valid_from, one.valid_from, one.valid_to);
                assert!(apart, "{}", one.currency);
            }
        }
    }
}
