//! Which documents an order owes: what its refunds and its documents, as they stand, come to. Whoever asks again after a
//! crash, a repeat, or news in another order gets what is still missing, and no more.

mod crediting;

use std::collections::BTreeMap;

use super::content::{DocumentKind, Supplier};
use super::event::CreditedLine;
use super::state::DocumentFacts;
use super::supplier::suppliers_of;
use crate::order::{OrderFacts, OrderState, RefundStanding};
use crate::values::{DocumentId, OrderId, RefundId};

/// The documents of an order by one of its suppliers, as their streams say. Each append must check their revisions.
///
/// They are found by themselves: [`OrderDocuments::first`] is where they begin, and each names those that follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDocuments {
    order_id: OrderId,
    supplier: Supplier,
    documents: BTreeMap<DocumentId, DocumentFacts>,
}

/// A document that an order owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueDocument {
    /// The first invoice: [`super::draw_up_invoice`].
    Invoice {
        /// The invoice.
        document_id: DocumentId,
    },
    /// A credit note: [`super::draw_up_credit_note`], together with [`super::DocumentCommand::Credit`] to its invoice.
    CreditNote(DueCredit),
    /// The invoice after a refund that failed once it had been credited: [`super::draw_up_invoice_again`], together with
    /// [`super::DocumentCommand::UndoCredit`] to the credit note.
    InvoiceAgain {
        /// The invoice.
        document_id: DocumentId,
        /// The credit note that it follows.
        credit_note: DocumentId,
    },
}

/// What a refund takes back of one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCredit {
    /// The credit note.
    pub credit_note: DocumentId,
    /// The invoice.
    pub invoice: DocumentId,
    /// The refund.
    pub refund_id: RefundId,
    /// What of which line.
    pub parts: Vec<CreditedLine>,
}

impl OrderDocuments {
    /// None yet.
    pub const fn new(order_id: OrderId, supplier: Supplier) -> Self {
        Self {
            order_id,
            supplier,
            documents: BTreeMap::new(),
        }
    }

    /// The document that the others follow, whether it was issued or not.
    pub fn first(&self) -> DocumentId {
        DocumentId::of_order(self.order_id, self.supplier)
    }

    /// Adds one that was issued, and says which ones follow it and are to be added too.
    pub fn insert(&mut self, facts: DocumentFacts) -> Vec<DocumentId> {
        let followers = facts.followers().collect();
        self.documents.insert(facts.content.document_id, facts);
        followers
    }

    /// One of them.
    pub fn get(&self, document_id: DocumentId) -> Option<&DocumentFacts> {
        self.documents.get(&document_id)
    }

    /// Their invoices, the first one first.
    pub fn invoices(&self) -> Vec<&DocumentFacts> {
        let is_invoice = |facts: &&DocumentFacts| facts.content.kind == DocumentKind::Invoice;
        let mut invoices: Vec<_> = self.documents.values().filter(is_invoice).collect();
        invoices.sort_by_key(|facts| (facts.content.at, facts.content.document_id));
        invoices
    }

    /// The documents that are missing. Once one of them is issued, ask again: another may follow from it.
    pub fn due(&self, order: &OrderState) -> Vec<DueDocument> {
        let facts = match order {
            OrderState::Paid(facts) => facts,
            OrderState::Absent
            | OrderState::AwaitingPayment(_)
            | OrderState::Processing(_)
            | OrderState::PaymentFailed(_)
            | OrderState::Cancelled(_)
            | OrderState::Expired(_) => return vec![],
        };
        if !suppliers_of(facts).contains(&self.supplier) {
            return vec![];
        }
        let document_id = self.first();
        if self.get(document_id).is_none() {
            return vec![DueDocument::Invoice { document_id }];
        }
        let mut refunds: Vec<_> = facts.refunds.iter().collect();
        refunds.sort_by_key(|(_, refund)| refund.number);
        let mut due = Vec::new();
        for (refund_id, refund) in &refunds {
            match refund.standing {
                RefundStanding::Declined => due.extend(self.due_again(**refund_id)),
                RefundStanding::Open | RefundStanding::Settled => {}
            }
        }
        let mut room = self.room();
        for (refund_id, refund) in refunds {
            match refund.standing {
                RefundStanding::Settled => {
                    let wanted = self.not_yet_credited(facts, *refund_id, &refund.parts);
                    due.extend(self.due_credits(*refund_id, wanted, &mut room));
                }
                RefundStanding::Open | RefundStanding::Declined => {}
            }
        }
        due
    }

    /// An invoice for each credit note of a refund that has none yet.
    fn due_again(&self, refund_id: RefundId) -> Vec<DueDocument> {
        let credit_notes = self.credit_notes_of(refund_id);
        let again = credit_notes.map(|credit_note| DueDocument::InvoiceAgain {
            document_id: DocumentId::of_undone_refund(credit_note),
            credit_note,
        });
        again.collect()
    }

    /// The credit notes of a refund that still hold.
    fn credit_notes_of(&self, refund_id: RefundId) -> impl Iterator<Item = DocumentId> {
        let credits = self.invoices().into_iter().flat_map(|facts| &facts.credits);
        let credit_notes = credits
            .filter(move |credit| credit.refund_id == Some(refund_id))
            .map(|credit| credit.credit_note);
        credit_notes.filter(|credit_note| {
            let known = self.get(*credit_note);
            known.is_none_or(|facts| facts.undone_by.is_none())
        })
    }

    fn lines_of<'a>(&self, facts: &'a OrderFacts) -> impl Iterator<Item = u32> + use<'a> {
        let supplier = self.supplier;
        let lines = (0_u32..).zip(&facts.lines);
        lines
            .filter(move |(_, line)| Supplier::of_line(line) == supplier)
            .map(|(number, _)| number)
    }
}
