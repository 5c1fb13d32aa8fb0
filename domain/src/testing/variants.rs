//! A guard for tables: that a new variant is not forgotten.

/// Every variant of an enum stands among the values. One that is not named here breaks the build, and one that has no value
/// the test.
macro_rules! hold_every_variant {
    ($values:expr, $enum:ident { $($variant:ident),+ $(,)? }) => {{
        let name = |value: &$enum| match value {
            $($enum::$variant { .. } => stringify!($variant),)+
        };
        let seen: std::collections::BTreeSet<&str> = $values.map(name).collect();
        for variant in [$(stringify!($variant)),+] {
            assert!(seen.contains(variant), "{}::{variant} is missing", stringify!($enum));
        }
    }};
}

pub(crate) use hold_every_variant;
