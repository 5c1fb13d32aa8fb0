//! What the ratings of a product say together, as the API shows it.

use comptoir_domain::values::{Rating, RatingSummary};
use serde::Serialize;
use serde_json::Number;

/// What the ratings of a product say together. A rating counts while its review is visible and its purchase stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = RatingSummary)]
pub(crate) struct RatingBody {
    /// The average, with one decimal; null without a rating.
    #[schema(value_type = Option<f64>, example = 4.3)]
    average: Option<Number>,
    /// How many ratings count.
    #[schema(example = 12)]
    count: u64,
    /// How often each number of stars was given, five stars first.
    histogram: [BarBody; Rating::LIMIT as usize],
}

/// How often a number of stars was given.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = RatingBar)]
pub(crate) struct BarBody {
    /// The stars.
    #[schema(minimum = 1, maximum = 5)]
    stars: usize,
    /// How often.
    count: u32,
    /// The same in whole percent; all five add up to 100, unless there is no rating.
    #[schema(maximum = 100)]
    percent: u8,
}

impl From<RatingSummary> for RatingBody {
    fn from(summary: RatingSummary) -> Self {
        let (counts, percentages) = (summary.counts(), summary.percentages());
        let bar = |index: usize| BarBody {
            stars: index + 1,
            count: counts[index],
            percent: percentages[index],
        };
        Self {
            average: summary.average_tenths().and_then(with_one_decimal),
            count: summary.count(),
            histogram: [4, 3, 2, 1, 0].map(bar),
        }
    }
}

/// A number of tenths as a JSON number.
fn with_one_decimal(tenths: u64) -> Option<Number> {
    serde_json::from_str(&format!("{}.{}", tenths / 10, tenths % 10)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_has_one_decimal_and_five_stars_come_first() {
        let body = RatingBody::from(RatingSummary::of_counts([0, 0, 0, 2, 1]));
        insta::assert_snapshot!(serde_json::to_string(&body).unwrap(), @r#"{"average":4.3,"count":3,"histogram":[{"stars":5,"count":1,"percent":33},{"stars":4,"count":2,"percent":67},{"stars":3,"count":0,"percent":0},{"stars":2,"count":0,"percent":0},{"stars":1,"count":0,"percent":0}]}"#);
        let whole = RatingBody::from(RatingSummary::of_counts([0, 0, 0, 0, 2]));
        assert_eq!(
            serde_json::to_value(&whole).unwrap()["average"].to_string(),
            "5.0"
        );
        let none = RatingBody::from(RatingSummary::default());
        assert_eq!(
            serde_json::to_value(&none).unwrap()["average"],
            serde_json::Value::Null
        );
    }
}
