//! What a human must look at in an order, as the API shows it to those who see everything.

use chrono::{DateTime, Utc};
use comptoir_domain::order::ReviewReason;
use comptoir_domain::values::Currency;
use comptoir_projections::orders::{OrderView, ReviewFlagRow};
use serde::Serialize;

use super::body::OrderBody;
use crate::http::auth::Caller;

/// Something about the payment, or a refund of it, that does not fit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewFlag)]
pub(crate) struct ReviewFlagBody {
    /// What does not fit, such as `amount_mismatch` or `refunded_too_much`. More may come.
    #[schema(value_type = String, example = "refunded_too_much")]
    reason: ReviewReason,
    /// What there was to pay, or to refund.
    #[schema(example = 2990)]
    expected: i64,
    /// What the payment provider names instead.
    #[schema(example = 5980)]
    reported: i64,
    /// The currency of what it names.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// When we learnt of it.
    at: DateTime<Utc>,
}

impl From<&ReviewFlagRow> for ReviewFlagBody {
    fn from(flag: &ReviewFlagRow) -> Self {
        Self {
            reason: flag.reason,
            expected: flag.expected.amount,
            reported: flag.received.amount,
            currency: flag.received.currency,
            at: flag.at,
        }
    }
}

impl OrderBody {
    /// The same with what a human must look at, for those who see everything.
    pub(super) fn with_review_flags(self, caller: &Caller, view: &OrderView) -> Self {
        let flags = &view.order.review_flags;
        let shown = || flags.iter().map(ReviewFlagBody::from).collect();
        Self {
            review_flags: caller.sees_all().then(shown),
            ..self
        }
    }
}
