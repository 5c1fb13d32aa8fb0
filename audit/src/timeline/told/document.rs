//! Invoices and credit notes, told: never who stands on them, which is sealed.

use comptoir_domain::document::{Document, DocumentEvent, DocumentKind, DocumentState, Mailing, Supplier};
use comptoir_domain::values::PersonId;

use super::words::{list, moment, money, plain};
use super::{Line, Part, Told};

impl Told for Document {
    fn sentence(event: &DocumentEvent) -> String {
        match event {
            DocumentEvent::DrawnUp(drawn) => {
                let content = &drawn.content;
                format!(
                    "{} {} drawn up over {} for order {}",
                    kind(content.kind),
                    content.number.as_str(),
                    money(content.totals.gross),
                    content.order_id
                )
            }
            DocumentEvent::Credited(credited) => format!(
                "credited by {}, for refund {}",
                credited.credit_note, credited.refund_id
            ),
            DocumentEvent::CreditUndone(undone) => {
                format!("undone by invoice {}: its refund failed after all", undone.by)
            }
            DocumentEvent::Replaced(replaced) => {
                format!(
                    "corrected: credited by {}, replaced by {}",
                    replaced.credit_note, replaced.by
                )
            }
            DocumentEvent::Rendered(_) => "its files were stored".to_owned(),
            DocumentEvent::Mailed(_) => "mailed to the buyer".to_owned(),
            DocumentEvent::MailFailed(failed) => format!(
                "could not be mailed after {} tries: {}",
                failed.attempts,
                plain(failed.reason.as_str())
            ),
            DocumentEvent::HandedOver(handed) => {
                format!("handed to the e-invoicing platform by {}", handed.way.as_str())
            }
            DocumentEvent::RetentionEnded(_) => "kept long enough: who stood on it is forgotten".to_owned(),
        }
    }

    fn lines(state: &DocumentState) -> Vec<Line> {
        let status = match state {
            DocumentState::Absent => return Vec::new(),
            DocumentState::Standing(_) => "standing",
            DocumentState::Replaced(_) => "replaced",
            DocumentState::Forgotten(_) => "forgotten",
        };
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let mailing = match facts.mailing {
            Mailing::NotYet => "not yet".to_owned(),
            Mailing::Failed { reason, .. } => format!("failed: {}", plain(reason.as_str())),
            Mailing::Sent { at } => moment(at),
        };
        let content = &facts.content;
        let mut said = vec![
            ("status", status.to_owned()),
            (kind(content.kind), content.number.as_str().to_owned()),
            ("total", money(content.totals.gross)),
            ("tax", money(content.totals.tax)),
            ("order", content.order_id.to_string()),
            (
                "files",
                if facts.rendering.is_some() {
                    "stored"
                } else {
                    "not yet"
                }
                .to_owned(),
            ),
            ("mailed", mailing),
        ];
        if !facts.credits.is_empty() {
            said.push((
                "credited by",
                list(facts.credits.iter().map(|credit| credit.credit_note.to_string())),
            ));
        }
        if let Some(by) = facts.replaced_by.or(facts.undone_by) {
            said.push(("followed by", by.to_string()));
        }
        said
    }

    fn people(state: &DocumentState) -> Vec<(PersonId, Part)> {
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let mut people = vec![(facts.content.buyer_id, Part::Buyer)];
        match facts.content.supplier {
            Supplier::Platform => {}
            Supplier::Seller { seller_id } => people.push((seller_id, Part::Seller)),
        }
        people
    }
}

const fn kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "invoice",
        DocumentKind::CreditNote => "credit note",
    }
}
