//! An invoice or credit note as JSON: the same figures as on its page and in its XML, and what became of it.

use chrono::{DateTime, NaiveDate, Utc};
use comptoir_domain::document::{
    BuyerParty, CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine, DocumentNumber,
    DocumentPayment, DocumentTotals, Locale, Mention, Parties, PrecedingDocument, RateTotal, Supplier,
    SupplierParty,
};
use comptoir_domain::values::{Currency, DocumentId, OrderId, PersonId};
use comptoir_engine::DocumentRead;
use serde::Serialize;

use super::answer::facts_of;
use super::schema::{
    BuyerSchema, CreditReasonName, CustomerName, DocumentKindName, LineSchema, MentionSchema, PaymentSchema,
    PrecedingSchema, RateSchema, SupplierPartySchema, SupplierSchema, TotalsSchema,
};
use super::summary::{StandingBody, is_forgotten};
use crate::http::problem::Problem;
use crate::http::sealed::Opened;

/// An invoice or credit note.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Document)]
pub(crate) struct DocumentBody {
    /// Its id.
    #[schema(value_type = String, example = "document_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: DocumentId,
    /// Invoice or credit note.
    #[schema(value_type = DocumentKindName)]
    kind: DocumentKind,
    /// The same as UNTDID 1001 has it: `380` or `381`.
    #[schema(example = "380")]
    type_code: &'static str,
    /// Its number: unique in its series, without gap.
    #[schema(value_type = String, example = "FA-2026-000001")]
    number: DocumentNumber,
    /// The order that it is about.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// Who bought.
    #[schema(value_type = String)]
    buyer_id: PersonId,
    /// Whether a business bought, or a consumer.
    #[schema(value_type = CustomerName)]
    customer: CustomerKind,
    /// The day of issue, by the supplier's time zone.
    issued_on: NaiveDate,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// The day of the supply.
    supplied_on: NaiveDate,
    /// Its language: two letters of ISO 639-1.
    #[schema(value_type = String, example = "fr")]
    locale: Locale,
    /// The currency of every amount, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// The document that this one corrects, credits or replaces.
    #[schema(value_type = Option<PrecedingSchema>)]
    preceding: Option<PrecedingDocument>,
    /// Why there is a credit note.
    #[schema(value_type = Option<CreditReasonName>)]
    reason: Option<CreditReason>,
    /// Who supplies in the sense of tax law, and so invoices.
    #[schema(value_type = SupplierSchema)]
    supplied_by: Supplier,
    /// The same by name and address; not for auditors. Null once the document need not be kept any longer.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<SupplierPartySchema>)]
    supplier: Opened<SupplierParty>,
    /// Whether it was forgotten; beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier_erased: Option<bool>,
    /// Who bought, by name and address; not for auditors. Null once the document need not be kept any longer.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<BuyerSchema>)]
    buyer: Opened<BuyerParty>,
    /// Whether it was forgotten; beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_erased: Option<bool>,
    /// What was supplied, or is taken back.
    #[schema(value_type = Vec<LineSchema>)]
    lines: Vec<DocumentLine>,
    /// The totals for each kind of VAT.
    #[schema(value_type = Vec<RateSchema>)]
    rates: Vec<RateTotal>,
    /// The totals.
    #[schema(value_type = TotalsSchema)]
    totals: DocumentTotals,
    /// How it was paid, or is paid back.
    #[schema(value_type = PaymentSchema)]
    payment: DocumentPayment,
    /// What the law makes it say.
    #[schema(value_type = Vec<MentionSchema>)]
    mentions: Vec<Mention>,
    /// What became of it.
    #[serde(flatten)]
    standing: StandingBody,
}

impl DocumentBody {
    /// The document as its stream says, with the people that the caller may see.
    pub(crate) fn of(read: &DocumentRead) -> Result<Self, Problem> {
        let (state, facts) = (&read.document.state, facts_of(read)?);
        let people = match &read.parties {
            Some(parties) => Opened::Known(parties.clone()),
            None if is_forgotten(state) => Opened::Erased,
            None => Opened::Absent,
        };
        Ok(Self::made_of(
            &facts.content,
            people,
            StandingBody::of_state(state, facts),
        ))
    }

    fn made_of(content: &DocumentContent, people: Opened<Parties>, standing: StandingBody) -> Self {
        let erased = match &people {
            Opened::Absent => None,
            Opened::Known(_) => Some(false),
            Opened::Erased => Some(true),
        };
        let (supplier, buyer) = match people {
            Opened::Absent => (Opened::Absent, Opened::Absent),
            Opened::Known(parties) => (Opened::Known(parties.supplier), Opened::Known(parties.buyer)),
            Opened::Erased => (Opened::Erased, Opened::Erased),
        };
        Self {
            id: content.document_id,
            kind: content.kind,
            type_code: type_code(content.kind),
            number: content.number.clone(),
            order_id: content.order_id,
            buyer_id: content.buyer_id,
            customer: content.customer,
            issued_on: content.issued_on,
            issued_at: content.at,
            supplied_on: content.supplied_on,
            locale: content.locale,
            currency: content.currency,
            preceding: content.preceding.clone(),
            reason: content.reason,
            supplied_by: content.supplier,
            supplier,
            supplier_erased: erased,
            buyer,
            buyer_erased: erased,
            lines: content.lines.clone(),
            rates: content.rates.clone(),
            totals: content.totals,
            payment: content.payment,
            mentions: content.mentions.clone(),
            standing,
        }
    }
}

const fn type_code(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "380",
        DocumentKind::CreditNote => "381",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use comptoir_documents::{fixtures, json};
    use comptoir_domain::Decider as _;
    use comptoir_domain::document::{Document, DocumentDrawnUp};
    use serde_json::Value;

    use super::*;

    /// The document as it is right after its issue.
    fn issued(fixture: &fixtures::Fixture, people: Opened<Parties>) -> Value {
        let content = Box::new(fixture.content.clone());
        let state = Document::replay(&[DocumentDrawnUp { content }.into()]);
        let facts = state.facts().unwrap();
        let standing = StandingBody::of_state(&state, facts);
        let body = DocumentBody::made_of(&Arc::clone(&facts.content), people, standing);
        serde_json::to_value(body).unwrap()
    }

    #[test]
    fn every_field_of_the_document_has_its_place_in_the_answer() {
        for fixture in fixtures::all() {
            let made = json(&fixture.content, &fixture.parties);
            let shown = issued(&fixture, Opened::Known(fixture.parties.clone()));
            for (field, value) in made.as_object().unwrap() {
                assert_eq!(&shown[field], value, "{} of {}", field, fixture.name);
            }
        }
    }

    #[test]
    fn auditors_see_the_figures_and_nobodys_name() {
        let fixture = fixtures::named("b2c_fr").unwrap();
        let shown = issued(&fixture, Opened::Absent);
        for field in ["supplier", "supplier_erased", "buyer", "buyer_erased"] {
            assert_eq!(shown.get(field), None, "{field}");
        }
        let name = fixture.parties.buyer.name.unwrap();
        assert!(!shown.to_string().contains(name.as_str()));
    }

    #[test]
    fn who_was_forgotten_is_null_and_said_to_be() {
        let shown = issued(&fixtures::named("b2c_fr").unwrap(), Opened::Erased);
        assert_eq!(
            (&shown["buyer"], &shown["buyer_erased"]),
            (&Value::Null, &Value::Bool(true))
        );
    }
}
