//! ISO 4217 currencies with the exponent of their minor unit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::parsed::parsed;

/// Code and number of decimals of the minor unit, sorted by code. Source: ISO 4217 list one, maintained by SIX.
/// Funds codes, precious metals and test codes are left out: nothing can be sold in them. BGN, which gave way to the
/// euro in 2026, stays: a provider may still name it.
#[rustfmt::skip]
const TABLE: &[(&str, u8)] = &[
    ("AED", 2), ("AFN", 2), ("ALL", 2), ("AMD", 2), ("AOA", 2), ("ARS", 2), ("AUD", 2), ("AWG", 2), ("AZN", 2),
    ("BAM", 2), ("BBD", 2), ("BDT", 2), ("BGN", 2), ("BHD", 3), ("BIF", 0), ("BMD", 2), ("BND", 2), ("BOB", 2),
    ("BRL", 2), ("BSD", 2), ("BTN", 2), ("BWP", 2), ("BYN", 2), ("BZD", 2), ("CAD", 2), ("CDF", 2), ("CHF", 2),
    ("CLP", 0), ("CNY", 2), ("COP", 2), ("CRC", 2), ("CUP", 2), ("CVE", 2), ("CZK", 2), ("DJF", 0), ("DKK", 2),
    ("DOP", 2), ("DZD", 2), ("EGP", 2), ("ERN", 2), ("ETB", 2), ("EUR", 2), ("FJD", 2), ("FKP", 2), ("GBP", 2),
    ("GEL", 2), ("GHS", 2), ("GIP", 2), ("GMD", 2), ("GNF", 0), ("GTQ", 2), ("GYD", 2), ("HKD", 2), ("HNL", 2),
    ("HTG", 2), ("HUF", 2), ("IDR", 2), ("ILS", 2), ("INR", 2), ("IQD", 3), ("IRR", 2), ("ISK", 0), ("JMD", 2),
    ("JOD", 3), ("JPY", 0), ("KES", 2), ("KGS", 2), ("KHR", 2), ("KMF", 0), ("KPW", 2), ("KRW", 0), ("KWD", 3),
    ("KYD", 2), ("KZT", 2), ("LAK", 2), ("LBP", 2), ("LKR", 2), ("LRD", 2), ("LSL", 2), ("LYD", 3), ("MAD", 2),
    ("MDL", 2), ("MGA", 2), ("MKD", 2), ("MMK", 2), ("MNT", 2), ("MOP", 2), ("MRU", 2), ("MUR", 2), ("MVR", 2),
    ("MWK", 2), ("MXN", 2), ("MYR", 2), ("MZN", 2), ("NAD", 2), ("NGN", 2), ("NIO", 2), ("NOK", 2), ("NPR", 2),
    ("NZD", 2), ("OMR", 3), ("PAB", 2), ("PEN", 2), ("PGK", 2), ("PHP", 2), ("PKR", 2), ("PLN", 2), ("PYG", 0),
    ("QAR", 2), ("RON", 2), ("RSD", 2), ("RUB", 2), ("RWF", 0), ("SAR", 2), ("SBD", 2), ("SCR", 2), ("SDG", 2),
    ("SEK", 2), ("SGD", 2), ("SHP", 2), ("SLE", 2), ("SOS", 2), ("SRD", 2), ("SSP", 2), ("STN", 2), ("SVC", 2),
    ("SYP", 2), ("SZL", 2), ("THB", 2), ("TJS", 2), ("TMT", 2), ("TND", 3), ("TOP", 2), ("TRY", 2), ("TTD", 2),
    ("TWD", 2), ("TZS", 2), ("UAH", 2), ("UGX", 0), ("USD", 2), ("UYU", 2), ("UZS", 2), ("VED", 2), ("VES", 2),
    ("VND", 0), ("VUV", 0), ("WST", 2), ("XAF", 0), ("XCD", 2), ("XCG", 2), ("XOF", 0), ("XPF", 0), ("YER", 2),
    ("ZAR", 2), ("ZMW", 2), ("ZWG", 2),
];

/// The codes of the table as numbers, in the same order.
const LETTERS: [u32; TABLE.len()] = {
    let mut letters = [0; TABLE.len()];
    let mut row = 0;
    while row < TABLE.len() {
        let [first, second, third] = *TABLE[row].0.as_bytes() else {
            panic!("a code has three letters");
        };
        letters[row] = number([first, second, third]);
        row += 1;
    }
    letters
};

const fn number([first, second, third]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, first, second, third])
}

/// A currency of ISO 4217, written in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    row: u8,
}

/// The text is not the upper-case code of a currency in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an upper-case ISO 4217 currency code is expected")]
pub struct UnknownCurrency;

impl Currency {
    /// The euro.
    pub const EUR: Self = Self::known("EUR");
    /// The US dollar.
    pub const USD: Self = Self::known("USD");
    /// The Czech koruna.
    pub const CZK: Self = Self::known("CZK");
    /// The Danish krone.
    pub const DKK: Self = Self::known("DKK");
    /// The forint.
    pub const HUF: Self = Self::known("HUF");
    /// The złoty.
    pub const PLN: Self = Self::known("PLN");
    /// The Romanian leu.
    pub const RON: Self = Self::known("RON");
    /// The Swedish krona.
    pub const SEK: Self = Self::known("SEK");
    /// The yen, which has no minor unit.
    pub const JPY: Self = Self::known("JPY");

    /// The three letters.
    pub const fn code(self) -> &'static str {
        TABLE[self.row as usize].0
    }

    /// How many decimals the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub const fn minor_unit_decimals(self) -> u8 {
        TABLE[self.row as usize].1
    }

    /// Every currency, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(TABLE.len()).map(|row| Self { row })
    }

    const fn known(code: &str) -> Self {
        let wanted = code.as_bytes();
        let mut row: u8 = 0;
        loop {
            let found = TABLE[row as usize].0.as_bytes();
            if found[0] == wanted[0] && found[1] == wanted[1] && found[2] == wanted[2] {
                return Self { row };
            }
            row += 1;
        }
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Every amount is read with its currency, and letters compare faster as a number than as text.
        let letters = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let row = LETTERS
            .binary_search(&number(letters))
            .map_err(|_| UnknownCurrency)?;
        Ok(Self {
            row: u8::try_from(row).map_err(|_| UnknownCurrency)?,
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "an upper-case ISO 4217 currency code")
    }
}
