//! A desk that issues documents as the engine does: each in one append with its series and with the documents it changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::*;
use super::basket::Basket;
use crate::decider::Decider as _;
use crate::invoicing::{Allotment, Invoicing, InvoicingCommand, InvoicingState};
use crate::order::{Order, OrderCommand, OrderFacts, OrderState};
use crate::seller::{Seller, SellerMandateAccepted, SellerState};
use crate::tax::SellerTax;
use crate::testing::samples::at;
use crate::testing::samples::documents::{platform_terms, sealed_for, series_terms, today};
use crate::testing::samples::events::{seller_identified, seller_mandate_accepted};
use crate::values::{DocumentId, InvoicingId, Line, PersonId, SellerId};

/// An order and all streams of its documents.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) order: OrderState,
    pub(super) documents: BTreeMap<DocumentId, DocumentState>,
    pub(super) series: BTreeMap<InvoicingId, InvoicingState>,
    /// What sellers say of themselves; others charge VAT in France.
    sellers: BTreeMap<PersonId, SellerTax>,
    now: DateTime<Utc>,
}

impl Desk {
    pub(super) fn new(order: OrderState) -> Self {
        Self {
            order,
            documents: BTreeMap::new(),
            series: BTreeMap::new(),
            sellers: BTreeMap::new(),
            now: at(10),
        }
    }

    /// For what these sellers have sold.
    pub(super) fn of(basket: &Basket) -> Self {
        Self {
            sellers: basket.identified.clone(),
            ..Self::new(basket.paid())
        }
    }

    pub(super) fn facts(&self) -> &OrderFacts {
        self.order.facts().unwrap()
    }

    /// Something happens to the order, or is refused.
    pub(super) fn tell(&mut self, command: OrderCommand) {
        if let Ok(events) = Order::decide(&self.order, command) {
            self.order = events.iter().fold(self.order.clone(), Order::evolve);
        }
    }

    /// Issues whatever is missing, one after the other.
    pub(super) fn catch_up(&mut self) {
        for supplier in suppliers_of(&self.facts().clone()) {
            for _ in 0..100 {
                let documents = self.documents_of(supplier);
                let Some(due) = documents.due(&self.order).into_iter().next() else {
                    break;
                };
                self.issue(supplier, &documents, due);
            }
            assert_eq!(
                self.documents_of(supplier).due(&self.order),
                [],
                "no end of documents"
            );
        }
    }

    pub(super) fn documents_of(&self, supplier: Supplier) -> OrderDocuments {
        let mut documents = OrderDocuments::new(self.facts().order_id, supplier);
        let mut wanted = vec![documents.first()];
        while let Some(document_id) = wanted.pop() {
            let facts = self.documents.get(&document_id).and_then(DocumentState::facts);
            if let Some(facts) = facts {
                wanted.extend(documents.insert(facts.clone()));
            }
        }
        documents
    }

    fn issue(&mut self, supplier: Supplier, documents: &OrderDocuments, due: DueDocument) {
        let customer = CustomerKind::of(&self.facts().tax.customer);
        match due {
            DueDocument::Invoice { document_id } => {
                let sale = Sale {
                    customer,
                    supplied_on: today(),
                    paid_on: today(),
                };
                let facts = self.facts().clone();
                self.draw(supplier, DocumentKind::Invoice, document_id, |drawing| {
                    draw_up_invoice(&facts, sale, drawing)
                });
            }
            DueDocument::CreditNote(credit) => {
                let invoice = documents.get(credit.invoice).unwrap();
                let kind = DocumentKind::CreditNote;
                let credit_note = self.draw(supplier, kind, credit.credit_note, |drawing| {
                    draw_up_credit_note(invoice, &credit, today(), drawing)
                });
                self.decide(credit.invoice, DocumentCommand::Credit { credit_note });
            }
            DueDocument::InvoiceAgain {
                document_id,
                credit_note,
            } => {
                let facts = documents.get(credit_note).unwrap();
                let by = self.draw(supplier, DocumentKind::Invoice, document_id, |drawing| {
                    draw_up_invoice_again(facts, customer, today(), drawing)
                });
                self.decide(credit_note, DocumentCommand::UndoCredit { by });
            }
        }
    }

    /// The buyer corrects their address on an invoice.
    pub(super) fn correct(&mut self, invoice: DocumentId) -> Result<(), DrawUpError> {
        let facts = self.documents[&invoice].facts().unwrap().clone();
        let (supplier, customer) = (facts.content.supplier, facts.content.customer);
        if facts.left().iter().all(|left| !left.is_something()) {
            return Err(DrawUpError::Nothing);
        }
        let id = |kind| DocumentId::of_correction(invoice, kind);
        let credit_note = self.draw(
            supplier,
            DocumentKind::CreditNote,
            id(DocumentKind::CreditNote),
            |drawing| draw_up_correction(&facts, drawing),
        );
        let by = self.draw(
            supplier,
            DocumentKind::Invoice,
            id(DocumentKind::Invoice),
            |drawing| draw_up_corrected_invoice(&facts, customer, drawing),
        );
        self.decide(invoice, DocumentCommand::Replace { credit_note, by });
        Ok(())
    }

    fn draw(
        &mut self,
        supplier: Supplier,
        kind: DocumentKind,
        document_id: DocumentId,
        draw: impl FnOnce(Drawing<'_>) -> Result<DocumentContent, DrawUpError>,
    ) -> Arc<DocumentContent> {
        self.now += TimeDelta::minutes(1);
        let terms = series_terms(supplier, kind);
        let (supplier_terms, parties) = (self.supplier_terms(supplier), sealed_for(document_id));
        let series = self.series.entry(terms.series()).or_default();
        let allotment: Allotment = series.allot(&terms, today()).unwrap();
        let drawing = Drawing {
            allotment: &allotment,
            terms: &supplier_terms,
            locale: Locale::FRENCH,
            parties: &parties,
            at: self.now,
        };
        let content = Arc::new(draw(drawing).unwrap());
        assert_eq!(content.document_id, document_id);
        let command = InvoicingCommand::Issue {
            terms,
            content: Arc::clone(&content),
        };
        let events = Invoicing::decide(series, command).unwrap();
        *series = events.iter().fold(series.clone(), Invoicing::evolve);
        let draw_up = DocumentCommand::DrawUp {
            content: Arc::clone(&content),
        };
        assert!(!self.documents.contains_key(&document_id), "issued twice");
        self.decide(document_id, draw_up);
        content
    }

    fn decide(&mut self, document_id: DocumentId, command: DocumentCommand) {
        let state = self.documents.entry(document_id).or_default();
        let events = Document::decide(state, command).unwrap();
        assert_eq!(events.len(), 1);
        *state = events.iter().fold(state.clone(), Document::evolve);
    }

    /// What the invoices still stand for, by line: net, tax and gross.
    pub(super) fn invoiced(&self) -> BTreeMap<u32, (i64, i64, i64)> {
        let mut invoiced = BTreeMap::new();
        for facts in self.documents.values().filter_map(DocumentState::facts) {
            for left in facts.left() {
                let line: &mut (i64, i64, i64) = invoiced.entry(left.order_line).or_default();
                line.0 += left.net.amount;
                line.1 += left.tax.amount;
                line.2 += left.gross.amount;
            }
        }
        invoiced
    }

    /// Every seller of these tests has given the mandate.
    fn supplier_terms(&self, supplier: Supplier) -> SupplierTerms {
        match supplier {
            Supplier::Platform => platform_terms(),
            Supplier::Seller { seller_id } => terms_of(seller_id, self.sellers.get(&seller_id)),
        }
    }
}

/// What the platform writes in the name of a seller with; without more, they charge VAT in France.
pub(super) fn terms_of(seller_id: PersonId, tax: Option<&SellerTax>) -> SupplierTerms {
    let seller_id = SellerId::from(seller_id);
    let usual = seller_identified();
    let identified = crate::seller::SellerIdentified {
        seller_id,
        country: tax.map_or(usual.country, |tax| tax.country),
        vat: tax.map_or(usual.vat, |tax| tax.vat),
        ..usual
    };
    let accepted = SellerMandateAccepted {
        seller_id,
        ..seller_mandate_accepted()
    };
    let seller: SellerState = Seller::replay(&[identified.into(), accepted.into()]);
    SupplierTerms::of_seller(&seller, Line::try_new("Comptoir SAS").unwrap()).unwrap()
}
