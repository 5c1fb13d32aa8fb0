//! Webhooks, and what they say in the provider's own words.

#![expect(clippy::missing_panics_doc, reason = "every sample is valid")]

use super::super::{at, report, sealed};
use super::code;
use crate::order::{DisputeReport, PaymentStatus};
use crate::values::{ProviderSignature, Sha256Hex, WebhookId};
use crate::webhook::{DisputeNews, PaymentNews, WebhookContent, WebhookReceived};

/// A webhook with this kind and content.
pub fn webhook_received(event_type: &str, content: WebhookContent) -> WebhookReceived {
    let provider_event_id = "evt_019f0000000070008000000000000001";
    WebhookReceived {
        webhook_id: WebhookId::of_provider_event(provider_event_id),
        provider_event_id: code(provider_event_id),
        event_type: code(event_type),
        content,
        body_digest: Sha256Hex::of("{}"),
        signature: ProviderSignature::try_new("0f".repeat(64)).expect("a valid signature"),
        body: sealed(),
        at: at(5),
    }
}

/// What the provider says of a payment that succeeded.
pub fn payment_news() -> PaymentNews {
    let report = report(PaymentStatus::Succeeded, 4);
    PaymentNews {
        payment_id: code(&report.payment_id.to_string()),
        status: Some(code(report.status.as_str())),
        amount: Some(report.amount_minor),
        amount_received: report.amount_received_minor,
        currency: Some(code(report.currency.code())),
        updated: Some(report.updated),
        error_code: None,
        unified_code: None,
    }
}

/// What the provider says of a dispute, in its own words.
pub fn dispute_news(report: &DisputeReport) -> DisputeNews {
    DisputeNews {
        dispute_id: report.provider_dispute_id.clone(),
        payment_id: Some(code(&report.payment_id.to_string())),
        amount: Some(report.amount.amount),
        currency: Some(code(report.amount.currency.code())),
        stage: Some(code(report.stage.as_str())),
        status: Some(code(report.status.as_str())),
        reason: report.reason.clone(),
        respond_by: report.respond_by,
        updated: Some(report.updated),
    }
}
