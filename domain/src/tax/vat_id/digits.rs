//! The arithmetic that check digits are made of.

/// The digits of a number of so many places; none if it has another length or other characters.
pub(super) fn digits<const N: usize>(number: &[u8]) -> Option<[u32; N]> {
    let bytes: &[u8; N] = number.try_into().ok()?;
    let mut digits = [0; N];
    for (digit, byte) in digits.iter_mut().zip(bytes) {
        *digit = value(*byte)?;
    }
    Some(digits)
}

/// The value of a digit.
pub(super) const fn value(byte: u8) -> Option<u32> {
    if byte.is_ascii_digit() {
        Some((byte - b'0') as u32)
    } else {
        None
    }
}

/// The sum of the digits times their weights.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// The number that the digits spell.
pub(super) fn spelled(digits: &[u32]) -> u64 {
    digits
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// Luhn's check over all digits, the check digit last.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}

/// The digit sum of twice a digit.
pub(super) const fn doubled(digit: u32) -> u32 {
    let twice = 2 * digit;
    if twice > 9 { twice - 9 } else { twice }
}

/// ISO 7064, MOD 11,10, the check digit last.
pub(super) fn iso_7064_mod_11_10(digits: &[u32]) -> bool {
    let check = digits.iter().fold(5, |check, digit| {
        let carried = if check == 0 { 10 } else { check };
        (carried * 2 % 11 + digit) % 10
    });
    check == 1
}
