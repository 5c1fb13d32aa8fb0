//! The key of a licence: what a buyer types into a program to show that they hold it.
//!
//! Five groups of six symbols in Crockford's base 32, such as `7K2QX4-...`: in each group five symbols carry 25 random
//! bits, and the sixth checks them. 125 bits cannot be guessed; a wrong or swapped symbol, and two swapped groups, are
//! found without asking anybody.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::terms::Sha256Hex;
use super::text::TextError;
use super::typeid::value_of;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 5;
const GROUP_SYMBOLS: usize = 5;
const SYMBOLS: usize = GROUPS * GROUP_SYMBOLS;
/// One weight for each symbol of a group. With the 1 of the check symbol no two are equal, so that a swap is found.
const WEIGHTS: [u8; GROUP_SYMBOLS] = [2, 3, 4, 5, 6];

/// What a stored key is found by: HMAC-SHA-256 of the key under a secret of the engine.
pub type KeyDigest = Sha256Hex;

/// A licence key in plain form. It never enters an event, a read model or a log: `Debug` shows the last group only.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenceKey([u8; SYMBOLS]);

/// The text is no licence key, or was mistyped. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the licence key is mistyped")]
pub struct MalformedKey;

impl LicenceKey {
    /// Makes a key of 125 of these 128 random bits.
    pub fn from_entropy(bytes: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(bytes);
        let mut symbols = [0; SYMBOLS];
        for symbol in symbols.iter_mut().rev() {
            *symbol = u8::try_from(rest & 31).unwrap_or_default();
            rest >>= 5;
        }
        Self(symbols)
    }

    /// The whole key, for its owner only.
    pub fn expose(&self) -> String {
        let groups: Vec<String> = (0..GROUPS).map(|group| self.group(group)).collect();
        groups.join("-")
    }

    /// The part that may be shown to others.
    pub fn hint(&self) -> KeyHint {
        KeyHint(self.group(GROUPS - 1))
    }

    fn group(&self, group: usize) -> String {
        let symbols = &self.0[group * GROUP_SYMBOLS..][..GROUP_SYMBOLS];
        let all = symbols.iter().copied().chain([check(group, symbols)]);
        all.map(|symbol| char::from(ALPHABET[usize::from(symbol)]))
            .collect()
    }
}

impl FromStr for LicenceKey {
    type Err = MalformedKey;

    /// Upper and lower case are the same, dashes and spaces are left out, `O` reads as `0`, `I` and `L` as `1`.
    fn from_str(text: &str) -> Result<Self, MalformedKey> {
        let read = |byte: u8| match byte.to_ascii_lowercase() {
            b'o' => Some(0),
            b'i' | b'l' => Some(1),
            other => value_of(other),
        };
        let written = text.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        let values: Vec<u8> = written
            .take(SYMBOLS + GROUPS + 1)
            .map(read)
            .collect::<Option<_>>()
            .ok_or(MalformedKey)?;
        if values.len() != SYMBOLS + GROUPS {
            return Err(MalformedKey);
        }
        let mut symbols = [0; SYMBOLS];
        for (group, read) in values.chunks_exact(GROUP_SYMBOLS + 1).enumerate() {
            let (data, checked) = read.split_at(GROUP_SYMBOLS);
            if checked != [check(group, data)] {
                return Err(MalformedKey);
            }
            symbols[group * GROUP_SYMBOLS..][..GROUP_SYMBOLS].copy_from_slice(data);
        }
        Ok(Self(symbols))
    }
}

impl fmt::Debug for LicenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hint().masked())
    }
}

/// The check symbol of a group: a weighted sum in the field of 32 elements, moved by the group's place.
fn check(group: usize, symbols: &[u8]) -> u8 {
    let place = u8::try_from(group + 1).unwrap_or_default();
    symbols
        .iter()
        .zip(WEIGHTS)
        .fold(place, |sum, (symbol, weight)| sum ^ times(*symbol, weight))
}

/// The product of two elements of GF(32), modulo x^5 + x^2 + 1.
const fn times(left: u8, right: u8) -> u8 {
    let (mut left, mut right, mut product) = (left, right, 0);
    while right > 0 {
        if right & 1 == 1 {
            product ^= left;
        }
        right >>= 1;
        left <<= 1;
        if left & 32 != 0 {
            left ^= 0b10_0101;
        }
    }
    product
}

/// The last group of a key: enough to tell one's keys apart, too little to use one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyHint(String);

impl KeyHint {
    /// The last group itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key as others see it.
    pub fn masked(&self) -> String {
        format!("{}{}", "******-".repeat(GROUPS - 1), self.0)
    }
}

impl TryFrom<String> for KeyHint {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        let known = |byte: u8| ALPHABET.contains(&byte);
        if text.len() == GROUP_SYMBOLS + 1 && text.bytes().all(known) {
            Ok(Self(text))
        } else {
            Err(TextError::WrongForm {
                expected: "six symbols of Crockford's base 32",
            })
        }
    }
}

impl From<KeyHint> for String {
    fn from(hint: KeyHint) -> Self {
        hint.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn swapped(text: &str, left: usize, right: usize) -> String {
        let mut bytes = text.as_bytes().to_vec();
        bytes.swap(left, right);
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn a_key_is_read_as_it_was_written(bytes: [u8; 16]) {
            let key = LicenceKey::from_entropy(bytes);
            let text = key.expose();
            prop_assert_eq!(text.len(), 34);
            prop_assert_eq!(text.parse(), Ok(key.clone()));
            let careless = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(careless.parse(), Ok(key));
        }

        #[test]
        fn every_wrong_symbol_is_found(bytes: [u8; 16], place in 0..34_usize, symbol in 0..32_usize) {
            let text = LicenceKey::from_entropy(bytes).expose();
            let mut mistyped = text.clone().into_bytes();
            prop_assume!(mistyped[place] != b'-' && mistyped[place] != ALPHABET[symbol]);
            mistyped[place] = ALPHABET[symbol];
            prop_assert_eq!(String::from_utf8(mistyped).unwrap().parse::<LicenceKey>(), Err(MalformedKey));
        }

        #[test]
        fn every_swap_within_a_group_is_found(bytes: [u8; 16], group in 0..5_usize, left in 0..6_usize, right in 0..6_usize) {
            let text = LicenceKey::from_entropy(bytes).expose();
            let mistyped = swapped(&text, group * 7 + left, group * 7 + right);
            prop_assume!(mistyped != text);
            prop_assert_eq!(mistyped.parse::<LicenceKey>(), Err(MalformedKey));
        }

        #[test]
        fn swapped_groups_are_found(bytes: [u8; 16], left in 0..5_usize, right in 0..5_usize) {
            let text = LicenceKey::from_entropy(bytes).expose();
            let mut groups: Vec<&str> = text.split('-').collect();
            groups.swap(left, right);
            prop_assume!(groups.join("-") != text);
            prop_assert_eq!(groups.join("-").parse::<LicenceKey>(), Err(MalformedKey));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let key = LicenceKey::from_entropy([7; 16]).expose();
        let (short, long) = (&key[1..], format!("{key}0"));
        for wrong in ["", "-", "\0", "key", "ключ", short, &*long, &*"0".repeat(30)] {
            assert_eq!(wrong.parse::<LicenceKey>(), Err(MalformedKey), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_prints_its_last_group_only() {
        let key = LicenceKey::from_entropy([0x5a; 16]);
        let (whole, shown) = (key.expose(), format!("{key:?}"));
        assert_eq!(shown, format!("******-******-******-******-{}", &whole[28..]));
        assert_eq!(key.hint().masked(), shown);
        assert!(KeyHint::try_from("lower1".to_owned()).is_err());
        assert!(KeyHint::try_from(whole).is_err());
    }

    #[test]
    fn another_entropy_is_another_key() {
        let mut last_bit = [0; 16];
        last_bit[15] = 1;
        assert_ne!(
            LicenceKey::from_entropy([0; 16]),
            LicenceKey::from_entropy(last_bit)
        );
    }
}
