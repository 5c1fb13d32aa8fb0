//! Which bytes of a file are wanted (RFC 9110, section 14).

use std::ops::Range;

/// What a request wants of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Nothing,
}

/// Reads the header `Range`. What is not understood, and several ranges at once, count as the whole file, as they may.
/// With `If-Range` a part is only wanted of the very file that the client has begun with.
pub(super) fn wanted(range: Option<&str>, if_range: Option<&str>, etag: &str, bytes: u64) -> Wanted {
    let Some(range) = range else { return Wanted::Whole };
    if if_range.is_some_and(|known| known.trim() != etag) {
        return Wanted::Whole;
    }
    parse(range, bytes).unwrap_or(Wanted::Whole)
}

fn parse(range: &str, bytes: u64) -> Option<Wanted> {
    let (unit, wanted) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = wanted.trim().split_once('-')?;
    let range = match (first, last) {
        ("", last) => bytes.saturating_sub(number(last)?)..bytes,
        (first, "") => number(first)?..bytes,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(bytes)
        }
    };
    if range.is_empty() {
        return Some(Wanted::Nothing);
    }
    Some(Wanted::Part(range))
}

/// Digits only: no sign and no space.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A number beyond all files is beyond this one too.
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ten(range: &str) -> Wanted {
        wanted(Some(range), None, "\"e\"", 10)
    }

    #[test]
    fn a_range_says_which_bytes() {
        for (range, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=9-", 9..10),
            ("bytes=0-", 0..10),
            ("bytes=5-99", 5..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("Bytes = 1-2", 1..3),
            ("bytes=0-99999999999999999999999", 0..10),
        ] {
            assert_eq!(of_ten(range), Wanted::Part(expected), "{range}");
        }
    }

    #[test]
    fn bytes_that_are_not_there_are_nothing() {
        for range in [
            "bytes=10-",
            "bytes=10-20",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(of_ten(range), Wanted::Nothing, "{range}");
        }
    }

    #[test]
    fn what_is_not_understood_is_the_whole_file() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=+1-2",
            "items=0-1",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(of_ten(range), Wanted::Whole, "{range}");
        }
        assert_eq!(wanted(None, Some("\"e\""), "\"e\"", 10), Wanted::Whole);
    }

    #[test]
    fn a_part_is_of_the_file_that_was_begun() {
        let part = |if_range| wanted(Some("bytes=2-"), Some(if_range), "\"e\"", 10);
        assert_eq!(part("\"e\""), Wanted::Part(2..10));
        for other in ["\"f\"", "W/\"e\"", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(part(other), Wanted::Whole, "{other}");
        }
    }
}
