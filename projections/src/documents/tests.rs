//! What the document read model shows after which events.

use chrono::NaiveDate;
use comptoir_domain::document::{
    CreditReason, Document, DocumentContent, DocumentEvent, DocumentKind, DocumentNumber, HandOver,
    MailFailure, Mailing, PrecedingDocument, Supplier,
};
use comptoir_domain::testing::samples::documents::{
    credit_note, invoice, refund_id, seller_as_supplier, today,
};
use comptoir_domain::testing::samples::{self, at, buyer, eur, seller, stranger};
use comptoir_domain::values::{DocumentId, PersonId};

use super::query::{self, DocumentFilter};
use super::{DocumentRow, Documents};
use crate::listing::{ListPage, PageLimit, PageRequest, QueryError, Side};
use crate::runner::ApplyError;
use crate::testing::{Fixture, document_events, fixture, invoice_number, order_number};

async fn issue(fixture: &Fixture, content: &DocumentContent) {
    let events = &document_events(content)[..1];
    fixture
        .append::<Document>(content.document_id.as_uuid(), events)
        .await;
}

/// An invoice after the first events of the samples: 1 is that it was issued.
async fn invoice_after(events: usize) -> DocumentRow {
    let fixture = fixture().await;
    let content = invoice();
    fixture
        .append::<Document>(
            content.document_id.as_uuid(),
            &document_events(&content)[..events],
        )
        .await;
    fixture.apply(Documents).await.unwrap();
    query::get(&fixture.pool, content.document_id)
        .await
        .unwrap()
        .unwrap()
}

/// The invoices 1 to 5, of which 4 is in the name of the seller and 5 of another day, and a credit note to the first.
async fn shelf() -> Fixture {
    let fixture = fixture().await;
    for number in 1..=5 {
        let mut content = invoice_number(number);
        if number == 4 {
            content.supplier = seller_as_supplier();
        }
        if number == 5 {
            content.issued_on = today().succ_opt().unwrap();
            content.buyer_id = stranger().person_id;
        }
        issue(&fixture, &content).await;
    }
    let mut credit_note = credit_note();
    credit_note.order_id = order_number(1);
    credit_note.preceding = Some(PrecedingDocument::from(&invoice_number(1)));
    issue(&fixture, &credit_note).await;
    fixture.apply(Documents).await.unwrap();
    fixture
}

/// The numbers of a page, the newest first.
fn numbers(page: &ListPage<DocumentRow>) -> Vec<&str> {
    page.items.iter().map(|row| row.number.as_str()).collect()
}

async fn found(fixture: &Fixture, side: Side, filter: &DocumentFilter) -> Vec<String> {
    let page = query::list(&fixture.pool, side, filter, PageRequest::default())
        .await
        .unwrap();
    numbers(&page).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn an_invoice_shows_what_was_issued() {
    let row = invoice_after(1).await;
    let content = invoice();
    assert_eq!(
        (row.document_id, row.number),
        (content.document_id, content.number)
    );
    assert_eq!(
        (row.kind, row.supplier),
        (DocumentKind::Invoice, Supplier::Platform)
    );
    assert_eq!(
        (row.order_id, row.buyer_id),
        (samples::order_id(), buyer().person_id)
    );
    assert_eq!((row.net, row.tax, row.gross), (eur(2492), eur(498), eur(2990)));
    assert_eq!((row.credited, row.preceding, row.reason), (eur(0), None, None));
    assert_eq!((row.rendering, row.mailing), (None, Mailing::NotYet));
    assert_eq!((row.issued_on, row.issued_at), (today(), at(6)));
}

#[tokio::test]
async fn a_row_follows_what_becomes_of_a_document() {
    let credited = invoice_after(2).await;
    assert_eq!((credited.credited, credited.replaced_by), (eur(2990), None));
    let undone = invoice_after(3).await;
    assert_eq!(
        undone.undone_by,
        Some(DocumentId::of_undone_refund(credit_note().document_id))
    );
    let replaced = invoice_after(4).await;
    let by = DocumentId::of_correction(invoice().document_id, DocumentKind::Invoice);
    assert_eq!((replaced.replaced_by, replaced.credited), (Some(by), eur(2990)));
    let rendered = invoice_after(5).await;
    assert_eq!(rendered.rendering, Some(samples::events::rendering()));
    let failed = invoice_after(6).await.mailing;
    let expected = Mailing::Failed {
        reason: MailFailure::Unreachable,
        attempts: 5,
    };
    assert_eq!(failed, expected);
    let all = invoice_after(9).await;
    assert_eq!(all.mailing, Mailing::Sent { at: at(35) });
    assert_eq!(all.handed_over, Some((HandOver::Folder, at(36))));
    assert_eq!(all.retention_ended_at, Some(at(37)));
    assert_eq!((all.issued_position.get(), all.position.get()), (1, 9));
}

#[tokio::test]
async fn a_correction_credits_all_that_was_left() {
    let fixture = fixture().await;
    let content = invoice();
    let replaced = document_events(&content)
        .into_iter()
        .filter(|event| matches!(event, DocumentEvent::DrawnUp(_) | DocumentEvent::Replaced(_)));
    let replaced: Vec<_> = replaced.collect();
    fixture
        .append::<Document>(content.document_id.as_uuid(), &replaced)
        .await;
    fixture.apply(Documents).await.unwrap();
    let row = query::get(&fixture.pool, content.document_id).await.unwrap();
    assert_eq!(row.unwrap().credited, eur(2990));
}

#[tokio::test]
async fn a_credit_note_names_its_invoice_and_its_refund() {
    let fixture = shelf().await;
    let row = query::get(&fixture.pool, credit_note().document_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.kind, DocumentKind::CreditNote);
    assert_eq!(row.preceding, Some(PrecedingDocument::from(&invoice_number(1))));
    assert_eq!(
        (row.reason, row.refund_id),
        (Some(CreditReason::Refund), Some(refund_id()))
    );
}

#[tokio::test]
async fn each_side_finds_its_own_documents() {
    let fixture = shelf().await;
    let invoices = DocumentFilter {
        kind: Some(DocumentKind::Invoice),
        ..DocumentFilter::default()
    };
    let person = |person: PersonId| (Side::Buyer(person), Side::Seller(person));
    let (bought, sold) = person(buyer().person_id);
    let first_four = [
        "FA-2026-000004",
        "FA-2026-000003",
        "FA-2026-000002",
        "FA-2026-000001",
    ];
    assert_eq!(found(&fixture, bought, &invoices).await, first_four);
    assert_eq!(found(&fixture, sold, &invoices).await, [""; 0]);
    let (bought, sold) = person(seller().person_id);
    assert_eq!(found(&fixture, bought, &invoices).await, [""; 0]);
    assert_eq!(found(&fixture, sold, &invoices).await, ["FA-2026-000004"]);
    assert_eq!(found(&fixture, Side::All, &invoices).await.len(), 5);
    assert_eq!(
        found(&fixture, Side::All, &DocumentFilter::default()).await.len(),
        6
    );
}

#[tokio::test]
async fn every_part_of_a_filter_counts() {
    let fixture = shelf().await;
    let any = DocumentFilter::default();
    let day = |days: i64| today() + chrono::TimeDelta::days(days);
    let from = |issued_from: NaiveDate| DocumentFilter {
        issued_from: Some(issued_from),
        ..any.clone()
    };
    let to = |issued_to: NaiveDate| DocumentFilter {
        issued_to: Some(issued_to),
        ..any.clone()
    };
    for (filter, expected) in [
        (from(day(1)), vec!["FA-2026-000005"]),
        (from(day(2)), vec![]),
        (to(day(-1)), vec![]),
        (
            DocumentFilter {
                order_id: Some(order_number(1)),
                ..any.clone()
            },
            vec!["AV-2026-000001", "FA-2026-000001"],
        ),
        (
            DocumentFilter {
                kind: Some(DocumentKind::CreditNote),
                ..any.clone()
            },
            vec!["AV-2026-000001"],
        ),
        (
            DocumentFilter {
                seller_id: Some(seller().person_id),
                ..any.clone()
            },
            vec!["FA-2026-000004"],
        ),
        (
            DocumentFilter {
                number: Some(DocumentNumber::try_new("FA-2026-000002").unwrap()),
                ..any.clone()
            },
            vec!["FA-2026-000002"],
        ),
        (
            DocumentFilter {
                order_id: Some(order_number(1)),
                number: Some(DocumentNumber::try_new("FA-2026-000002").unwrap()),
                ..any.clone()
            },
            vec![],
        ),
    ] {
        assert_eq!(found(&fixture, Side::All, &filter).await, expected, "{filter:?}");
    }
    assert_eq!(found(&fixture, Side::All, &to(today())).await.len(), 5);
}

#[tokio::test]
async fn documents_are_listed_in_the_order_of_issue_and_a_page_goes_on_behind_the_one_before() {
    let fixture = shelf().await;
    let limit = PageLimit::try_new(2).unwrap();
    let invoices = DocumentFilter {
        kind: Some(DocumentKind::Invoice),
        ..DocumentFilter::default()
    };
    let mut page = PageRequest::first(limit);
    let mut seen = Vec::new();
    loop {
        let listed = query::list(&fixture.pool, Side::All, &invoices, page)
            .await
            .unwrap();
        seen.extend(numbers(&listed).into_iter().map(str::to_owned));
        let Some(last) = listed.items.last().filter(|_| listed.has_more) else {
            break;
        };
        page = PageRequest::after(limit, last.document_id);
    }
    let newest_first: Vec<_> = (1..=5)
        .rev()
        .map(|number| format!("FA-2026-{number:06}"))
        .collect();
    assert_eq!(seen, newest_first);
}

#[tokio::test]
async fn a_page_begins_behind_a_document_of_the_list_and_no_other() {
    let fixture = shelf().await;
    let limit = PageLimit::DEFAULT;
    let invoices = DocumentFilter {
        kind: Some(DocumentKind::Invoice),
        ..DocumentFilter::default()
    };
    let first = invoice_number(1).document_id;
    for (side, cursor) in [
        (Side::Buyer(stranger().person_id), first),
        (Side::Seller(seller().person_id), first),
        (Side::All, invoice_number(9).document_id),
        (Side::All, credit_note().document_id),
    ] {
        let page = PageRequest::after(limit, cursor);
        let refused = query::list(&fixture.pool, side, &invoices, page).await;
        assert!(
            matches!(refused, Err(QueryError::UnknownCursor)),
            "{side:?} {cursor}"
        );
    }
}

#[tokio::test]
async fn an_event_of_a_document_that_was_never_issued_is_refused() {
    let fixture = fixture().await;
    let content = invoice();
    fixture
        .append::<Document>(content.document_id.as_uuid(), &document_events(&content)[4..5])
        .await;
    let error = fixture.apply(Documents).await.unwrap_err();
    assert!(matches!(error, ApplyError::Misplaced { .. }), "{error}");
}
