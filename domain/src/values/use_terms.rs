//! How a licence may be used: on how many devices, for how long, and whether it may be passed on.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The number is outside its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be from 1 to {limit}")]
pub struct OutOfRange {
    /// The highest number allowed.
    pub limit: u32,
}

macro_rules! limited_numbers {
    ($($(#[$meta:meta])* $name:ident: at most $limit:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(u32);

        impl $name {
            /// The highest number allowed.
            pub const LIMIT: u32 = $limit;

            /// Checks the range; any number that JSON can hold may be tried.
            pub fn try_new(number: i64) -> Result<Self, OutOfRange> {
                match u32::try_from(number) {
                    Ok(number @ 1..=Self::LIMIT) => Ok(Self(number)),
                    Ok(_) | Err(_) => Err(OutOfRange { limit: Self::LIMIT }),
                }
            }

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = OutOfRange;

            fn try_from(number: i64) -> Result<Self, OutOfRange> {
                Self::try_new(number)
            }
        }

        impl From<$name> for i64 {
            fn from(number: $name) -> Self {
                Self::from(number.0)
            }
        }
    )+};
}

limited_numbers! {
    /// On how many devices a licence may be active at once.
    ActivationsMax: at most 1000;
    /// For how many days a licence is valid; a hundred years at most.
    ValidDays: at most 36_500;
}

/// How a licence may be used. The default sets no bounds and lets nobody pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseTerms {
    /// On how many devices at once; none for as many as the platform bears.
    pub activations_max: Option<ActivationsMax>,
    /// For how many days from the day it is issued; none for ever.
    pub valid_days: Option<ValidDays>,
    /// Whether its holder may pass it on to another person.
    pub transferable: bool,
}

impl UseTerms {
    /// The terms, unless they are the usual ones.
    pub fn if_special(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }

    /// When a licence that is issued now ends, if it does.
    pub fn expires_at(self, issued_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let days = TimeDelta::days(i64::from(self.valid_days?.get()));
        // The end of time, should the calendar not reach that far.
        Some(
            issued_at
                .checked_add_signed(days)
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_from_one_to_their_highest() {
        assert_eq!(ActivationsMax::try_new(1000).map(ActivationsMax::get), Ok(1000));
        assert_eq!(ValidDays::try_new(1).map(ValidDays::get), Ok(1));
        for wrong in [0, -1, 1001, i64::MAX, i64::MIN] {
            assert_eq!(ActivationsMax::try_new(wrong), Err(OutOfRange { limit: 1000 }));
        }
        assert!(ValidDays::try_new(36_501).is_err());
    }

    #[test]
    fn a_licence_ends_so_many_days_after_it_was_issued() {
        let issued_at = DateTime::UNIX_EPOCH;
        let terms = UseTerms {
            valid_days: ValidDays::try_new(30).ok(),
            ..UseTerms::default()
        };
        assert_eq!(terms.expires_at(issued_at), Some(issued_at + TimeDelta::days(30)));
        assert_eq!(UseTerms::default().expires_at(issued_at), None);
        let latest = DateTime::<Utc>::MAX_UTC;
        assert_eq!(terms.expires_at(latest), Some(latest));
    }

    #[test]
    fn only_special_terms_are_worth_a_word() {
        assert_eq!(UseTerms::default().if_special(), None);
        let transferable = UseTerms {
            transferable: true,
            ..UseTerms::default()
        };
        assert_eq!(transferable.if_special(), Some(transferable));
    }
}
