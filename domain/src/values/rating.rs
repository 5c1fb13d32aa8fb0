//! Ratings in stars, and what many of them say together.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// From 1 to 5 stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Rating(u8);

/// The number is not a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be from 1 to {limit}", limit = Rating::LIMIT)]
pub struct RatingError;

impl Rating {
    /// The most stars.
    pub const LIMIT: u8 = 5;

    /// Checks the range; any number that JSON can hold may be tried.
    pub fn try_new(stars: i64) -> Result<Self, RatingError> {
        match u8::try_from(stars) {
            Ok(stars @ 1..=Self::LIMIT) => Ok(Self(stars)),
            Ok(_) | Err(_) => Err(RatingError),
        }
    }

    /// The number of stars.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Rating {
    type Error = RatingError;

    fn try_from(stars: i64) -> Result<Self, Self::Error> {
        Self::try_new(stars)
    }
}

impl From<Rating> for i64 {
    fn from(rating: Rating) -> Self {
        Self::from(rating.0)
    }
}

/// How often each number of stars was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RatingSummary {
    counts: [u32; Rating::LIMIT as usize],
}

impl RatingSummary {
    /// The summary of counts, those of one star first.
    pub const fn of_counts(counts: [u32; Rating::LIMIT as usize]) -> Self {
        Self { counts }
    }

    /// How often each number of stars was given, one star first.
    pub const fn counts(&self) -> [u32; Rating::LIMIT as usize] {
        self.counts
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut counts = self.counts;
        for (count, more) in counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        Self { counts }
    }

    /// How many ratings there are.
    pub fn count(&self) -> u64 {
        self.counts.into_iter().map(u64::from).sum()
    }

    /// The average in tenths of a star, a half rounded up; none without a rating.
    pub fn average_tenths(&self) -> Option<u64> {
        let count = self.count();
        let stars: u64 = (1..)
            .zip(self.counts)
            .map(|(stars, times)| stars * u64::from(times))
            .sum();
        (count > 0).then(|| (stars * 20 + count) / (count * 2))
    }

    /// The share of each number of stars in whole percent, one star first: they add up to 100, by largest remainder, and of
    /// equal remainders the one with more stars gets the point. All zero without a rating.
    pub fn percentages(&self) -> [u8; Rating::LIMIT as usize] {
        let count = self.count();
        if count == 0 {
            return [0; Rating::LIMIT as usize];
        }
        let mut shares = self.counts.map(|times| u64::from(times) * 100 / count);
        let remainder = |index: usize| u64::from(self.counts[index]) * 100 % count;
        let mut order: Vec<usize> = (0..shares.len()).rev().collect();
        order.sort_by_key(|index| std::cmp::Reverse(remainder(*index)));
        let given: u64 = shares.iter().sum();
        let missing = usize::try_from(100 - given).unwrap_or_default();
        for index in order.into_iter().take(missing) {
            shares[index] += 1;
        }
        shares.map(|share| u8::try_from(share).unwrap_or(100))
    }
}

impl FromIterator<Rating> for RatingSummary {
    fn from_iter<I: IntoIterator<Item = Rating>>(ratings: I) -> Self {
        ratings.into_iter().fold(Self::default(), |mut summary, rating| {
            let times = &mut summary.counts[usize::from(rating.get() - 1)];
            *times = times.saturating_add(1);
            summary
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rating_is_from_1_to_5() {
        for stars in 1..=5 {
            assert_eq!(Rating::try_new(stars).map(i64::from), Ok(stars));
        }
        for stars in [0, 6, -1, 256, 257, i64::MAX, i64::MIN] {
            assert_eq!(Rating::try_new(stars), Err(RatingError), "{stars}");
        }
    }

    #[test]
    fn nothing_has_no_average_and_no_bars() {
        let nothing = RatingSummary::default();
        assert_eq!((nothing.count(), nothing.average_tenths()), (0, None));
        assert_eq!(nothing.percentages(), [0; 5]);
    }

    #[test]
    fn averages_have_one_decimal_and_halves_go_up() {
        for (counts, tenths) in [
            ([0, 0, 0, 0, 1], 50),
            ([1, 1, 0, 0, 0], 15),
            ([0, 0, 0, 1, 2], 47),
            ([0, 0, 0, 2, 1], 43),
            ([3, 1, 0, 0, 0], 13),
            ([0, 0, 0, 1, 19], 50),
        ] {
            assert_eq!(
                RatingSummary::of_counts(counts).average_tenths(),
                Some(tenths),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn of_equal_remainders_the_better_ratings_are_rounded_up() {
        assert_eq!(
            RatingSummary::of_counts([1, 1, 1, 0, 0]).percentages(),
            [33, 33, 34, 0, 0]
        );
        assert_eq!(
            RatingSummary::of_counts([1, 1, 1, 1, 2]).percentages(),
            [16, 17, 17, 17, 33]
        );
    }

    proptest! {
        #[test]
        fn percentages_add_up_to_100_and_stray_by_less_than_one(counts in prop::array::uniform5(0_u32..1_000_000)) {
            let summary = RatingSummary::of_counts(counts);
            prop_assume!(summary.count() > 0);
            let shares = summary.percentages();
            prop_assert_eq!(shares.iter().copied().map(u64::from).sum::<u64>(), 100);
            for (times, share) in counts.into_iter().zip(shares) {
                let exact = u64::from(times) * 100;
                prop_assert!((u64::from(share) * summary.count()).abs_diff(exact) < summary.count());
            }
        }

        #[test]
        fn the_average_is_the_nearest_tenth(stars in prop::collection::vec(1_i64..=5, 1..50)) {
            let ratings = stars.iter().map(|stars| Rating::try_new(*stars).unwrap());
            let summary: RatingSummary = ratings.collect();
            let (sum, count) = (stars.iter().sum::<i64>() * 10, i64::try_from(stars.len()).unwrap());
            let tenths = i64::try_from(summary.average_tenths().unwrap()).unwrap();
            prop_assert!(2 * (sum - tenths * count) < count && 2 * (tenths * count - sum) <= count);
        }
    }
}
