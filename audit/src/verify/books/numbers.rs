//! Numbers of invoices and credit notes: without gap in their series, and each of one document.

use comptoir_domain::Decider as _;
use comptoir_domain::document::{DocumentKind, DocumentNumber, Supplier};
use comptoir_domain::invoicing::{Invoicing, InvoicingEvent, InvoicingState};
use comptoir_domain::values::{DocumentId, InvoicingId, Money, OrderId};

use super::event::Place;
use super::{Books, Figures, Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

/// A series, and the last number that it gave out.
#[derive(Debug, Clone, Default)]
pub(super) struct Series {
    state: InvoicingState,
    last: Option<u32>,
}

/// What both kinds of documents have.
struct Issued<'a> {
    document_id: DocumentId,
    number: &'a DocumentNumber,
    sequence: u32,
    supplier: Supplier,
    kind: DocumentKind,
    order_id: OrderId,
    amounts: [Money; 3],
}

impl Series {
    pub(super) fn after(self, event: &InvoicingEvent) -> Self {
        Self {
            last: issued(event).map_or(self.last, |issued| Some(issued.sequence)),
            state: Invoicing::evolve(self.state, event),
        }
    }
}

impl Books {
    pub(super) fn number(&mut self, at: Place<'_>, event: &InvoicingEvent, findings: &mut Findings) {
        let kind = if let InvoicingEvent::SeriesOpened(opened) = event {
            let series = InvoicingId::of_series(opened.supplier, opened.kind, opened.year);
            if opened.series != series {
                findings.at(Rule::NumberDocument, at.position, at.stream, || {
                    "the series is not that of its supplier, kind and year".to_owned()
                });
            }
            Kind::Begins(opened.series.as_uuid())
        } else {
            Kind::Follows
        };
        check_place(at, kind, findings);
        let series = self.series.take(at.id).unwrap_or_default();
        if let Some(issued) = issued(event) {
            check_number(at, &series, &issued, findings);
            let [net, tax, gross] = issued.amounts.map(|money| money.amount);
            let figures = Figures {
                document_id: issued.document_id,
                number: Some((at.id, issued.number.as_str().to_owned())),
                order_id: issued.order_id,
                net,
                tax,
                gross,
            };
            self.numbered.promises(None, Some(figures), at.since());
        }
        self.series.put(at.id, series.after(event));
    }
}

fn check_number(at: Place<'_>, series: &Series, issued: &Issued<'_>, findings: &mut Findings) {
    let Some(facts) = series.state.facts() else { return };
    let expected = series
        .last
        .map_or(facts.terms.first_number.get(), |last| last.saturating_add(1));
    if issued.sequence != expected {
        findings.at(Rule::NumberDense, at.position, at.stream, || {
            format!(
                "number {} is given out, where {expected} follows",
                issued.sequence
            )
        });
    }
    if facts
        .newest
        .as_ref()
        .is_some_and(|newest| newest.number == *issued.number)
    {
        findings.at(Rule::NumberDense, at.position, at.stream, || {
            "the number was given out before".to_owned()
        });
    }
    let written = facts
        .terms
        .format
        .number(facts.terms.supplier, facts.terms.year, issued.sequence);
    let is_of_series = (issued.supplier, issued.kind) == (facts.terms.supplier, facts.terms.kind);
    if written.as_ref() != Ok(issued.number) || !is_of_series {
        findings.at(Rule::NumberDocument, at.position, at.stream, || {
            "the number is not written as the series writes it, or is of another series".to_owned()
        });
    }
}

fn issued(event: &InvoicingEvent) -> Option<Issued<'_>> {
    match event {
        InvoicingEvent::SeriesOpened(_) => None,
        InvoicingEvent::InvoiceIssued(issued) => Some(Issued {
            document_id: issued.document_id,
            number: &issued.number,
            sequence: issued.sequence,
            supplier: issued.supplier,
            kind: DocumentKind::Invoice,
            order_id: issued.order_id,
            amounts: [issued.net, issued.tax, issued.gross],
        }),
        InvoicingEvent::CreditNoteIssued(issued) => Some(Issued {
            document_id: issued.document_id,
            number: &issued.number,
            sequence: issued.sequence,
            supplier: issued.supplier,
            kind: DocumentKind::CreditNote,
            order_id: issued.order_id,
            amounts: [issued.net, issued.tax, issued.gross],
        }),
    }
}
