//! How values are written for people.

use chrono::{DateTime, Utc};
use comptoir_domain::order::ReportSource;
use comptoir_domain::values::{Money, ProviderCode};
use serde::Serialize;

/// `24.00 EUR`: with as many decimals as the currency has.
pub(super) fn money(money: Money) -> String {
    let decimals = usize::from(money.currency.minor_unit_decimals());
    let digits = format!("{:0>width$}", money.amount.unsigned_abs(), width = decimals + 1);
    let sign = if money.amount < 0 { "-" } else { "" };
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    let point = if decimals == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{rest} {}", money.currency)
}

/// The stored name of a value, as words.
pub(super) fn name(value: &impl Serialize) -> String {
    let text = serde_json::to_value(value).ok();
    let text = text
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or("unknown");
    plain(text)
}

/// A stored name, as words.
pub(super) fn plain(name: &str) -> String {
    name.replace('_', " ")
}

/// A moment, to the second.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `1 line`, `2 lines`.
pub(super) fn count(number: usize, thing: &str) -> String {
    if number == 1 {
        format!("1 {thing}")
    } else {
        format!("{number} {thing}s")
    }
}

/// Several things in one line.
pub(super) fn list(things: impl IntoIterator<Item = String>) -> String {
    let things: Vec<String> = things.into_iter().collect();
    if things.is_empty() {
        "none".to_owned()
    } else {
        things.join(", ")
    }
}

/// How the payment provider's word came.
pub(super) const fn source(source: ReportSource) -> &'static str {
    match source {
        ReportSource::Webhook => "as Hyperswitch's webhook said",
        ReportSource::Reconciler => "as Hyperswitch answered when asked",
    }
}

/// ` (code)`, where there is one.
pub(super) fn code(code: Option<&ProviderCode>) -> String {
    code.map(|code| format!(" ({})", code.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use comptoir_domain::values::Currency;

    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let eur = |amount| money(Money::new(amount, Currency::EUR));
        assert_eq!(
            [eur(2400), eur(5), eur(0), eur(-199)],
            ["24.00 EUR", "0.05 EUR", "0.00 EUR", "-1.99 EUR"]
        );
        assert_eq!(money(Money::new(2400, Currency::JPY)), "2400 JPY");
        let kwd = "KWD".parse().unwrap();
        assert_eq!(money(Money::new(12_345, kwd)), "12.345 KWD");
        assert_eq!(
            money(Money::new(i64::MIN, Currency::EUR)),
            "-92233720368547758.08 EUR"
        );
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!([count(1, "line"), count(2, "line")], ["1 line", "2 lines"]);
        assert_eq!(list([]), "none");
    }
}
