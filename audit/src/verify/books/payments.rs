//! What the payment provider said, and whether it said what was made of it.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{OrderFacts, PaymentSource, PaymentStatus};
use comptoir_domain::policy::{Instruction, on_webhook};
use comptoir_domain::refund::{RefundStatus, RefundSucceeded};
use comptoir_domain::values::{Money, PaymentId, RefundId};
use comptoir_domain::webhook::WebhookEvent;
use uuid::Uuid;

use super::event::Place;
use super::{Books, Kind, check_place};
use crate::verify::checked::Origin;
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

/// What a webhook said, as far as money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A payment has succeeded.
    Paid {
        payment_id: PaymentId,
        amount: Money,
        updated: DateTime<Utc>,
    },
    /// A refund has.
    Refunded {
        refund_id: RefundId,
        amount: Money,
        updated: DateTime<Utc>,
    },
    /// Something else.
    Other,
}

impl Word {
    pub(super) fn of(event: &WebhookEvent) -> Self {
        let WebhookEvent::Received(received) = event;
        for instruction in on_webhook(received) {
            if let Instruction::ApplyPaymentReport { report, .. } = &instruction
                && report.status == PaymentStatus::Succeeded
            {
                let arrived = report.amount_received_minor.unwrap_or(report.amount_minor);
                return Self::Paid {
                    payment_id: report.payment_id,
                    amount: Money::new(arrived, report.currency),
                    updated: report.updated,
                };
            }
            if let Instruction::ApplyRefundReport { refund_id, report } = &instruction
                && report.status == RefundStatus::Succeeded
            {
                return Self::Refunded {
                    refund_id: *refund_id,
                    amount: report.amount,
                    updated: report.updated,
                };
            }
        }
        Self::Other
    }
}

impl Books {
    pub(super) fn webhook(
        &mut self,
        at: Place<'_>,
        event_id: Uuid,
        event: &WebhookEvent,
        findings: &mut Findings,
    ) {
        let WebhookEvent::Received(received) = event;
        check_place(at, Kind::Begins(received.webhook_id.as_uuid()), findings);
        self.words.put(event_id, Word::of(event));
    }

    /// An order is paid by a webhook that says so, or by a worker that asked.
    pub(super) fn check_payment_word(
        &self,
        at: Place<'_>,
        facts: &OrderFacts,
        amount: Money,
        updated: Option<DateTime<Utc>>,
        source: PaymentSource,
        findings: &mut Findings,
    ) {
        let said = match (source, at.origin) {
            (PaymentSource::Webhook, Origin::Event(event_id)) => self.words.get(*event_id),
            (PaymentSource::Reconciler, Origin::Worker) => return,
            (PaymentSource::Webhook | PaymentSource::Reconciler | PaymentSource::NothingToPay, _) => None,
        };
        let is_said = said.is_some_and(|said| {
            let payment_id = facts.payment_id;
            updated.is_some_and(|updated| {
                *said
                    == Word::Paid {
                        payment_id,
                        amount,
                        updated,
                    }
            })
        });
        if !is_said {
            not_said(at, "the payment", findings);
        }
    }

    /// Money that came too late came by a word too; the event does not say by which way it was heard.
    pub(super) fn check_late_word(
        &self,
        at: Place<'_>,
        facts: &OrderFacts,
        amount: Money,
        findings: &mut Findings,
    ) {
        let is_said = match at.origin {
            Origin::Worker => true,
            Origin::Event(event_id) => match self.words.get(*event_id) {
                Some(Word::Paid {
                    payment_id,
                    amount: arrived,
                    ..
                }) => (*payment_id, *arrived) == (facts.payment_id, amount),
                Some(Word::Refunded { .. } | Word::Other) | None => false,
            },
            Origin::NotAsked | Origin::Unreadable | Origin::Other => false,
        };
        if !is_said {
            not_said(at, "the late payment", findings);
        }
    }

    pub(super) fn check_refund_word(
        &self,
        at: Place<'_>,
        refund_id: RefundId,
        succeeded: &RefundSucceeded,
        findings: &mut Findings,
    ) {
        let expected = Word::Refunded {
            refund_id,
            amount: succeeded.amount,
            updated: succeeded.provider_updated,
        };
        let is_said = match (succeeded.source, at.origin) {
            (comptoir_domain::order::ReportSource::Webhook, Origin::Event(event_id)) => {
                self.words.get(*event_id) == Some(&expected)
            }
            (comptoir_domain::order::ReportSource::Reconciler, Origin::Worker) => true,
            (
                comptoir_domain::order::ReportSource::Webhook
                | comptoir_domain::order::ReportSource::Reconciler,
                _,
            ) => false,
        };
        if !is_said {
            not_said(at, "the refund", findings);
        }
    }
}

fn not_said(at: Place<'_>, what: &str, findings: &mut Findings) {
    findings.at(Rule::PaymentWord, at.position, at.stream, || {
        format!("no webhook that is named here says so of {what}, and no worker has asked")
    });
}
