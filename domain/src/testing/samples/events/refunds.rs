//! Every event of a refund.

use super::code;
use crate::order::{RefundReason, ReportSource};
use crate::refund::{
    RefundEvent, RefundFailed, RefundFlaggedForReview, RefundRefused, RefundRequested, RefundStatus,
    RefundSubmitted, RefundSucceeded, RefundUnderReview,
};
use crate::testing::samples::{at, eur, order_id};
use crate::values::{PaymentId, RefundId};

pub(super) fn all() -> Vec<RefundEvent> {
    let (source, provider_updated) = (ReportSource::Webhook, at(21));
    vec![
        RefundRequested {
            refund_id: RefundId::of_late_payment(order_id()),
            order_id: order_id(),
            payment_id: PaymentId::of(order_id()),
            amount: eur(2990),
            reason: RefundReason::LatePaymentUnavailable,
            at: at(20),
        }
        .into(),
        RefundSubmitted {
            provider_status: RefundStatus::Pending,
            at: at(21),
        }
        .into(),
        RefundUnderReview {
            provider_updated,
            source,
            at: at(22),
        }
        .into(),
        RefundSucceeded {
            amount: eur(2990),
            provider_updated,
            source,
            at: at(22),
        }
        .into(),
        RefundFailed {
            code: Some(code("expired_or_canceled_card")),
            unified_code: Some(code("UE_1000")),
            provider_updated,
            source,
            at: at(22),
        }
        .into(),
        RefundFlaggedForReview {
            expected: eur(2990),
            reported: eur(100),
            provider_status: RefundStatus::Succeeded,
            provider_updated,
            source,
            at: at(22),
        }
        .into(),
        RefundRefused {
            code: Some(code("IR_13")),
            at: at(23),
        }
        .into(),
    ]
}
