//! Series of numbers, told.

use comptoir_domain::document::{DocumentKind, Supplier};
use comptoir_domain::invoicing::{Invoicing, InvoicingEvent, InvoicingState};
use comptoir_domain::values::PersonId;

use super::words::money;
use super::{Line, Part, Told};

impl Told for Invoicing {
    fn sentence(event: &InvoicingEvent) -> String {
        match event {
            InvoicingEvent::SeriesOpened(opened) => {
                format!("series of {} opened for {}", numbered(opened.kind), opened.year)
            }
            InvoicingEvent::InvoiceIssued(issued) => format!(
                "invoice {} over {} issued for order {}",
                issued.number.as_str(),
                money(issued.gross),
                issued.order_id
            ),
            InvoicingEvent::CreditNoteIssued(issued) => format!(
                "credit note {} over {} issued for order {}",
                issued.number.as_str(),
                money(issued.gross),
                issued.order_id
            ),
        }
    }

    fn lines(state: &InvoicingState) -> Vec<Line> {
        let facts = match state {
            InvoicingState::Absent => return Vec::new(),
            InvoicingState::Open(facts) => facts,
        };
        let mut said = vec![
            ("numbers", numbered(facts.terms.kind).to_owned()),
            ("year", facts.terms.year.to_string()),
            ("supplier", facts.terms.supplier.to_string()),
            ("issued", facts.issued.to_string()),
        ];
        if let Some(newest) = &facts.newest {
            said.push(("newest", newest.number.as_str().to_owned()));
        }
        said
    }

    fn people(state: &InvoicingState) -> Vec<(PersonId, Part)> {
        match state {
            InvoicingState::Absent => Vec::new(),
            InvoicingState::Open(facts) => match facts.terms.supplier {
                Supplier::Platform => Vec::new(),
                Supplier::Seller { seller_id } => vec![(seller_id, Part::Seller)],
            },
        }
    }
}

const fn numbered(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "invoices",
        DocumentKind::CreditNote => "credit notes",
    }
}
