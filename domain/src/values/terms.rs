//! Licence kinds and terms, and the buyer's consent: texts that must be provable, by their hash.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::parsed::parsed;
use super::text::{TextError, limited_text};

limited_text! {
    /// The wording of a licence.
    TermsText: Many, at most 50_000;
    /// How the seller names a version of the wording, such as `2026-03`.
    TermsVersion: One, at most 50;
}

/// What a licence allows, from the market's usual ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenceKind {
    /// The smallest: limited copies and streams.
    Basic,
    /// Higher limits, better files.
    Premium,
    /// No limits, but not alone.
    Unlimited,
    /// Sold once: it takes the product off sale; licences sold before stay valid.
    Exclusive,
    /// As the terms say.
    Custom,
}

impl LicenceKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Basic,
        Self::Premium,
        Self::Unlimited,
        Self::Exclusive,
        Self::Custom,
    ];

    /// The kind's name in events and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Premium => "premium",
            Self::Unlimited => "unlimited",
            Self::Exclusive => "exclusive",
            Self::Custom => "custom",
        }
    }
}

/// SHA-256 in lower-case hex: the fingerprint of a text or of received bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Hex([u8; 32]);

/// The fingerprint of a licence's wording.
pub type TermsHash = Sha256Hex;

impl Sha256Hex {
    /// The fingerprint of some bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(bytes.as_ref()).into())
    }

    /// A fingerprint that was computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0_u8; 64];
        for (place, byte) in text.chunks_exact_mut(2).zip(self.0) {
            place[0] = DIGITS[usize::from(byte >> 4)];
            place[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Sha256Hex {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: TextError = TextError::WrongForm {
            expected: "64 lower-case hexadecimal digits",
        };
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(WRONG);
        }
        let (mut bytes, mut any_value) = ([0_u8; 32], 0);
        let (pairs, _) = digits.as_chunks();
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (hex_value(*high), hex_value(*low));
            any_value |= high | low;
            *byte = high << 4 | low & 15;
        }
        if any_value > 15 {
            Err(WRONG)
        } else {
            Ok(Self(bytes))
        }
    }
}

/// The value of a digit, above 15 for what is none.
const fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => u8::MAX,
    }
}

impl Serialize for Sha256Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "the 64 lower-case hexadecimal digits of a SHA-256")
    }
}

/// The wording a licence is sold under. The hash is made here, so that it always fits the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceTerms {
    /// The seller's name of this wording.
    pub version: TermsVersion,
    /// The wording itself.
    pub text: TermsText,
    /// SHA-256 of the wording.
    pub hash: TermsHash,
}

impl LicenceTerms {
    /// Terms with the hash of their text.
    pub fn new(version: TermsVersion, text: TermsText) -> Self {
        let hash = Sha256Hex::of(text.as_str());
        Self { version, text, hash }
    }
}

/// What the buyer agreed to before a download could start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What kind of consent.
    pub kind: ConsentKind,
    /// SHA-256 of the exact sentence shown to the buyer.
    pub text_hash: Sha256Hex,
    /// When it was given.
    pub at: DateTime<Utc>,
}

/// The kinds of consent an order can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// Delivery starts at once and the right of withdrawal is lost (French Code de la consommation, L221-28 13°).
    WithdrawalWaiver,
}
