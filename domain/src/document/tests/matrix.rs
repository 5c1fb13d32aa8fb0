//! Every state of a document against every command.

use std::sync::Arc;

use chrono::NaiveDate;

use super::super::*;
use super::{credit, draw_up, issued};
use crate::testing::samples::at;
use crate::testing::samples::documents::{credit_note, invoice, refund_id};
use crate::testing::samples::events::rendering;
use crate::testing::{given, hold_table};
use crate::values::DocumentId;

fn replace() -> DocumentCommand {
    let id = |kind| DocumentId::of_correction(invoice().document_id, kind);
    let mut credit_note = DocumentContent {
        document_id: id(DocumentKind::CreditNote),
        reason: Some(CreditReason::BuyerCorrected),
        ..credit_note()
    };
    credit_note.payment.refund_id = None;
    let by = DocumentContent {
        document_id: id(DocumentKind::Invoice),
        preceding: Some(PrecedingDocument::from(&invoice())),
        ..invoice()
    };
    DocumentCommand::Replace {
        credit_note: Arc::new(credit_note),
        by: Arc::new(by),
    }
}

/// A second credit note of the same refund, over all of the invoice.
fn credit_all() -> DocumentCommand {
    let content = DocumentContent {
        document_id: DocumentId::of_refund(refund_id(), invoice().document_id, 1),
        ..credit_note()
    };
    DocumentCommand::Credit {
        credit_note: Arc::new(content),
    }
}

fn undo() -> DocumentCommand {
    let by = DocumentContent {
        document_id: DocumentId::of_undone_refund(credit_note().document_id),
        kind: DocumentKind::Invoice,
        preceding: Some(PrecedingDocument::from(&credit_note())),
        reason: None,
        ..credit_note()
    };
    DocumentCommand::UndoCredit { by: Arc::new(by) }
}

fn rendered() -> DocumentCommand {
    DocumentCommand::RecordRendered {
        rendering: rendering(),
        at: at(33),
    }
}

fn end_of_retention(year: i32) -> DocumentCommand {
    DocumentCommand::EndRetention {
        today: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
        at: at(90),
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let mailed = DocumentCommand::RecordMailed { at: at(35) };
    let handed_over = DocumentCommand::RecordHandedOver {
        way: HandOver::Folder,
        at: at(36),
    };
    let credited = || given::<Document>([]).and(draw_up(credit_note()));
    let sent = issued()
        .and(rendered())
        .and(mailed.clone())
        .and(handed_over.clone());
    let states = [
        ("absent", DocumentState::Absent),
        ("invoice", issued().state()),
        ("partly credited", issued().and(credit(1000, 167)).state()),
        ("wholly credited", issued().and(credit_all()).state()),
        ("replaced", issued().and(replace()).state()),
        ("sent", sent.state()),
        ("credit note", credited().state()),
        ("undone", credited().and(undo()).state()),
        ("forgotten", issued().and(end_of_retention(2037)).state()),
    ];
    let commands = [
        ("draw up the invoice", draw_up(invoice())),
        ("draw up the credit note", draw_up(credit_note())),
        ("credit some of it", credit(1000, 167)),
        ("credit all of it", credit_all()),
        ("replace it", replace()),
        ("undo the credit", undo()),
        ("its files are stored", rendered()),
        ("it is mailed", mailed),
        (
            "it cannot be mailed",
            DocumentCommand::RecordMailFailed {
                reason: MailFailure::NoAddress,
                attempts: 1,
                at: at(34),
            },
        ),
        ("it is handed over", handed_over),
        ("ten years later", end_of_retention(2036)),
        ("eleven years later", end_of_retention(2037)),
    ];
    let commands = commands.map(|(name, command)| (name.to_owned(), command));
    hold_table::<Document>(include_str!("matrix.txt"), &states, &commands);
}
