//! The text form of ids: `TypeID`, a prefix and 128 bits in Crockford's base 32 (<https://github.com/jetify-com/typeid>).

use thiserror::Error;
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LENGTH: usize = 26;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// The text does not start with the prefix of this kind and an underscore.
    #[error("an id that starts with `{expected}_` is expected")]
    WrongPrefix {
        /// The prefix that this kind of id has.
        expected: &'static str,
    },
    /// What follows the prefix is not 26 characters of lower-case base 32 within 128 bits.
    #[error("`{prefix}_` must be followed by 26 characters of lower-case Crockford base 32")]
    WrongSuffix {
        /// The prefix that this kind of id has.
        prefix: &'static str,
    },
}

/// The 26 characters of an id's 128 bits.
pub(crate) fn suffix(id: Uuid) -> [u8; SUFFIX_LENGTH] {
    let mut rest = id.as_u128();
    let mut text = [b'0'; SUFFIX_LENGTH];
    for place in text.iter_mut().rev() {
        let digit = usize::try_from(rest & 31).unwrap_or_default();
        *place = ALPHABET[digit];
        rest >>= 5;
    }
    text
}

/// Reads `prefix_` and 26 characters, and nothing else.
pub(crate) fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let suffix = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(IdError::WrongPrefix { expected: prefix })?;
    parse_suffix(suffix).ok_or(IdError::WrongSuffix { prefix })
}

fn parse_suffix(suffix: &str) -> Option<Uuid> {
    let digits = suffix.as_bytes();
    // 26 digits hold 130 bits: the first may only carry the three that are left of 128.
    if digits.len() != SUFFIX_LENGTH || digits.first().is_none_or(|first| *first > b'7') {
        return None;
    }
    // Without a branch for each digit: ids are most of what is read of an event.
    let (mut bits, mut any_value) = (0_u128, 0_u8);
    for digit in digits {
        let value = VALUES[usize::from(*digit)];
        any_value |= value;
        bits = bits << 5 | u128::from(value & 31);
    }
    (any_value < NO_DIGIT).then(|| Uuid::from_u128(bits))
}

/// In [`VALUES`] for what is no digit. Digits have values below it, and so has whatever is made of them by `|`.
const NO_DIGIT: u8 = 0x80;

/// The value of each byte as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value: u8 = 0;
    while value < 32 {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};

/// The value of a lower-case digit of Crockford's base 32.
pub(crate) const fn value_of(digit: u8) -> Option<u8> {
    match VALUES[digit as usize] {
        NO_DIGIT => None,
        value => Some(value),
    }
}
