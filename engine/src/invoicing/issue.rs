//! What an order owes is issued, each document once: its stream begins in the append that takes its number.
//!
//! Which documents are missing, the domain says of the order and of the documents that are there. So it makes no difference
//! because of which event, how often, or on how many nodes at once it is looked at.

use chrono::NaiveDate;
use comptoir_domain::document::{
    BuyerParty, CustomerKind, DocumentCommand, DocumentContent, DocumentKind, Drawing, DueDocument, Locale,
    Parties, Sale, Supplier, draw_up_credit_note, draw_up_invoice, draw_up_invoice_again, suppliers_of,
};
use comptoir_domain::order::{Order, OrderFacts};
use comptoir_domain::values::{DocumentId, OrderId, PersonId};
use comptoir_ledger::{Append, Loaded, Metadata};

use super::config::InvoicingConfig;
use super::draw_up::{Drawn, Supply, WaitsFor};
use super::known::KnownDocuments;
use crate::aggregates::{Attempts, Freshness};
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// What an order is left with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All that it owes is issued.
    Issued,
    /// Invoices of these sellers wait for something that they have yet to say.
    WaitsFor(Vec<(PersonId, WaitsFor)>),
}

/// What one look at the documents of a supplier led to.
enum Next {
    Issued,
    SomethingMoved,
    NothingDue,
    Waits(WaitsFor),
}

/// Whether there is all that a due document is made from.
enum Found<'a> {
    Matter(Box<Matter<'a>>),
    /// What it follows is no longer kept.
    NoLongerKept,
    /// The seller has yet to say something.
    Waits(WaitsFor),
}

/// What a due document is made from, besides its number.
struct Matter<'a> {
    order: &'a OrderFacts,
    known: &'a KnownDocuments,
    due: &'a DueDocument,
    supply: Supply,
    customer: CustomerKind,
    buyer: BuyerParty,
    locale: Locale,
    paid_on: NaiveDate,
}

impl Engine {
    /// Issues what an order owes now, should something have been left out. Nothing happens where nothing is owed.
    #[tracing::instrument(name = "engine.order.issue_documents", skip_all, fields(%order_id))]
    pub async fn issue_documents(&self, order_id: OrderId) -> Result<(), UseCaseError> {
        let invoicing = self.invoicing().ok_or(UseCaseError::InvoicingOff)?;
        self.issue_due(invoicing, order_id, &by_worker("operator"))
            .await
            .map(drop)
    }

    /// Issues all that an order owes and that can be issued.
    pub(crate) async fn issue_due(
        &self,
        invoicing: &InvoicingConfig,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<Outcome, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let suppliers = order.state.facts().map(suppliers_of).unwrap_or_default();
        drop(order);
        let mut waits_for = Vec::new();
        for supplier in suppliers {
            waits_for.extend(self.issue_of(invoicing, order_id, supplier, metadata).await?);
        }
        Ok(if waits_for.is_empty() {
            Outcome::Issued
        } else {
            Outcome::WaitsFor(waits_for)
        })
    }

    /// The same for one supplier; the seller and what is waited for, if they are.
    async fn issue_of(
        &self,
        invoicing: &InvoicingConfig,
        order_id: OrderId,
        supplier: Supplier,
        metadata: &Metadata,
    ) -> Result<Option<(PersonId, WaitsFor)>, UseCaseError> {
        let mut attempts = patient();
        loop {
            let next = self
                .issue_next(invoicing, order_id, supplier, metadata, &mut attempts)
                .await?;
            match (next, supplier) {
                (Next::Issued, _) => attempts = patient(),
                (Next::SomethingMoved, _) => {}
                (Next::NothingDue, _) | (Next::Waits(_), Supplier::Platform) => return Ok(None),
                (Next::Waits(what), Supplier::Seller { seller_id }) => return Ok(Some((seller_id, what))),
            }
        }
    }

    async fn issue_next(
        &self,
        invoicing: &InvoicingConfig,
        order_id: OrderId,
        supplier: Supplier,
        metadata: &Metadata,
        attempts: &mut Attempts,
    ) -> Result<Next, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let Some(facts) = order.state.facts() else {
            return Ok(Next::NothingDue);
        };
        let known = self.known_documents(order_id, supplier).await?;
        let due = known.documents.due(&order.state);
        let Some(due) = due.into_iter().find(|due| invoicing.is_for_us(facts, due)) else {
            return Ok(Next::NothingDue);
        };
        let matter = match self.matter(invoicing, facts, &known, &due).await? {
            Found::Matter(matter) => *matter,
            Found::NoLongerKept => return Ok(Next::NothingDue),
            Found::Waits(what) => return Ok(Next::Waits(what)),
        };
        self.append_due(invoicing, &order, matter, metadata, attempts)
            .await
    }

    /// What a due document is made from.
    async fn matter<'a>(
        &self,
        invoicing: &InvoicingConfig,
        order: &'a OrderFacts,
        known: &'a KnownDocuments,
        due: &'a DueDocument,
    ) -> Result<Found<'a>, UseCaseError> {
        let paid_on = invoicing.day_of(order.paid_at.unwrap_or(order.placed_at));
        let matter = |supply, customer, buyer, locale| {
            Found::Matter(Box::new(Matter {
                order,
                known,
                due,
                supply,
                customer,
                buyer,
                locale,
                paid_on,
            }))
        };
        // Both parties are who they were when the document was issued that this one follows, or who the buyer was corrected
        // to be.
        let named_by = match due {
            DueDocument::Invoice { document_id: _ } => {
                let Some(supply) = self.supply_of(invoicing, known.supplier).await? else {
                    return Ok(Found::Waits(WaitsFor::Mandate));
                };
                if let Some(what) = supply.waits_for(order, known.supplier, due) {
                    return Ok(Found::Waits(what));
                }
                let buyer = self.invoiced_buyer(order).await?;
                let country = buyer
                    .address
                    .as_ref()
                    .map_or(buyer.country, |address| address.country);
                let customer = CustomerKind::of(&order.tax.customer);
                return Ok(matter(supply, customer, buyer, invoicing.locale_for(country)));
            }
            DueDocument::CreditNote(credit) => known.documents.get(credit.invoice),
            DueDocument::InvoiceAgain { .. } => known.documents.invoices().pop(),
        };
        let Some(content) = named_by.map(|facts| &facts.content) else {
            return Ok(Found::NoLongerKept);
        };
        let Some(Parties { supplier, buyer }) = self.open_parties(content).await? else {
            return Ok(Found::NoLongerKept);
        };
        let supply = Supply::of_followed(content, supplier)?;
        Ok(matter(supply, content.customer, buyer, content.locale))
    }

    async fn append_due(
        &self,
        invoicing: &InvoicingConfig,
        order: &Loaded<Order>,
        matter: Matter<'_>,
        metadata: &Metadata,
        attempts: &mut Attempts,
    ) -> Result<Next, UseCaseError> {
        let (supplier, kind) = (matter.known.supplier, kind_of(matter.due));
        let parties = Parties {
            supplier: matter.supply.party.clone(),
            buyer: matter.buyer.clone(),
        };
        let named = self.name_parties(id_of(matter.due), parties).await?;
        let series = invoicing.series_at(supplier, kind, self.now());
        let _turn = self.series_turns.wait(series.as_uuid()).await;
        // Only now: the sequence of numbers is the sequence of moments.
        let at = self.now();
        let number = self
            .next_number(invoicing, supplier, kind, at, attempts.freshness())
            .await?;
        let content = matter.drawn_up(
            invoicing,
            Drawing {
                allotment: &number.allotment,
                terms: &matter.supply.terms,
                locale: matter.locale,
                parties: &named.sealed,
                at,
            },
        )?;
        let drawn = Drawn::new(content, &named, number)?;
        let append = matter.supply.hold(Append::new(metadata).check(order));
        let append = matter.with_followed(drawn.add_to(append, self), &drawn, self)?;
        match self.ledger.append(append).await {
            Ok(_) => {
                drawn.remember(self);
                Ok(Next::Issued)
            }
            Err(failed) => {
                self.retry_after(failed, attempts, || drawn.forget(self)).await?;
                Ok(Next::SomethingMoved)
            }
        }
    }
}

impl Matter<'_> {
    fn drawn_up(
        &self,
        invoicing: &InvoicingConfig,
        drawing: Drawing<'_>,
    ) -> Result<DocumentContent, UseCaseError> {
        let missing = || UseCaseError::Unreadable(format!("the documents of {}", self.order.order_id));
        let content = match self.due {
            DueDocument::Invoice { document_id: _ } => {
                let sale = Sale {
                    customer: self.customer,
                    supplied_on: self.paid_on,
                    paid_on: self.paid_on,
                };
                draw_up_invoice(self.order, sale, drawing)
            }
            DueDocument::CreditNote(credit) => {
                let invoice = self.known.documents.get(credit.invoice).ok_or_else(missing)?;
                let refund = self.order.refunds.get(&credit.refund_id);
                let refunded_at = refund.and_then(|refund| refund.provider_updated);
                let refunded_on = invoicing.day_of(refunded_at.unwrap_or(drawing.at));
                draw_up_credit_note(invoice, credit, refunded_on, drawing)
            }
            DueDocument::InvoiceAgain {
                document_id: _,
                credit_note,
            } => {
                let credit_note = self.known.documents.get(*credit_note).ok_or_else(missing)?;
                draw_up_invoice_again(credit_note, self.customer, self.paid_on, drawing)
            }
        };
        Ok(content?)
    }

    /// Adds what happens to the document that this one follows.
    fn with_followed(&self, append: Append, drawn: &Drawn, engine: &Engine) -> Result<Append, UseCaseError> {
        let content = drawn.content.clone();
        let (followed, command) = match self.due {
            DueDocument::Invoice { document_id: _ } => return Ok(append),
            DueDocument::CreditNote(credit) => {
                (credit.invoice, DocumentCommand::Credit { credit_note: content })
            }
            DueDocument::InvoiceAgain {
                document_id: _,
                credit_note,
            } => (*credit_note, DocumentCommand::UndoCredit { by: content }),
        };
        let followed = self
            .known
            .stream(followed)
            .ok_or_else(|| UseCaseError::Unreadable(followed.to_string()))?;
        let events = followed.decide(command)?;
        Ok(append.write(followed, &events, engine.ledger.ids()))
    }
}

impl InvoicingConfig {
    /// Whether it is ours to issue: what was paid before invoices were issued here has none, and so nothing follows it.
    pub(crate) fn is_for_us(&self, order: &OrderFacts, due: &DueDocument) -> bool {
        match (due, self.since) {
            (DueDocument::Invoice { .. }, Some(since)) => {
                order.paid_at.is_some_and(|paid_at| self.day_of(paid_at) >= since)
            }
            (DueDocument::Invoice { .. }, None)
            | (DueDocument::CreditNote(_) | DueDocument::InvoiceAgain { .. }, _) => true,
        }
    }
}

/// The stream of a series is written to by all documents of it: who loses a round has done nothing wrong.
pub(crate) fn patient() -> Attempts {
    let mut attempts = Attempts::new();
    attempts.be_patient();
    attempts
}

const fn kind_of(due: &DueDocument) -> DocumentKind {
    match due {
        DueDocument::Invoice { .. } | DueDocument::InvoiceAgain { .. } => DocumentKind::Invoice,
        DueDocument::CreditNote(_) => DocumentKind::CreditNote,
    }
}

const fn id_of(due: &DueDocument) -> DocumentId {
    match due {
        DueDocument::Invoice { document_id } | DueDocument::InvoiceAgain { document_id, .. } => *document_id,
        DueDocument::CreditNote(credit) => credit.credit_note,
    }
}
