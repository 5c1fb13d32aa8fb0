//! Which of the documents of an order is meant.

use comptoir_domain::document::{CreditedLine, DocumentFacts, DocumentKind, DocumentState};
use comptoir_domain::values::DocumentId;
use comptoir_engine::{DocumentRead, OrderDocumentsRead, OwedInvoices};

use super::to_come::ToComeCode;
use crate::http::problem::{FieldError, Problem, ProblemKind};

/// What a request for the invoice of an order leads to.
#[derive(Debug)]
pub(crate) enum Chosen<'a> {
    /// This document.
    Document(&'a DocumentRead),
    /// There will be one.
    ToCome(ToComeCode),
}

impl<'a> Chosen<'a> {
    /// The document that is named, whatever it is; or else the invoice that holds.
    pub(crate) fn of(read: &'a OrderDocumentsRead, named: Option<DocumentId>) -> Result<Self, Problem> {
        let not_found = || Problem::new(ProblemKind::DocumentNotFound);
        if let Some(wanted) = named {
            let is_it =
                |one: &&DocumentRead| facts(one).is_some_and(|facts| facts.content.document_id == wanted);
            let found = read.documents.iter().find(is_it);
            return found.map(Self::Document).ok_or_else(not_found);
        }
        // While the invoice of another supplier is due, one that is there is not yet the invoice of the order.
        let OwedInvoices {
            soon,
            wait_for_seller,
        } = read.owed;
        if soon > 0 {
            return Ok(Self::ToCome(ToComeCode::NotYetIssued));
        }
        match (holding(&read.documents).as_slice(), wait_for_seller) {
            ([], 0) => Err(not_found().detail("no invoice is due for this order")),
            ([], _) => Ok(Self::ToCome(ToComeCode::WaitsForSeller)),
            (&[one], 0) => Ok(Self::Document(one)),
            (several, waiting) => Err(ambiguous(several, waiting)),
        }
    }
}

/// The invoices that hold: those whose place no other has taken. Of several, those that are not credited in full.
fn holding(documents: &[DocumentRead]) -> Vec<&DocumentRead> {
    let holds = |one: &&DocumentRead| {
        facts(one)
            .is_some_and(|facts| facts.content.kind == DocumentKind::Invoice && facts.replaced_by.is_none())
    };
    let holding: Vec<_> = documents.iter().filter(holds).collect();
    let uncredited: Vec<_> = holding
        .iter()
        .copied()
        .filter(|one| facts(one).is_some_and(|facts| facts.left().iter().any(CreditedLine::is_something)))
        .collect();
    if uncredited.is_empty() {
        holding
    } else {
        uncredited
    }
}

fn facts(read: &DocumentRead) -> Option<&DocumentFacts> {
    DocumentState::facts(&read.document.state)
}

/// Several hold, such as one of each supplier, or will hold once a seller who is waited for has given the mandate. Each that
/// is there is named.
fn ambiguous(several: &[&DocumentRead], waiting: usize) -> Problem {
    let named = several.iter().filter_map(|one| facts(one)).map(|facts| {
        let content = &facts.content;
        let detail = format!("{} is {}", content.number.as_str(), content.document_id);
        FieldError::of_parameter("document", "candidate", detail)
    });
    let waits = match waiting {
        0 => String::new(),
        1 => "; one more waits for its seller".to_owned(),
        more => format!("; {more} more wait for their sellers"),
    };
    Problem::new(ProblemKind::SeveralInvoices)
        .detail(format!(
            "the order has several invoices; name one with the parameter document{waits}"
        ))
        .errors(named)
}
