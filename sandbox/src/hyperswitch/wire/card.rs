//! The payment method of a request. Only cards are paid with here.

use serde::Deserialize;
use serde::de::{Error, IgnoredAny, Unexpected};

/// The kinds of payment method; the stand-in handles `card`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentMethod {
    Card,
    CardRedirect,
    PayLater,
    Wallet,
    BankRedirect,
    BankTransfer,
    BankDebit,
    Crypto,
    Reward,
    RealTimePayment,
    Upi,
    Voucher,
    GiftCard,
    OpenBanking,
    MobilePayment,
    NetworkToken,
}

/// `payment_method_data` of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentMethodRequest {
    pub(crate) card: Option<CardRequest>,
}

/// A card as a form sends it.
#[derive(Debug, Clone, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the wire calls them so")]
#[expect(dead_code, reason = "some keys are only there to be checked")]
pub(crate) struct CardRequest {
    #[serde(deserialize_with = "card_number")]
    pub(crate) card_number: String,
    pub(crate) card_exp_month: String,
    pub(crate) card_exp_year: String,
    pub(crate) card_holder_name: Option<String>,
    card_cvc: String,
    card_network: Option<IgnoredAny>,
}

/// Digits that pass the Luhn check; spaces are tolerated.
fn card_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let number: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    if (8..=19).contains(&number.len()) && passes_luhn_check(&number) {
        return Ok(number);
    }
    // The number itself does not belong into a message.
    Err(Error::invalid_value(
        Unexpected::Other("card number"),
        &"a valid card number",
    ))
}

/// <https://en.wikipedia.org/wiki/Luhn_algorithm>
fn passes_luhn_check(number: &str) -> bool {
    let mut sum = 0;
    for (index, character) in number.chars().rev().enumerate() {
        let Some(digit) = character.to_digit(10) else {
            return false;
        };
        let doubled = if index % 2 == 1 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::passes_luhn_check;

    #[test]
    fn a_wrong_digit_fails_the_luhn_check() {
        assert!(passes_luhn_check("4242424242424242"));
        assert!(!passes_luhn_check("4242424242424241"));
    }
}
