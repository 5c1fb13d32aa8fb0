//! In which currency VAT is owed.

use super::rates::vat_state;
use crate::values::{CountryCode, Currency};

/// The member states that have a currency of their own, since Bulgaria has the euro (2026).
const OWN_CURRENCY: [(&str, Currency); 6] = [
    ("CZ", Currency::CZK),
    ("DK", Currency::DKK),
    ("HU", Currency::HUF),
    ("PL", Currency::PLN),
    ("RO", Currency::RON),
    ("SE", Currency::SEK),
];

/// The currency in which a supplier who is established there owes VAT, and in which their invoices state it (Directive
/// 2006/112/EC, article 230). Suppliers outside the Union declare what they owe in euros.
pub fn vat_currency(establishment: CountryCode) -> Currency {
    let state = vat_state(establishment).to_string();
    let own = OWN_CURRENCY.iter().find(|(code, _)| *code == state);
    own.map_or(Currency::EUR, |(_, currency)| *currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vat_is_owed_in_the_currency_of_the_state() {
        let of = |code| vat_currency(CountryCode::try_new(code).unwrap()).code();
        for (state, currency) in [
            ("FR", "EUR"),
            ("BG", "EUR"),
            ("MC", "EUR"),
            ("US", "EUR"),
            ("PL", "PLN"),
            ("SE", "SEK"),
        ] {
            assert_eq!(of(state), currency, "{state}");
        }
    }
}
