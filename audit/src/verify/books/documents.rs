//! Documents: their figures add up and are those of their orders, and credit notes take back no more than invoices have.

use comptoir_domain::Decider as _;
use comptoir_domain::document::{
    CreditedLine, Document, DocumentContent, DocumentEvent, DocumentFacts, DocumentKind,
};
use comptoir_domain::values::{DocumentId, Money};

use super::event::Place;
use super::{Billed, Books, Figures, Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

impl Books {
    pub(super) fn document(&mut self, at: Place<'_>, event: &DocumentEvent, findings: &mut Findings) {
        let kind = if let DocumentEvent::DrawnUp(drawn) = event {
            Kind::Begins(drawn.content.document_id.as_uuid())
        } else {
            Kind::Follows
        };
        check_place(at, kind, findings);
        let state = self.documents.take(at.id).unwrap_or_default();
        match event {
            DocumentEvent::DrawnUp(drawn) => self.draw_up(at, &drawn.content, findings),
            DocumentEvent::Credited(credited) => {
                if let Some(facts) = state.facts() {
                    let figures = credit(facts, credited.credit_note, &credited.parts);
                    self.credited.promises(None, Some(figures), at.since());
                }
            }
            DocumentEvent::Replaced(replaced) => {
                if let Some(facts) = state.facts() {
                    let figures = credit(facts, replaced.credit_note, &facts.left());
                    self.credited.promises(None, Some(figures), at.since());
                }
                self.followed.promises(None, Some(replaced.by), at.since());
            }
            DocumentEvent::CreditUndone(undone) => self.followed.promises(None, Some(undone.by), at.since()),
            DocumentEvent::RetentionEnded(_) => {
                let key = state
                    .facts()
                    .map(|facts| (facts.content.order_id, facts.content.supplier));
                self.no_longer_kept.extend(key);
            }
            DocumentEvent::Rendered(_)
            | DocumentEvent::Mailed(_)
            | DocumentEvent::MailFailed(_)
            | DocumentEvent::HandedOver(_) => {}
        }
        let state = Document::evolve(state, event);
        let is_below_zero = |line: &CreditedLine| {
            [line.net, line.tax, line.gross]
                .iter()
                .any(|money| money.amount < 0)
        };
        if takes_back(event)
            && state
                .facts()
                .is_some_and(|facts| facts.left().iter().any(is_below_zero))
        {
            findings.at(Rule::CreditWithinInvoice, at.position, at.stream, || {
                "credit notes take back more than the invoice had".to_owned()
            });
        }
        self.documents.put(at.id, state);
    }

    fn draw_up(&mut self, at: Place<'_>, content: &DocumentContent, findings: &mut Findings) {
        if let Err(error) = content.check() {
            findings.at(Rule::DocumentAmounts, at.position, at.stream, || {
                error.to_string()
            });
        }
        let totals = content.totals;
        let figures = Figures {
            document_id: content.document_id,
            number: Some((content.series.as_uuid(), content.number.as_str().to_owned())),
            order_id: content.order_id,
            net: totals.net.amount,
            tax: totals.tax.amount,
            gross: totals.gross.amount,
        };
        let of_credit = Figures {
            number: None,
            ..figures.clone()
        };
        self.numbered.keeps(None, Some(figures), at.since());
        match content.kind {
            DocumentKind::CreditNote => self.credited.keeps(None, Some(of_credit), at.since()),
            DocumentKind::Invoice if content.preceding.is_some() => {
                self.followed.keeps(None, Some(content.document_id), at.since());
            }
            DocumentKind::Invoice => self.check_first_invoice(at, content, findings),
        }
        self.bill(at, content);
    }

    /// The first invoice of a supplier is over all that was paid to them, with the tax in it.
    fn check_first_invoice(&self, at: Place<'_>, content: &DocumentContent, findings: &mut Findings) {
        let Some(billed) = self.billed.get(&(content.order_id, content.supplier)) else {
            return;
        };
        let totals = content.totals;
        let is_first = !billed.has_documents;
        if is_first && (totals.gross.amount, totals.tax.amount) != (billed.paid, billed.paid_tax) {
            findings.at(Rule::DocumentAmounts, at.position, at.stream, || {
                "the invoice is over another amount, or has another tax, than was paid".to_owned()
            });
        }
    }

    fn bill(&mut self, at: Place<'_>, content: &DocumentContent) {
        let gross = content.totals.gross.amount;
        let by = match content.kind {
            DocumentKind::Invoice => -gross,
            DocumentKind::CreditNote => gross,
        };
        let key = (content.order_id, content.supplier);
        let since = at.since();
        let billed = self.billed.entry(key).or_insert(Billed {
            paid: 0,
            paid_tax: 0,
            outstanding: 0,
            has_documents: true,
            since,
        });
        billed.has_documents = true;
        billed.change(by, since);
        if billed.is_square() {
            self.billed.remove(&key);
        }
    }
}

/// What an invoice says that a credit note takes back.
fn credit(facts: &DocumentFacts, credit_note: DocumentId, parts: &[CreditedLine]) -> Figures {
    let sum = |part: fn(&CreditedLine) -> Money| parts.iter().map(|line| part(line).amount).sum();
    Figures {
        document_id: credit_note,
        number: None,
        order_id: facts.content.order_id,
        net: sum(|line| line.net),
        tax: sum(|line| line.tax),
        gross: sum(|line| line.gross),
    }
}

const fn takes_back(event: &DocumentEvent) -> bool {
    match event {
        DocumentEvent::Credited(_) | DocumentEvent::Replaced(_) => true,
        DocumentEvent::DrawnUp(_)
        | DocumentEvent::CreditUndone(_)
        | DocumentEvent::Rendered(_)
        | DocumentEvent::Mailed(_)
        | DocumentEvent::MailFailed(_)
        | DocumentEvent::HandedOver(_)
        | DocumentEvent::RetentionEnded(_) => false,
    }
}
