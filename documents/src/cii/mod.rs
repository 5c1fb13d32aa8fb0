//! A document as XML: UN/CEFACT Cross Industry Invoice in the EN 16931 profile of Factur-X.
//!
//! `BT-n` and `BG-n` are the terms of EN 16931-1. The sequence of elements is that of the schema. No amount is computed
//! here but the price of one unit (BT-146), which is a quotient of two that stand in the content.

pub(crate) mod lines;
mod party;
pub(crate) mod settlement;
mod xml;

use chrono::NaiveDate;
use comptoir_domain::document::{CreditReason, DocumentContent, DocumentKind, Parties, VatCategory};
use comptoir_domain::values::{CountryCode, Line};

use self::xml::Xml;
use crate::words::Words;

/// The profile (BT-24): the whole of EN 16931, and nothing beside.
const GUIDELINE: &str = "urn:cen.eu:en16931:2017";

/// The mention that says why there is a credit note.
const REASON_MENTION: &str = "credit_note_reason";

/// The root and its namespaces.
const ROOT: &str = "rsm:CrossIndustryInvoice \
    xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" \
    xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\" \
    xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\" \
    xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\"";

/// The XML of a document. The same content gives the same bytes.
pub fn xml(content: &DocumentContent, parties: &Parties) -> Vec<u8> {
    let words = Words::of(content.locale);
    let mut xml = Xml::new();
    xml.group(ROOT, |xml| {
        context(xml, content, parties);
        head(xml, content, words);
        xml.group("rsm:SupplyChainTradeTransaction", |xml| {
            for (index, line) in content.lines.iter().enumerate() {
                lines::line(xml, index + 1, line, words);
            }
            agreement(xml, content, parties, words);
            delivery(xml, content, parties);
            settlement::settlement(xml, content, words);
        });
    });
    xml.finish().into_bytes()
}

fn context(xml: &mut Xml, content: &DocumentContent, parties: &Parties) {
    xml.group("rsm:ExchangedDocumentContext", |xml| {
        if parties.supplier.address.country == CountryCode::FR {
            xml.group("ram:BusinessProcessSpecifiedDocumentContextParameter", |xml| {
                xml.leaf("ram:ID", business_process(content));
            });
        }
        xml.group("ram:GuidelineSpecifiedDocumentContextParameter", |xml| {
            xml.leaf("ram:ID", GUIDELINE);
        });
    });
}

/// The business process (BT-23), by the list of the French rules (BR-FR-08): what is already paid has its own codes, for
/// goods, services and both. Only intra-Community supplies and exports are goods; licences are services.
fn business_process(content: &DocumentContent) -> &'static str {
    let of_goods = |category| matches!(category, VatCategory::IntraCommunity | VatCategory::Export);
    let goods = content
        .lines
        .iter()
        .filter(|line| of_goods(line.vat.category))
        .count();
    match (goods, content.lines.len()) {
        (0, _) => "S2",
        (goods, lines) if goods == lines => "B2",
        _ => "M2",
    }
}

fn head(xml: &mut Xml, content: &DocumentContent, words: &Words) {
    xml.group("rsm:ExchangedDocument", |xml| {
        xml.leaf("ram:ID", content.number.as_str());
        xml.leaf("ram:TypeCode", type_code(content.kind));
        xml.group("ram:IssueDateTime", |xml| date(xml, "udt", content.issued_on));
        for mention in &content.mentions {
            note(
                xml,
                mention.text.as_str(),
                mention.subject.as_ref().map(Line::as_str),
            );
        }
        let is_said = content
            .mentions
            .iter()
            .any(|mention| mention.code.as_str() == REASON_MENTION);
        if let Some(reason) = content.reason.filter(|_| !is_said) {
            note(xml, words.phrase(reason_name(reason)), None);
        }
    });
}

/// A note (BG-1) with its subject (BT-21).
fn note(xml: &mut Xml, text: &str, subject: Option<&str>) {
    xml.group("ram:IncludedNote", |xml| {
        xml.leaf("ram:Content", text);
        if let Some(subject) = subject {
            xml.leaf("ram:SubjectCode", subject);
        }
    });
}

fn agreement(xml: &mut Xml, content: &DocumentContent, parties: &Parties, words: &Words) {
    xml.group("ram:ApplicableHeaderTradeAgreement", |xml| {
        party::seller(xml, content, &parties.supplier);
        party::buyer(xml, content, &parties.buyer, words);
        xml.group("ram:SellerOrderReferencedDocument", |xml| {
            xml.leaf("ram:IssuerAssignedID", &content.order_id.to_string());
        });
    });
}

fn delivery(xml: &mut Xml, content: &DocumentContent, parties: &Parties) {
    xml.group("ram:ApplicableHeaderTradeDelivery", |xml| {
        if has(content, VatCategory::IntraCommunity) {
            // Where goods for another member state go (BT-80) must be said.
            let buyer = &parties.buyer;
            let country = buyer
                .address
                .as_ref()
                .map_or(buyer.country, |address| address.country);
            xml.group("ram:ShipToTradeParty", |xml| {
                xml.group("ram:PostalTradeAddress", |xml| {
                    xml.leaf("ram:CountryID", &country.to_string());
                });
            });
        }
        xml.group("ram:ActualDeliverySupplyChainEvent", |xml| {
            xml.group("ram:OccurrenceDateTime", |xml| {
                date(xml, "udt", content.supplied_on);
            });
        });
    });
}

/// A day, as `20261126`.
fn date(xml: &mut Xml, namespace: &str, day: NaiveDate) {
    let name = format!("{namespace}:DateTimeString");
    xml.leaf_with(&name, Some(("format", "102")), &day.format("%Y%m%d").to_string());
}

/// Whether something on the document is of this category.
fn has(content: &DocumentContent, category: VatCategory) -> bool {
    content.rates.iter().any(|rate| rate.vat.category == category)
        || content.lines.iter().any(|line| line.vat.category == category)
}

/// The type of the document (BT-3), by UNTDID 1001.
pub(crate) const fn type_code(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "380",
        DocumentKind::CreditNote => "381",
    }
}

/// The phrase that says why there is a credit note.
pub(crate) const fn reason_name(reason: CreditReason) -> &'static str {
    match reason {
        CreditReason::Refund => "reason_refund",
        CreditReason::BuyerCorrected => "reason_buyer_corrected",
    }
}
