//! What can be taken back of an invoice, and what can follow it.

use super::super::*;
use super::{credit, draw_up, issued};
use crate::testing::given;
use crate::testing::samples::documents::*;
use crate::testing::samples::{at, eur, stranger};
use crate::values::DocumentId;
use std::sync::Arc;

fn changed(content: DocumentContent, change: impl FnOnce(&mut DocumentContent)) -> Arc<DocumentContent> {
    let mut content = content;
    change(&mut content);
    Arc::new(content)
}

/// The second credit note of a refund against the same invoice.
fn second_credit(gross: i64, tax: i64) -> DocumentCommand {
    let credit_note = changed(credit_note_of(&invoice(), gross, tax), |content| {
        content.document_id = DocumentId::of_refund(refund_id(), invoice().document_id, 1);
    });
    DocumentCommand::Credit { credit_note }
}

fn replace() -> DocumentCommand {
    let id = |kind| DocumentId::of_correction(invoice().document_id, kind);
    let credit_note = changed(credit_note(), |content| {
        content.document_id = id(DocumentKind::CreditNote);
        content.reason = Some(CreditReason::BuyerCorrected);
        content.payment.refund_id = None;
    });
    let by = changed(invoice(), |content| {
        content.document_id = id(DocumentKind::Invoice);
        content.preceding = Some(PrecedingDocument::from(&invoice()));
    });
    DocumentCommand::Replace { credit_note, by }
}

fn again(credited: &DocumentContent) -> DocumentContent {
    DocumentContent {
        document_id: DocumentId::of_undone_refund(credited.document_id),
        kind: DocumentKind::Invoice,
        preceding: Some(PrecedingDocument::from(credited)),
        reason: None,
        ..credited.clone()
    }
}

#[test]
fn a_credit_note_takes_back_no_more_than_is_left() {
    let DocumentCommand::Credit { credit_note } = credit(1000, 167) else {
        panic!("a credit")
    };
    let credited = DocumentCredited {
        credit_note: credit_note.document_id,
        refund_id: refund_id(),
        parts: due_credit(&invoice(), 1000, 167).parts,
        at: credit_note.at,
    };
    let state = issued().when(credit(1000, 167)).then([credited.into()]);
    let left = state.facts().unwrap().left();
    assert_eq!(
        (left[0].net, left[0].tax, left[0].gross),
        (eur(1659), eur(331), eur(1990))
    );
    let too_much = DocumentError::MoreThanIsLeft { order_line: 0 };
    issued()
        .and(credit(1000, 167))
        .when(second_credit(1991, 331))
        .then_error(&too_much);
    // The gross amount is there, the tax is not.
    issued()
        .and(credit(1000, 167))
        .when(second_credit(1990, 332))
        .then_error(&too_much);
    issued()
        .and(credit(1000, 167))
        .when(second_credit(1990, 330))
        .then_error(&too_much);
    let _ = issued().and(credit(1000, 167)).and(second_credit(1990, 331));
}

#[test]
fn a_credit_note_is_counted_once() {
    issued()
        .and(credit(1000, 167))
        .when(credit(1000, 167))
        .then_nothing();
    issued()
        .and(credit(2990, 498))
        .when(credit(2990, 498))
        .then_nothing();
}

#[test]
fn a_line_that_is_not_there_has_nothing_left() {
    let credit_note = changed(credit_note(), |content| content.lines[0].order_line = 7);
    issued()
        .when(DocumentCommand::Credit { credit_note })
        .then_error(&DocumentError::MoreThanIsLeft { order_line: 7 });
}

#[test]
fn a_credit_note_for_another_document_is_refused() {
    let changes: [fn(&mut DocumentContent); 7] = [
        |content| content.preceding = None,
        |content| content.preceding = Some(PrecedingDocument::from(&credit_note())),
        |content| {
            let number = DocumentNumber::try_new("FA-2026-000002").unwrap();
            content.preceding.as_mut().unwrap().number = number;
        },
        |content| content.order_id = crate::testing::samples::other_order_id(),
        |content| content.buyer_id = stranger().person_id,
        |content| content.supplier = seller_as_supplier(),
        |content| content.kind = DocumentKind::Invoice,
    ];
    for change in changes {
        let credit_note = changed(credit_note(), change);
        issued()
            .when(DocumentCommand::Credit { credit_note })
            .then_error(&DocumentError::NotAboutThis);
    }
    let without_refund = changed(credit_note(), |content| content.payment.refund_id = None);
    issued()
        .when(DocumentCommand::Credit {
            credit_note: without_refund,
        })
        .then_error(&DocumentError::NotOfARefund);
}

#[test]
fn only_an_invoice_is_credited_or_replaced() {
    let history = || given::<Document>([]).and(draw_up(credit_note()));
    history()
        .when(credit(1000, 167))
        .then_error(&DocumentError::NotAnInvoice);
    history().when(replace()).then_error(&DocumentError::NotAnInvoice);
}

#[test]
fn a_replaced_invoice_is_neither_credited_nor_replaced_again() {
    let state = issued().and(replace()).state();
    let facts = state.facts().unwrap();
    assert!(matches!(state, DocumentState::Replaced(_)));
    assert!(facts.left().iter().all(|left| !left.is_something()));
    assert_eq!(facts.followers().count(), 2);
    issued().and(replace()).when(replace()).then_nothing();
    issued()
        .and(replace())
        .when(credit(1000, 167))
        .then_error(&DocumentError::Replaced);
    let DocumentCommand::Replace { credit_note, by } = replace() else {
        panic!("a replacement")
    };
    let other = changed(by.as_ref().clone(), |content| {
        content.document_id = invoice().document_id;
    });
    issued()
        .and(replace())
        .when(DocumentCommand::Replace {
            credit_note,
            by: other,
        })
        .then_error(&DocumentError::Replaced);
}

#[test]
fn a_correction_takes_back_exactly_what_is_left() {
    issued()
        .and(credit(1000, 167))
        .when(replace())
        .then_error(&DocumentError::OtherAmounts);
    issued()
        .and(credit(2990, 498))
        .when(replace())
        .then_error(&DocumentError::NothingLeft);
    let DocumentCommand::Replace { credit_note, by } = replace() else {
        panic!("a replacement")
    };
    let less = changed(by.as_ref().clone(), |content| content.lines[0].gross = eur(2989));
    issued()
        .when(DocumentCommand::Replace {
            credit_note,
            by: less,
        })
        .then_error(&DocumentError::OtherAmounts);
    let for_a_refund = Arc::new(super::credit_note_of(&invoice(), 2990, 498));
    issued()
        .when(DocumentCommand::Replace {
            credit_note: for_a_refund,
            by,
        })
        .then_error(&DocumentError::OtherAmounts);
}

#[test]
fn an_invoice_follows_a_credit_note_once_and_over_the_same() {
    let history = || given::<Document>([]).and(draw_up(credit_note()));
    let by = Arc::new(again(&credit_note()));
    let undo = || DocumentCommand::UndoCredit { by: Arc::clone(&by) };
    let undone = DocumentCreditUndone {
        by: by.document_id,
        at: at(6),
    };
    history().when(undo()).then([undone.into()]);
    history().and(undo()).when(undo()).then_nothing();
    let other = changed(again(&credit_note()), |content| {
        content.document_id = invoice().document_id;
    });
    history()
        .and(undo())
        .when(DocumentCommand::UndoCredit { by: other })
        .then_error(&DocumentError::AlreadyUndone);
    let less = changed(again(&credit_note()), |content| content.lines[0].tax = eur(497));
    history()
        .when(DocumentCommand::UndoCredit { by: less })
        .then_error(&DocumentError::OtherAmounts);
    let about_another = changed(again(&credit_note()), |content| content.preceding = None);
    history()
        .when(DocumentCommand::UndoCredit { by: about_another })
        .then_error(&DocumentError::NotAboutThis);
    issued().when(undo()).then_error(&DocumentError::NotOfARefund);
}
