//! The rules of invoices and credit notes.

mod basket;
mod checking;
mod crediting;
mod desk;
mod drawing;
mod due;
mod figures;
mod following;
mod ids;
mod matrix;
mod mentions;
mod naming;
mod of_sellers;
mod sending;

use std::sync::Arc;

use super::*;
use crate::testing::given;
use crate::testing::samples::documents::{credit_note_of, invoice};

/// The invoice for a basic licence, as history.
fn issued() -> crate::testing::Given<Document> {
    given::<Document>([]).and(draw_up(invoice()))
}

fn draw_up(content: DocumentContent) -> DocumentCommand {
    let content = Arc::new(content);
    DocumentCommand::DrawUp { content }
}

/// A credit note over so much of the only line.
fn credit(gross: i64, tax: i64) -> DocumentCommand {
    let credit_note = Arc::new(credit_note_of(&invoice(), gross, tax));
    DocumentCommand::Credit { credit_note }
}
