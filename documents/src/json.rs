//! A document as JSON, for programs: the same figures as the page and the XML, as whole minor units.

use chrono::{DateTime, NaiveDate, Utc};
use comptoir_domain::document::{
    BuyerParty, CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine, DocumentPayment,
    DocumentTotals, Locale, Mention, Parties, PrecedingDocument, RateTotal, Supplier, SupplierParty,
};
use comptoir_domain::values::{Currency, DocumentId, OrderId, PersonId};
use serde::Serialize;
use serde_json::Value;

use crate::cii::type_code;

/// What the JSON of a document holds. Fields are added in time; one that changes its meaning gets another name.
#[derive(Serialize)]
struct Machine<'a> {
    id: DocumentId,
    kind: DocumentKind,
    /// UNTDID 1001.
    type_code: &'static str,
    number: &'a str,
    order_id: OrderId,
    buyer_id: PersonId,
    customer: CustomerKind,
    issued_on: NaiveDate,
    issued_at: DateTime<Utc>,
    supplied_on: NaiveDate,
    locale: Locale,
    currency: Currency,
    preceding: Option<&'a PrecedingDocument>,
    reason: Option<CreditReason>,
    supplied_by: Supplier,
    supplier: &'a SupplierParty,
    buyer: &'a BuyerParty,
    lines: &'a [DocumentLine],
    rates: &'a [RateTotal],
    totals: DocumentTotals,
    payment: DocumentPayment,
    mentions: &'a [Mention],
}

/// A document as JSON.
pub fn json(content: &DocumentContent, parties: &Parties) -> Value {
    let machine = Machine {
        id: content.document_id,
        kind: content.kind,
        type_code: type_code(content.kind),
        number: content.number.as_str(),
        order_id: content.order_id,
        buyer_id: content.buyer_id,
        customer: content.customer,
        issued_on: content.issued_on,
        issued_at: content.at,
        supplied_on: content.supplied_on,
        locale: content.locale,
        currency: content.currency,
        preceding: content.preceding.as_ref(),
        reason: content.reason,
        supplied_by: content.supplier,
        supplier: &parties.supplier,
        buyer: &parties.buyer,
        lines: &content.lines,
        rates: &content.rates,
        totals: content.totals,
        payment: content.payment,
        mentions: &content.mentions,
    };
    // Structs of texts and numbers always have a JSON form.
    serde_json::to_value(machine).unwrap_or_default()
}
