//! What follows from a webhook: the provider's words, read into a report.

use std::str::FromStr;

use super::instruction::{Instruction, Notice};
use crate::order::{DisputeReport, PaymentReport, ReportSource};
use crate::refund::RefundReport;
use crate::values::{Currency, Money, PaymentId, ProviderCode, RefundId};
use crate::webhook::{DisputeNews, PaymentNews, RefundNews, WebhookContent, WebhookReceived};

/// What follows from a received webhook. The status inside decides, not the name of the webhook; kinds this release
/// does not know are kept and otherwise ignored.
pub fn on_webhook(received: &WebhookReceived) -> Vec<Instruction> {
    let event_type = &received.event_type;
    let read = match (Kind::of(event_type.as_str()), &received.content) {
        (Kind::Payment, WebhookContent::Payment(news)) => read_payment(news, ReportSource::Webhook),
        (Kind::Refund, WebhookContent::Refund(news)) => read_refund(news, ReportSource::Webhook),
        (Kind::Dispute, WebhookContent::Dispute(news)) => read_dispute(news, ReportSource::Webhook),
        (
            Kind::Payment,
            WebhookContent::Refund(_) | WebhookContent::Dispute(_) | WebhookContent::Other { .. },
        )
        | (
            Kind::Refund,
            WebhookContent::Payment(_) | WebhookContent::Dispute(_) | WebhookContent::Other { .. },
        )
        | (
            Kind::Dispute,
            WebhookContent::Payment(_) | WebhookContent::Refund(_) | WebhookContent::Other { .. },
        ) => Err(Unread::Field("content")),
        (Kind::NotOurs, _) => return vec![],
    };
    vec![instruction_or_notice(read, event_type)]
}

/// What follows from the status of a payment that the reconciler has read.
pub fn on_payment_read(news: &PaymentNews) -> Instruction {
    instruction_or_notice(read_payment(news, ReportSource::Reconciler), &news.payment_id)
}

/// What follows from the status of a refund that the reconciler has read.
pub fn on_refund_read(news: &RefundNews) -> Instruction {
    instruction_or_notice(read_refund(news, ReportSource::Reconciler), &news.refund_id)
}

/// What follows from a dispute that the reconciler has read.
pub fn on_dispute_read(news: &DisputeNews) -> Instruction {
    instruction_or_notice(read_dispute(news, ReportSource::Reconciler), &news.dispute_id)
}

fn instruction_or_notice(read: Result<Instruction, Unread>, about: &ProviderCode) -> Instruction {
    read.unwrap_or_else(|unread| Instruction::Report(unread.notice(about)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Payment,
    Refund,
    Dispute,
    NotOurs,
}

impl Kind {
    /// The 29 kinds of Hyperswitch's release 2026.06.25.0, and whatever comes after. `action_required` is one of the
    /// payment's.
    fn of(event_type: &str) -> Self {
        match event_type {
            "payment_succeeded"
            | "payment_failed"
            | "payment_processing"
            | "payment_cancelled"
            | "payment_cancelled_post_capture"
            | "payment_authorized"
            | "payment_partially_authorized"
            | "payment_captured"
            | "payment_expired"
            | "action_required" => Self::Payment,
            "refund_succeeded" | "refund_failed" => Self::Refund,
            "dispute_opened" | "dispute_expired" | "dispute_accepted" | "dispute_cancelled"
            | "dispute_challenged" | "dispute_won" | "dispute_lost" => Self::Dispute,
            _ => Self::NotOurs,
        }
    }
}

/// Why a webhook is not a report.
enum Unread {
    Field(&'static str),
    UnknownPayment(ProviderCode),
    UnknownRefund(ProviderCode),
}

impl Unread {
    fn notice(self, about: &ProviderCode) -> Notice {
        match self {
            Self::Field(field) => Notice::UnreadableNews {
                about: about.clone(),
                field,
            },
            Self::UnknownPayment(payment_id) => Notice::UnknownPayment { payment_id },
            Self::UnknownRefund(refund_id) => Notice::UnknownRefund { refund_id },
        }
    }
}

fn read_payment(news: &PaymentNews, source: ReportSource) -> Result<Instruction, Unread> {
    let payment_id: PaymentId = news
        .payment_id
        .as_str()
        .parse()
        .map_err(|_| Unread::UnknownPayment(news.payment_id.clone()))?;
    let report = PaymentReport {
        payment_id,
        status: word(news.status.as_ref(), "status")?,
        amount_minor: news.amount.ok_or(Unread::Field("amount"))?,
        amount_received_minor: news.amount_received,
        currency: word(news.currency.as_ref(), "currency")?,
        updated: news.updated.ok_or(Unread::Field("updated"))?,
        error_code: news.error_code.clone(),
        unified_code: news.unified_code.clone(),
        source,
    };
    Ok(Instruction::ApplyPaymentReport {
        order_id: payment_id.order_id(),
        report,
    })
}

fn read_refund(news: &RefundNews, source: ReportSource) -> Result<Instruction, Unread> {
    let refund_id: RefundId = news
        .refund_id
        .as_str()
        .parse()
        .map_err(|_| Unread::UnknownRefund(news.refund_id.clone()))?;
    let currency: Currency = word(news.currency.as_ref(), "currency")?;
    let report = RefundReport {
        refund_id,
        status: word(news.status.as_ref(), "status")?,
        amount: Money::new(news.amount.ok_or(Unread::Field("amount"))?, currency),
        updated: news.updated.ok_or(Unread::Field("updated_at"))?,
        error_code: news.error_code.clone(),
        unified_code: news.unified_code.clone(),
        source,
    };
    Ok(Instruction::ApplyRefundReport { refund_id, report })
}

fn read_dispute(news: &DisputeNews, source: ReportSource) -> Result<Instruction, Unread> {
    let named = news.payment_id.as_ref().ok_or(Unread::Field("payment_id"))?;
    let payment_id: PaymentId = named
        .as_str()
        .parse()
        .map_err(|_| Unread::UnknownPayment(named.clone()))?;
    let currency: Currency = word(news.currency.as_ref(), "currency")?;
    let report = DisputeReport {
        provider_dispute_id: news.dispute_id.clone(),
        payment_id,
        amount: Money::new(news.amount.ok_or(Unread::Field("amount"))?, currency),
        stage: word(news.stage.as_ref(), "dispute_stage")?,
        status: word(news.status.as_ref(), "dispute_status")?,
        reason: news.reason.clone(),
        respond_by: news.respond_by,
        updated: news.updated.ok_or(Unread::Field("timestamp"))?,
        source,
    };
    Ok(Instruction::ApplyDisputeReport {
        order_id: payment_id.order_id(),
        report,
    })
}

fn word<T: FromStr>(text: Option<&ProviderCode>, field: &'static str) -> Result<T, Unread> {
    text.and_then(|text| text.as_str().parse().ok())
        .ok_or(Unread::Field(field))
}
