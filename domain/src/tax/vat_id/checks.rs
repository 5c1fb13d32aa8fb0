//! One check for each member state. The forms are those that the Commission lists for VIES; the check digits follow the
//! algorithms that the states' tax administrations have published.

use super::digits::{digits, doubled, iso_7064_mod_11_10, luhn, spelled, value, weighted};
use super::spain::spain;

/// A check of what follows the two letters.
type Check = fn(&[u8]) -> bool;

/// The check of a state, by the letters that its ids begin with.
pub(super) fn check_of(state: &str) -> Option<Check> {
    Some(match state {
        "AT" => austria,
        "BE" => belgium,
        "BG" => bulgaria,
        "CY" => cyprus,
        "CZ" => czechia,
        "DE" => |number| digits::<9>(number).is_some_and(|all| all[0] > 0 && iso_7064_mod_11_10(&all)),
        "DK" => |number| divisible(number, [2, 7, 6, 5, 4, 3, 2, 1], 11) && number[0] != b'0',
        "EE" => |number| divisible(number, [3, 7, 1, 3, 7, 1, 3, 7, 1], 10),
        "EL" => greece,
        "ES" => spain,
        "FI" => |number| divisible(number, [7, 9, 10, 5, 8, 4, 2, 1], 11),
        "FR" => france,
        "HR" => |number| digits::<11>(number).is_some_and(|all| iso_7064_mod_11_10(&all)),
        "HU" => |number| divisible(number, [9, 7, 3, 1, 9, 7, 3, 1], 10),
        "IE" => ireland,
        "IT" => italy,
        "LT" => lithuania,
        "LU" => |number| digits::<8>(number).is_some_and(|all| spelled(&all[..6]) % 89 == spelled(&all[6..])),
        "LV" => latvia,
        "MT" => |number| divisible(number, [3, 4, 6, 7, 8, 9, 10, 1], 37) && number[0] != b'0',
        "NL" => netherlands,
        "PL" => |number| {
            digits::<10>(number)
                .is_some_and(|all| weighted(&all, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == all[9])
        },
        "PT" => portugal,
        "RO" => romania,
        "SE" => sweden,
        "SI" => slovenia,
        "SK" => slovakia,
        _ => return None,
    })
}

fn divisible<const N: usize>(number: &[u8], weights: [u32; N], by: u32) -> bool {
    digits::<N>(number).is_some_and(|all| weighted(&all, &weights).is_multiple_of(by))
}

fn austria(number: &[u8]) -> bool {
    let Some(all) = number.strip_prefix(b"U").and_then(digits::<8>) else {
        return false;
    };
    let sum: u32 = (0..7)
        .map(|place| {
            if place % 2 == 1 {
                doubled(all[place])
            } else {
                all[place]
            }
        })
        .sum();
    (10 - (sum + 4) % 10) % 10 == all[7]
}

fn belgium(number: &[u8]) -> bool {
    digits::<10>(number).is_some_and(|all| all[0] <= 1 && 97 - spelled(&all[..8]) % 97 == spelled(&all[8..]))
}

/// Nine digits for companies, ten for persons, foreigners and others: each by a check of its own.
fn bulgaria(number: &[u8]) -> bool {
    if let Some(all) = digits::<9>(number) {
        let check = match weighted(&all, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
            10 => weighted(&all, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
            check => check,
        };
        return check == all[8];
    }
    digits::<10>(number).is_some_and(|all| {
        let person = weighted(&all, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
        let foreigner = weighted(&all, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10;
        let other = 11 - weighted(&all, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        [person, foreigner, if other == 11 { 0 } else { other }].contains(&all[9])
    })
}

fn cyprus(number: &[u8]) -> bool {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let Some((letter, rest)) = number.split_last() else {
        return false;
    };
    let Some(all) = digits::<8>(rest) else {
        return false;
    };
    let sum: u32 = all
        .iter()
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                ODD[*digit as usize]
            } else {
                *digit
            }
        })
        .sum();
    !rest.starts_with(b"12") && u32::from(*letter) == u32::from(b'A') + sum % 26
}

/// Eight digits for companies; nine or ten for persons, by their birth number.
fn czechia(number: &[u8]) -> bool {
    if let Some(all) = digits::<8>(number) {
        let check = (11 - weighted(&all, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        return all[0] != 9 && (if check == 0 { 1 } else { check }) % 10 == all[7];
    }
    if let Some(all) = digits::<9>(number) {
        if all[0] == 6 {
            return (weighted(&all[1..8], &[8, 7, 6, 5, 4, 3, 2]) % 11 + 8) % 10 == all[8];
        }
        // Birth numbers until 1953 have no check digit.
        return born(spelled(&all[2..4]), spelled(&all[4..6])) && all[0] < 6;
    }
    digits::<10>(number).is_some_and(|all| {
        born(spelled(&all[2..4]), spelled(&all[4..6])) && spelled(&all[..9]) % 11 % 10 == u64::from(all[9])
    })
}

/// Whether month and day can be those of a Czech birth number: women's months are 50 more, and each may be 20 more.
fn born(month: u64, day: u64) -> bool {
    (1..=12).contains(&(month % 50 % 20)) && (1..=31).contains(&day)
}

fn greece(number: &[u8]) -> bool {
    digits::<9>(number)
        .is_some_and(|all| weighted(&all, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == all[8])
}

/// The key of two places, then the SIREN.
fn france(number: &[u8]) -> bool {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some((key, siren)) = number.split_at_checked(2) else {
        return false;
    };
    let Some(siren) = digits::<9>(siren) else {
        return false;
    };
    let index = |letter: u8| {
        LETTERS
            .iter()
            .position(|known| *known == letter)
            .map(|at| at as u64)
    };
    let (Some(first), Some(second)) = (index(key[0]), index(key[1])) else {
        return false;
    };
    // Ids of Monaco have no SIREN.
    if siren[..3] != [0, 0, 0] && !luhn(&siren) {
        return false;
    }
    let siren = spelled(&siren);
    if first < 10 && second < 10 {
        return (siren * 100 + 12) % 97 == first * 10 + second;
    }
    let check = if first < 10 {
        (first * 24 + second).wrapping_sub(10)
    } else {
        (first * 34 + second).wrapping_sub(100)
    };
    (siren + 1 + check / 11) % 11 == check % 11
}

/// Seven digits and one or two letters; older ids have a letter in the second place.
fn ireland(number: &[u8]) -> bool {
    const LETTERS: &[u8] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let letter = |byte: &u8| LETTERS.iter().position(|known| known == byte);
    let check = |digits: [u32; 7], second: usize| {
        (weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) as usize + 9 * second) % 23
    };
    if let Some((first, letters)) = number.split_first_chunk::<7>() {
        let seven = digits::<7>(first);
        return match (seven, letters) {
            (Some(seven), [last]) => letter(last) == Some(check(seven, 0)),
            (Some(seven), [last, second]) => {
                letter(second).is_some_and(|second| letter(last) == Some(check(seven, second)))
            }
            (None, [last]) => old_ireland(*first).is_some_and(|seven| letter(last) == Some(check(seven, 0))),
            _ => false,
        };
    }
    false
}

/// The digits of an older id as the check wants them: without the letter, the first digit last.
fn old_ireland(first: [u8; 7]) -> Option<[u32; 7]> {
    if !first[1].is_ascii_uppercase() && first[1] != b'+' && first[1] != b'*' {
        return None;
    }
    let five = digits::<5>(&first[2..])?;
    Some([0, five[0], five[1], five[2], five[3], five[4], value(first[0])?])
}

fn italy(number: &[u8]) -> bool {
    digits::<11>(number).is_some_and(|all| {
        let province = spelled(&all[7..10]);
        let known = (1..=100).contains(&province) || [120, 121, 888, 999].contains(&province);
        spelled(&all[..7]) > 0 && known && luhn(&all)
    })
}

/// Nine digits for companies, twelve for temporary registrations; the last but one is 1.
fn lithuania(number: &[u8]) -> bool {
    fn check(all: &[u32]) -> bool {
        let sum = |from: u32| -> u32 {
            (from..)
                .zip(&all[..all.len() - 1])
                .map(|(place, digit)| (1 + place % 9) * digit)
                .sum()
        };
        let check = match sum(0) % 11 {
            10 => sum(2) % 11 % 10,
            check => check,
        };
        all[all.len() - 2] == 1 && check == all[all.len() - 1]
    }
    digits::<9>(number).is_some_and(|all| check(&all)) || digits::<12>(number).is_some_and(|all| check(&all))
}

/// Companies begin with a digit above 3; the others are persons, by their code.
fn latvia(number: &[u8]) -> bool {
    digits::<11>(number).is_some_and(|all| {
        if all[0] > 3 {
            weighted(&all, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3
        } else {
            (1 + weighted(&all, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10 == all[10]
        }
    })
}

/// Nine digits, `B`, two digits: by the number of a company or person, or since 2020 by the whole id modulo 97.
fn netherlands(number: &[u8]) -> bool {
    let [first @ .., b'B', tens, ones] = number else {
        return false;
    };
    let (Some(nine), Some(tens), Some(ones)) = (digits::<9>(first), value(*tens), value(*ones)) else {
        return false;
    };
    let suffix = u64::from(tens * 10 + ones);
    if spelled(&nine) == 0 || suffix == 0 {
        return false;
    }
    let eleven = weighted(&nine, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == nine[8];
    // N, L and B count as 23, 21 and 11.
    let whole = (2321 * 1_000_000_000 + spelled(&nine)) % 97;
    eleven || (whole * 10_000 + 1100 + suffix) % 97 == 1
}

fn portugal(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|all| {
        let check = (11 - weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
        all[0] > 0 && check == all[8]
    })
}

/// Two to ten digits, without zeros in front.
fn romania(number: &[u8]) -> bool {
    if !(2..=10).contains(&number.len()) || number[0] == b'0' {
        return false;
    }
    let mut padded = [b'0'; 10];
    padded[10 - number.len()..].copy_from_slice(number);
    digits::<10>(&padded)
        .is_some_and(|all| weighted(&all, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == all[9])
}

/// The number of an organisation or person, and two digits that count its registrations.
fn sweden(number: &[u8]) -> bool {
    digits::<12>(number).is_some_and(|all| luhn(&all[..10]) && spelled(&all[10..]) > 0)
}

fn slovenia(number: &[u8]) -> bool {
    digits::<8>(number).is_some_and(|all| {
        let check = 11 - weighted(&all, &[8, 7, 6, 5, 4, 3, 2]) % 11;
        all[0] > 0 && (if check == 10 { 0 } else { check }) == all[7]
    })
}

fn slovakia(number: &[u8]) -> bool {
    digits::<10>(number).is_some_and(|all| {
        all[0] > 0 && [2, 3, 4, 7, 8, 9].contains(&all[2]) && spelled(&all).is_multiple_of(11)
    })
}
