//! Random values for names, ports and ids of the sandbox.

use std::hash::{BuildHasher, Hasher, RandomState};

use chrono::{DateTime, Utc};
use uuid::Uuid;

const LETTERS_AND_DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 64 bits that differ from call to call and from process to process. Not for secrets.
pub(crate) fn random_u64() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Letters and digits, such as the ends of ids. Not for secrets.
pub(crate) fn random_text(length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bits = random_u64();
        // Ten characters of some six bits each come out of 64.
        for _ in 0..10.min(length - text.len()) {
            let index = usize::try_from(bits % 62).unwrap_or_default();
            text.push(char::from(LETTERS_AND_DIGITS[index]));
            bits /= 62;
        }
    }
    text
}

/// A UUID of version 7 of an instant.
pub(crate) fn uuid_v7(now: DateTime<Utc>) -> Uuid {
    let milliseconds = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let random = [random_u64().to_be_bytes(), random_u64().to_be_bytes()].concat();
    let random: &[u8; 10] = random.first_chunk().unwrap_or(&[0; 10]);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, random).into_uuid()
}
