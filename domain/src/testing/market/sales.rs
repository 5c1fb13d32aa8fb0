//! A sale: placed, paid by a webhook, licensed, invoiced.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::{Market, Origin, SUPPLIER};
use crate::decider::Decider as _;
use crate::document::{
    Document, DocumentCommand, DocumentContent, DocumentKind, DocumentState, draw_up_invoice,
};
use crate::invoicing::{Allotment, Invoicing, InvoicingCommand};
use crate::licence::{Licence, LicenceCommand, LicenceState};
use crate::order::{
    Availability, LineRequest, Order, OrderCommand, OrderEvent, OrderState, PaymentReport, PaymentStatus,
    PlaceOrder, PricingTerms, PromotionTerms, ReportSource, price_lines,
};
use crate::policy::{exclusive_moves, licences_with, promo_moves};
use crate::product::Product;
use crate::promo::Promo;
use crate::testing::samples::documents::{drawing, sale, sealed_for, series_terms, today};
use crate::testing::samples::events::{code, key_facts, payment_news, rendering, webhook_received};
use crate::testing::samples::{at, buyer, line_request, place, pricing, report, tax_terms};
use crate::values::{DocumentId, LicenceId, LicenceKind, OrderId, PaymentId, WebhookId};
use crate::webhook::{PaymentNews, Webhook, WebhookContent, WebhookEvent, WebhookReceived};

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// So many units of a kind of licence.
    Units(LicenceKind, i64),
    /// One basic licence, with the code.
    WithCode,
}

/// What was sold, as its streams stand.
#[derive(Debug, Clone)]
pub struct Sold {
    /// The order.
    pub order_id: OrderId,
    /// Its state.
    pub order: OrderState,
    /// Its licences.
    pub licences: BTreeMap<LicenceId, LicenceState>,
    /// Its invoice.
    pub invoice: DocumentState,
}

impl Market {
    /// An order is placed, and nobody has paid yet.
    pub fn place(&mut self, wish: Wish) -> Sold {
        let order_id = OrderId::from_uuid(self.next_id());
        let command = OrderCommand::Place(self.placing(order_id, wish));
        let mut sold = Sold {
            order_id,
            order: OrderState::Absent,
            licences: BTreeMap::new(),
            invoice: DocumentState::Absent,
        };
        self.later();
        self.tell(&mut sold, command, Origin::Person);
        let initiated = OrderCommand::RecordPaymentInitiated {
            payment_id: PaymentId::of(order_id),
            provider_status: PaymentStatus::RequiresPaymentMethod,
            at: at(3),
        };
        self.later();
        self.tell(&mut sold, initiated, Origin::Person);
        sold
    }

    /// An order is placed, paid and invoiced.
    pub fn sell(&mut self, wish: Wish) -> Sold {
        let mut sold = self.place(wish);
        self.pay(&mut sold);
        self.invoice(&mut sold);
        sold
    }

    /// A webhook says that the payment has succeeded.
    pub fn pay(&mut self, sold: &mut Sold) {
        let minor = sold.order.facts().map_or(0, |facts| facts.total.amount);
        let report = PaymentReport {
            payment_id: PaymentId::of(sold.order_id),
            amount_minor: minor,
            amount_received_minor: Some(minor),
            source: ReportSource::Webhook,
            ..report(PaymentStatus::Succeeded, 4)
        };
        let news = PaymentNews {
            payment_id: code(&report.payment_id.to_string()),
            amount: Some(minor),
            amount_received: Some(minor),
            ..payment_news()
        };
        let cause = self.hear("payment_succeeded", WebhookContent::Payment(news));
        let command = OrderCommand::RecordPaymentStatus {
            report,
            availability: Availability::Gone,
            at: at(5),
        };
        self.later();
        self.tell(sold, command, cause);
    }

    /// A webhook arrives.
    pub(super) fn hear(&mut self, event_type: &str, content: WebhookContent) -> Origin {
        let provider_event_id = format!("evt_{}", self.next_id().simple());
        let webhook_id = WebhookId::of_provider_event(&provider_event_id);
        let received = WebhookReceived {
            webhook_id,
            provider_event_id: code(&provider_event_id),
            ..webhook_received(event_type, content)
        };
        let event = WebhookEvent::Received(received);
        let event_id = self.append::<Webhook>(webhook_id.as_uuid(), &[event], Origin::Person);
        event_id.map_or(Origin::Worker, Origin::Because)
    }

    /// A command to the order, with all that goes into the same append. What is refused changes nothing.
    pub(super) fn tell(&mut self, sold: &mut Sold, command: OrderCommand, origin: Origin) -> Option<Uuid> {
        let events = Order::decide(&sold.order, command).unwrap_or_default();
        let caused = self.write::<Order>(sold.order_id.as_uuid(), &events, origin);
        for grant in licences_with(&sold.order, &events) {
            let licence_id = grant.licence_id;
            let issue = LicenceCommand::Issue {
                grant,
                key: key_facts(7),
                at: at(5),
            };
            let issued = Licence::decide(&LicenceState::Absent, issue).unwrap_or_default();
            self.write::<Licence>(licence_id.as_uuid(), &issued, origin);
            sold.licences.insert(licence_id, Licence::replay(&issued));
        }
        self.move_along(&sold.order, &events, origin);
        sold.order = events.iter().fold(sold.order.clone(), Order::evolve);
        caused
    }

    fn move_along(&mut self, before: &OrderState, events: &[OrderEvent], origin: Origin) {
        for step in exclusive_moves(before, events) {
            let moved = Product::decide(&self.product, step.command).unwrap_or_default();
            self.write::<Product>(step.product_id.as_uuid(), &moved, origin);
            self.product = moved.iter().fold(self.product.clone(), Product::evolve);
        }
        for step in promo_moves(before, events, at(5)) {
            let moved = Promo::decide(&self.promo, step.command).unwrap_or_default();
            self.write::<Promo>(step.promo_id.as_uuid(), &moved, origin);
            self.promo = moved.iter().fold(self.promo.clone(), Promo::evolve);
        }
    }

    /// The order's invoice is issued and rendered.
    pub fn invoice(&mut self, sold: &mut Sold) {
        let Some(facts) = sold.order.facts() else { return };
        let document_id = DocumentId::of_order(sold.order_id, SUPPLIER);
        let (allotment, parties) = (self.allot(DocumentKind::Invoice), sealed_for(document_id));
        let drawn = allotment.and_then(|allotment| {
            draw_up_invoice(facts, sale(), drawing(&allotment, &self.supplier, &parties)).ok()
        });
        let Some(content) = drawn.map(Arc::new) else {
            return;
        };
        self.later();
        sold.invoice = self.issue(&content);
        self.render(document_id, &mut sold.invoice);
    }

    pub(super) fn allot(&mut self, kind: DocumentKind) -> Option<Allotment> {
        self.series(kind)
            .allot(&series_terms(SUPPLIER, kind), today())
            .ok()
    }

    /// Number and document, in the append that is under way.
    pub(super) fn issue(&mut self, content: &Arc<DocumentContent>) -> DocumentState {
        let kind = content.kind;
        let issue = InvoicingCommand::Issue {
            terms: series_terms(SUPPLIER, kind),
            content: Arc::clone(content),
        };
        let numbered = Invoicing::decide(self.series(kind), issue).unwrap_or_default();
        self.write::<Invoicing>(content.series.as_uuid(), &numbered, Origin::Worker);
        *self.series(kind) = numbered.iter().fold(self.series(kind).clone(), Invoicing::evolve);
        let draw_up = DocumentCommand::DrawUp {
            content: Arc::clone(content),
        };
        let drawn = Document::decide(&DocumentState::Absent, draw_up).unwrap_or_default();
        self.write::<Document>(content.document_id.as_uuid(), &drawn, Origin::Worker);
        Document::replay(&drawn)
    }

    pub(super) fn render(&mut self, document_id: DocumentId, state: &mut DocumentState) {
        let command = DocumentCommand::RecordRendered {
            rendering: rendering(),
            at: at(7),
        };
        let events = Document::decide(state, command).unwrap_or_default();
        self.append::<Document>(document_id.as_uuid(), &events, Origin::Worker);
        *state = events.iter().fold(state.clone(), Document::evolve);
    }

    fn placing(&self, order_id: OrderId, wish: Wish) -> PlaceOrder {
        let (kind, quantity) = match wish {
            Wish::Units(kind, quantity) => (kind, quantity),
            Wish::WithCode => (LicenceKind::Basic, 1),
        };
        let tax = tax_terms();
        let promotion = (wish == Wish::WithCode).then(|| PromotionTerms {
            state: &self.promo,
            buyer_id: buyer().person_id,
            at: at(2),
        });
        let terms = PricingTerms {
            promotion,
            ..pricing(&tax)
        };
        let request = LineRequest {
            product_id: self.product_id,
            ..line_request(kind, quantity)
        };
        let products = BTreeMap::from([(self.product_id, self.product.clone())]);
        let priced = price_lines(order_id, &[request], &products, terms);
        PlaceOrder {
            order_id,
            priced: priced.expect("what is on sale can be ordered"),
            ..place(&[line_request(LicenceKind::Basic, 1)])
        }
    }
}
