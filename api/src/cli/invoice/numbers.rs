//! Whether numbers and documents belong together: each number of a series is one document's, and none is missing.

use std::collections::{BTreeMap, HashMap};

use comptoir_domain::document::{DocumentContent, DocumentNumber};
use comptoir_domain::invoicing::InvoicingEvent;
use comptoir_domain::values::{DocumentId, InvoicingId, Money, OrderId};

/// What a series says of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Numbered {
    number: DocumentNumber,
    order_id: OrderId,
    gross: Money,
}

/// The numbers that were seen so far.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The next number of each series.
    next: BTreeMap<InvoicingId, u32>,
    /// Those whose document was not seen yet. Both are recorded by one append, so that these are never many.
    without_document: HashMap<DocumentId, Numbered>,
}

impl Numbers {
    /// Notes an event of a series; what is wrong with it.
    pub(super) fn number(&mut self, series: InvoicingId, event: InvoicingEvent) -> Option<String> {
        let (document_id, sequence, numbered) = match event {
            InvoicingEvent::SeriesOpened(opened) => {
                self.next.insert(series, opened.first_number.get());
                return None;
            }
            InvoicingEvent::InvoiceIssued(issued) => (
                issued.document_id,
                issued.sequence,
                Numbered {
                    number: issued.number,
                    order_id: issued.order_id,
                    gross: issued.gross,
                },
            ),
            InvoicingEvent::CreditNoteIssued(issued) => (
                issued.document_id,
                issued.sequence,
                Numbered {
                    number: issued.number,
                    order_id: issued.order_id,
                    gross: issued.gross,
                },
            ),
        };
        let expected = self.next.insert(series, sequence.saturating_add(1));
        let number = numbered.number.as_str().to_owned();
        self.without_document.insert(document_id, numbered);
        match expected {
            Some(expected) if expected == sequence => None,
            Some(expected) => Some(format!(
                "{number} is number {sequence} of its series, not {expected}"
            )),
            None => Some(format!("{number} is of a series that was never opened")),
        }
    }

    /// Notes a document; what is wrong with it.
    pub(super) fn document(&mut self, content: &DocumentContent) -> Option<String> {
        let found = Numbered {
            number: content.number.clone(),
            order_id: content.order_id,
            gross: content.totals.gross,
        };
        let number = content.number.as_str();
        match self.without_document.remove(&content.document_id) {
            Some(numbered) if numbered == found => None,
            Some(_) => Some(format!("{number} is not what its series says of it")),
            None => Some(format!("{number} has no number in its series")),
        }
    }

    /// What is left of numbers without a document at the end.
    pub(super) fn missing(self) -> Vec<String> {
        let mut numbers: Vec<String> = self
            .without_document
            .into_values()
            .map(|numbered| format!("{} has no document", numbered.number.as_str()))
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use comptoir_documents::fixtures;
    use comptoir_domain::document::{DocumentKind, Supplier};
    use comptoir_domain::invoicing::{InvoiceIssued, SeriesFormats, SeriesOpened};

    use super::*;

    fn content(number: u32) -> DocumentContent {
        let mut content = fixtures::named("b2c_fr").unwrap().content;
        content.document_id = DocumentId::from_uuid(uuid::Uuid::from_u128(u128::from(number)));
        content.number = DocumentNumber::try_new(format!("FA-{number}")).unwrap();
        content
    }

    fn series() -> InvoicingId {
        content(1).series
    }

    fn opened() -> InvoicingEvent {
        let content = content(1);
        SeriesOpened {
            series: content.series,
            supplier: Supplier::Platform,
            kind: DocumentKind::Invoice,
            year: 2026,
            format: SeriesFormats::usual_of_platform()
                .of(DocumentKind::Invoice)
                .clone(),
            first_number: NonZeroU32::MIN,
            at: content.at,
        }
        .into()
    }

    fn issued(sequence: u32) -> InvoicingEvent {
        let content = content(sequence);
        InvoiceIssued {
            document_id: content.document_id,
            number: content.number,
            sequence,
            supplier: content.supplier,
            order_id: content.order_id,
            issued_on: content.issued_on,
            currency: content.currency,
            net: content.totals.net,
            tax: content.totals.tax,
            gross: content.totals.gross,
            preceding: None,
            at: content.at,
        }
        .into()
    }

    #[test]
    fn numbers_without_gap_and_their_documents_are_right() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.number(series(), opened()), None);
        for sequence in 1..=3 {
            assert_eq!(numbers.number(series(), issued(sequence)), None);
            assert_eq!(numbers.document(&content(sequence)), None);
        }
        assert_eq!(numbers.missing(), [""; 0]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let mut numbers = Numbers::default();
        numbers.number(series(), opened());
        let gap = numbers.number(series(), issued(2)).unwrap();
        assert_eq!(gap, "FA-2 is number 2 of its series, not 1");
        let twice = numbers.number(series(), issued(2)).unwrap();
        assert_eq!(twice, "FA-2 is number 2 of its series, not 3");
        let mut changed = content(2);
        changed.totals.gross.amount += 1;
        assert_eq!(
            numbers.document(&changed).unwrap(),
            "FA-2 is not what its series says of it"
        );
        assert_eq!(
            numbers.document(&content(7)).unwrap(),
            "FA-7 has no number in its series"
        );
        numbers.number(series(), issued(3));
        assert_eq!(numbers.missing(), ["FA-3 has no document"]);
    }
}
