//! What can happen to an order after it was paid.

use super::super::{at, buyer, eur, line_request, order_id, place};
use super::code;
use crate::order::{
    DeliveryAccess, DeliveryBegan, DisputeOutcome, DisputeReport, DisputeStage, DisputeStatus, DisputeWord,
    OrderDisputeChanged, OrderDisputeClosed, OrderDisputed, OrderEvent, ReportSource, WithdrawalConfirmed,
    WithdrawalDeclared,
};
use crate::values::{DisputeId, LicenceKind, PaymentId, RefundId};

/// The events of an order after its refunds.
pub(super) fn order_after_sale() -> Vec<OrderEvent> {
    vec![
        OrderDisputed {
            word: dispute_word(DisputeStatus::Opened, 30),
            at: at(31),
        }
        .into(),
        OrderDisputeChanged {
            word: dispute_word(DisputeStatus::Challenged, 32),
            at: at(33),
        }
        .into(),
        OrderDisputeClosed {
            word: dispute_word(DisputeStatus::Won, 34),
            outcome: DisputeOutcome::Won,
            at: at(35),
        }
        .into(),
        DeliveryBegan {
            line: 0,
            access: DeliveryAccess::Download,
            at: at(40),
        }
        .into(),
        WithdrawalDeclared {
            lines: vec![0],
            by: buyer().person_id,
            at: at(41),
        }
        .into(),
        withdrawal_confirmed().into(),
    ]
}

/// What the provider says of a dispute over a whole basic licence.
pub fn dispute_word(status: DisputeStatus, updated_minutes: i64) -> DisputeWord {
    let report = dispute_report(status, updated_minutes);
    DisputeWord {
        dispute_id: DisputeId::of_provider(order_id(), report.provider_dispute_id.as_str()),
        provider_dispute_id: report.provider_dispute_id,
        amount: report.amount,
        stage: report.stage,
        status: report.status,
        reason: report.reason,
        respond_by: report.respond_by,
        provider_updated: report.updated,
        source: report.source,
    }
}

/// The same as the provider's report.
pub fn dispute_report(status: DisputeStatus, updated_minutes: i64) -> DisputeReport {
    DisputeReport {
        provider_dispute_id: code("dp_example00000000000001"),
        payment_id: PaymentId::of(order_id()),
        amount: eur(2990),
        stage: DisputeStage::Dispute,
        status,
        reason: Some(code("fraudulent")),
        respond_by: Some(at(10_000)),
        updated: at(updated_minutes),
        source: ReportSource::Webhook,
    }
}

/// The withdrawal from a basic licence.
pub fn withdrawal_confirmed() -> WithdrawalConfirmed {
    WithdrawalConfirmed {
        number: 0,
        lines: vec![0],
        excluded: vec![],
        consent: place(&[line_request(LicenceKind::Basic, 1)]).consent,
        amount: eur(2990),
        refund_id: Some(RefundId::of_withdrawal(order_id(), 0)),
        declared_at: at(41),
        by: buyer().person_id,
        at: at(42),
    }
}
