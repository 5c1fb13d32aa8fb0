//! The ids of Spain, which come in four forms: residents, foreigners, others by a letter, and organisations.

use super::digits::{digits, doubled, spelled};

/// The letters that the last place of a person's id is taken from.
const PERSON: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
/// The letters that stand for the check digits 0 to 9 of an organisation.
const ORGANISATION: &[u8; 10] = b"JABCDEFGHI";

/// Checks an id of nine places.
pub(super) fn spain(number: &[u8]) -> bool {
    let [first, middle @ .., last] = number else {
        return false;
    };
    let Some(seven) = digits::<7>(middle) else {
        return false;
    };
    match first {
        b'0'..=b'9' => person(u64::from(first - b'0') * 10_000_000 + spelled(&seven), *last),
        b'X' | b'K' | b'L' | b'M' => person(spelled(&seven), *last),
        b'Y' => person(10_000_000 + spelled(&seven), *last),
        b'Z' => person(20_000_000 + spelled(&seven), *last),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U' | b'V' | b'W' => organisation(&seven, *last),
        _ => false,
    }
}

fn person(number: u64, last: u8) -> bool {
    let place = usize::try_from(number % 23).unwrap_or_default();
    PERSON[place] == last
}

/// The check digit, or the letter that stands for it: which kinds of organisation end in which is told differently.
fn organisation(seven: &[u32; 7], last: u8) -> bool {
    let sum: u32 = (0..7)
        .map(|place| {
            if place % 2 == 0 {
                doubled(seven[place])
            } else {
                seven[place]
            }
        })
        .sum();
    let check = (10 - sum % 10) % 10;
    u32::from(last) == u32::from(b'0') + check || ORGANISATION[check as usize] == last
}
