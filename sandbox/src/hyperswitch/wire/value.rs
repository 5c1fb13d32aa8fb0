//! Values with rules of their own. A broken rule is an error of the JSON, as in the original (400, `IR_06`).

use chrono::{DateTime, Utc};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// The length in characters that ids may have.
const ID_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=64;

/// An instant, written as `2026-06-25T08:14:51.652Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

/// An amount in minor units, from 0 up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) i64);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = i64::deserialize(deserializer)?;
        if value < 0 {
            return Err(Error::invalid_value(
                Unexpected::Signed(value),
                &"amount as integer",
            ));
        }
        Ok(Self(value))
    }
}

macro_rules! checked_text {
    ($(#[doc = $doc:literal])+ $name:ident, $check:expr, $expected:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    return Ok(Self(text));
                }
                Err(Error::invalid_value(Unexpected::Str(&text), &$expected))
            }
        }
    };
}

checked_text! {
    /// A payment id that the merchant chose.
    PaymentId, is_id, "a payment_id of 1 to 64 letters, digits, _ or -"
}
checked_text! {
    /// A refund id that the merchant chose.
    RefundId, is_id, "a refund_id of 1 to 64 letters, digits, _ or -"
}
checked_text! {
    /// A customer id that the merchant chose.
    CustomerId, is_id, "a customer_id of 1 to 64 letters, digits, _ or -"
}
checked_text! {
    /// An ISO 4217 code, upper case.
    Currency, |text| CURRENCIES.split(' ').any(|code| code == text), "a currency code such as EUR or USD"
}
checked_text! {
    /// Where the browser goes after a redirect.
    ReturnUrl, |text| text.parse::<axum::http::Uri>().is_ok_and(|uri| uri.host().is_some()), "an absolute URL"
}

fn is_id(text: &str) -> bool {
    ID_CHARACTERS.contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
     CAD CDF CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
     GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW \
     KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN \
     NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE \
     SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND \
     VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL";

/// An object of the merchant's own, handed back as it came.
#[derive(Debug, Clone)]
pub(crate) struct Metadata(pub(crate) Box<RawValue>);

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if raw.get().starts_with('{') {
            return Ok(Self(raw));
        }
        Err(Error::invalid_type(
            Unexpected::Other("another value"),
            &"an object",
        ))
    }
}

/// What is paid for: checked for what it must have, and handed back as it came. (The original does not check that
/// the lines add up to the amount.)
#[derive(Debug, Clone)]
pub(crate) struct OrderDetails(pub(crate) Box<RawValue>);

/// The keys that a line must have.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the keys are only there to be checked")]
struct OrderLine {
    product_name: String,
    quantity: u16,
    amount: i64,
}

impl<'de> Deserialize<'de> for OrderDetails {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        serde_json::from_str::<Vec<OrderLine>>(raw.get()).map_err(Error::custom)?;
        Ok(Self(raw))
    }
}
