//! Money goes back: opened, asked for, sent, settled; the licences and the invoice follow. Orders end without payment.

use std::sync::Arc;

use super::{Market, Origin, SUPPLIER, Sold};
use crate::decider::Decider as _;
use crate::document::{
    Document, DocumentCommand, DocumentKind, DueDocument, OrderDocuments, draw_up_credit_note,
};
use crate::licence::{Licence, LicenceCommand};
use crate::order::{
    Availability, OpenRefund, OrderCommand, OrderState, PaymentReport, PaymentStatus, RefundGrounds,
    RefundScope, RefundWindows, ReportSource,
};
use crate::policy::{Claims, claims, licence_causes};
use crate::product::Product;
use crate::refund::{Refund, RefundCommand, RefundReport, RefundStatus};
use crate::testing::samples::documents::{drawing, sealed_for, today};
use crate::testing::samples::events::code;
use crate::testing::samples::{admin, at, report};
use crate::values::{LicenceId, Money, PaymentId, RefundId};
use crate::webhook::{RefundNews, WebhookContent};

impl Market {
    /// An admin sends money back, and it arrives.
    pub fn refund(&mut self, sold: &mut Sold, scope: RefundScope) -> RefundId {
        let refund_id = self.open_refund(sold, scope);
        self.send(sold, refund_id);
        refund_id
    }

    /// An admin wants money to go back; nobody has been asked for it.
    pub fn open_refund(&mut self, sold: &mut Sold, scope: RefundScope) -> RefundId {
        let refund_id = RefundId::from_uuid(self.next_id());
        let open = OpenRefund {
            refund_id,
            actor: admin(),
            scope,
            grounds: RefundGrounds::CustomerRequest,
            note: None,
            windows: RefundWindows {
                seller_days: 14,
                admin_days: 365,
            },
            at: at(20),
        };
        self.later();
        self.tell(sold, OrderCommand::OpenRefund(open), Origin::Person);
        refund_id
    }

    /// The order expires; then its money comes all the same, while its track is gone: it goes back by itself.
    pub fn pay_too_late(&mut self, sold: &mut Sold) {
        self.later();
        self.tell(sold, OrderCommand::Expire { at: at(18) }, Origin::Worker);
        let minor = sold.order.facts().map_or(0, |facts| facts.total.amount);
        let command = OrderCommand::RecordPaymentStatus {
            report: PaymentReport {
                payment_id: PaymentId::of(sold.order_id),
                amount_minor: minor,
                amount_received_minor: Some(minor),
                source: ReportSource::Reconciler,
                ..report(PaymentStatus::Succeeded, 19)
            },
            availability: Availability::Gone,
            at: at(20),
        };
        self.later();
        self.tell(sold, command, Origin::Worker);
        self.send(sold, RefundId::of_late_payment(sold.order_id));
    }

    /// The provider sends a refund that the order has opened.
    pub fn send(&mut self, sold: &mut Sold, refund_id: RefundId) {
        let Some((amount, reason)) = opened(&sold.order, refund_id) else {
            return;
        };
        let request = RefundCommand::Request {
            refund_id,
            order_id: sold.order_id,
            payment_id: PaymentId::of(sold.order_id),
            amount,
            reason,
            at: at(21),
        };
        let submitted = RefundCommand::RecordSubmitted {
            provider_status: RefundStatus::Pending,
            at: at(22),
        };
        let news = RefundNews {
            refund_id: code(&refund_id.to_string()),
            payment_id: Some(code(&PaymentId::of(sold.order_id).to_string())),
            status: Some(code("succeeded")),
            amount: Some(amount.amount),
            currency: Some(code(amount.currency.code())),
            updated: Some(at(23)),
            error_code: None,
            unified_code: None,
        };
        let succeeded = RefundCommand::RecordStatus {
            report: RefundReport {
                refund_id,
                status: RefundStatus::Succeeded,
                amount,
                updated: at(23),
                error_code: None,
                unified_code: None,
                source: ReportSource::Webhook,
            },
            at: at(24),
        };
        let mut refund = Refund::replay(&[]);
        let mut cause = Origin::Worker;
        for command in [request, submitted, succeeded] {
            if matches!(command, RefundCommand::RecordStatus { .. }) {
                cause = self.hear("refund_succeeded", WebhookContent::Refund(news.clone()));
            }
            let events = Refund::decide(&refund, command).unwrap_or_default();
            self.append::<Refund>(refund_id.as_uuid(), &events, cause);
            refund = events.iter().fold(refund, Refund::evolve);
        }
        let settle = OrderCommand::SettleRefund {
            refund_id,
            provider_updated: at(23),
            source: ReportSource::Webhook,
            at: at(25),
        };
        self.later();
        self.tell(sold, settle, cause);
        self.align(sold);
        self.credit(sold);
    }

    /// The licences follow their order, and give back what they had alone.
    fn align(&mut self, sold: &mut Sold) {
        let OrderState::Paid(facts) = &sold.order else {
            return;
        };
        let lines = (0_u32..).zip(&facts.lines).zip(licence_causes(facts));
        for ((number, line), causes) in lines {
            for unit in 0..line.quantity.get() {
                let licence_id = LicenceId::of_unit(sold.order_id, number, unit);
                let Some(licence) = sold.licences.get_mut(&licence_id) else {
                    continue;
                };
                let align = LicenceCommand::Align {
                    causes: causes.clone(),
                    at: at(26),
                };
                let events = Licence::decide(licence, align).unwrap_or_default();
                *licence = events.iter().fold(licence.clone(), Licence::evolve);
                self.append::<Licence>(licence_id.as_uuid(), &events, Origin::Worker);
                let Claims { exclusive, base: _ } = claims(facts, number, &causes, at(26));
                if let Some((product_id, command)) = exclusive {
                    let moved = Product::decide(&self.product, command).unwrap_or_default();
                    self.write::<Product>(product_id.as_uuid(), &moved, Origin::Worker);
                    self.product = moved.iter().fold(self.product.clone(), Product::evolve);
                }
            }
        }
    }

    /// The invoice's credit notes, as far as they are due.
    fn credit(&mut self, sold: &mut Sold) {
        let Some(invoice) = sold.invoice.facts().cloned() else {
            return;
        };
        let mut documents = OrderDocuments::new(sold.order_id, SUPPLIER);
        documents.insert(invoice.clone());
        for due in documents.due(&sold.order) {
            let DueDocument::CreditNote(credit) = due else {
                continue;
            };
            let parties = sealed_for(credit.credit_note);
            let Some(allotment) = self.allot(DocumentKind::CreditNote) else {
                return;
            };
            let drawing = drawing(&allotment, &self.supplier, &parties);
            let Ok(content) = draw_up_credit_note(&invoice, &credit, today(), drawing) else {
                return;
            };
            let content = Arc::new(content);
            self.later();
            let mut credit_note = self.issue(&content);
            let command = DocumentCommand::Credit {
                credit_note: Arc::clone(&content),
            };
            let events = Document::decide(&sold.invoice, command).unwrap_or_default();
            self.write::<Document>(invoice.content.document_id.as_uuid(), &events, Origin::Worker);
            sold.invoice = events.iter().fold(sold.invoice.clone(), Document::evolve);
            self.render(credit.credit_note, &mut credit_note);
        }
    }
}

fn opened(order: &OrderState, refund_id: RefundId) -> Option<(Money, crate::order::RefundReason)> {
    let refund = order.facts()?.refunds.get(&refund_id)?;
    Some((refund.amount, refund.reason))
}
