//! Texts with gaps, such as `Credit note for invoice {number} of {date}.`

use std::collections::BTreeSet;

/// Puts values into the gaps of a text; a value that itself looks like a gap stays as it is, and a gap that there is no value
/// for leaves its name.
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(gap, _)| *gap == name);
        filled.push_str(value.map_or(name, |(_, value)| value));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// The names of the gaps of a text, so that none is lost in translation.
pub fn gaps(pattern: &str) -> BTreeSet<&str> {
    let behind = pattern.split('{').skip(1);
    behind
        .map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_gap_is_not_filled() {
        let filled = fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]);
        assert_eq!(filled, "{b} and 2");
    }

    #[test]
    fn what_is_not_known_or_not_closed_leaves_its_name() {
        assert_eq!(fill("{a} of {b", &[]), "a of b");
    }

    #[test]
    fn gaps_are_named_once() {
        assert_eq!(gaps("{a}, {b} and {a}"), ["a", "b"].into());
        assert_eq!(gaps("none"), BTreeSet::new());
    }
}
