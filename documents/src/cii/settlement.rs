//! How a document is paid (BG-16), its VAT (BG-23), its totals (BG-22), and what it refers to (BG-3).

use comptoir_domain::document::{
    DocumentContent, DocumentKind, DocumentPayment, PrecedingDocument, RateTotal, VatCategory,
};
use comptoir_domain::values::Line;

use super::date;
use super::lines::{amount, rate};
use super::xml::Xml;
use crate::amount::Decimal;
use crate::words::Words;

/// Paid through an online payment service, by UNTDID 4461: which card or wallet it was, the provider knows.
const ONLINE_PAYMENT: &str = "68";

/// Everything about money.
pub(super) fn settlement(xml: &mut Xml, content: &DocumentContent, words: &Words) {
    let currency = content.currency.code();
    xml.group("ram:ApplicableHeaderTradeSettlement", |xml| {
        xml.leaf("ram:PaymentReference", &payment_reference(&content.payment));
        xml.leaf("ram:InvoiceCurrencyCode", currency);
        xml.group("ram:SpecifiedTradeSettlementPaymentMeans", |xml| {
            xml.leaf("ram:TypeCode", ONLINE_PAYMENT);
            xml.leaf("ram:Information", words.phrase("paid_online"));
        });
        for total in &content.rates {
            vat(xml, total, words);
        }
        xml.group("ram:SpecifiedTradePaymentTerms", |xml| {
            xml.leaf("ram:Description", &paid(content, words));
            // The day of payment: the French rules want it as the due date of what is already paid (BR-FR-CO-09).
            xml.group("ram:DueDateDateTime", |xml| {
                date(xml, "udt", content.payment.paid_on);
            });
        });
        let totals = &content.totals;
        xml.group("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |xml| {
            amount(xml, "ram:LineTotalAmount", totals.net);
            amount(xml, "ram:TaxBasisTotalAmount", totals.net);
            let tax = Decimal::of_money(totals.tax).plain();
            xml.leaf_with("ram:TaxTotalAmount", Some(("currencyID", currency)), &tax);
            amount(xml, "ram:GrandTotalAmount", totals.gross);
            amount(xml, "ram:TotalPrepaidAmount", totals.paid);
            amount(xml, "ram:DuePayableAmount", totals.payable);
        });
        if let Some(document) = &content.preceding {
            preceding(xml, document);
        }
    });
}

/// What the payment is known by (BT-83): the refund's id where money goes back.
pub(crate) fn payment_reference(payment: &DocumentPayment) -> String {
    match payment.refund_id {
        Some(refund) => refund.to_string(),
        None => payment.payment_id.to_string(),
    }
}

/// When it was paid, or paid back, in words. A credit note without a refund settles an invoice that is written anew.
pub(crate) fn paid(content: &DocumentContent, words: &Words) -> String {
    let on = words.date(content.payment.paid_on);
    let phrase = match (content.kind, content.payment.refund_id) {
        (DocumentKind::Invoice, _) => "paid_on",
        (DocumentKind::CreditNote, Some(_)) => "refunded_on",
        (DocumentKind::CreditNote, None) => "credited_on",
    };
    words.filled(phrase, &[("date", &on)])
}

/// The total of one kind of VAT.
fn vat(xml: &mut Xml, total: &RateTotal, words: &Words) {
    xml.group("ram:ApplicableTradeTax", |xml| {
        amount(xml, "ram:CalculatedAmount", total.tax);
        xml.leaf("ram:TypeCode", "VAT");
        if let Some(reason) = exemption(total, words) {
            xml.leaf("ram:ExemptionReason", reason);
        }
        amount(xml, "ram:BasisAmount", total.net);
        xml.leaf("ram:CategoryCode", total.vat.category.code());
        if let Some(code) = exemption_code(total) {
            xml.leaf("ram:ExemptionReasonCode", code);
        }
        rate(xml, total.vat);
    });
}

/// Why there is no tax, in words. What is taxed, at zero too, must not give a reason (BR-S-10, BR-Z-10).
fn exemption<'a>(total: &'a RateTotal, words: &'a Words) -> Option<&'a str> {
    let fallback = category_name(total.vat.category)?;
    Some(
        total
            .exemption
            .as_ref()
            .map_or_else(|| words.phrase(fallback), Line::as_str),
    )
}

/// The same as a code of the list VATEX. Where a category has only one code, that one holds unless another is given.
fn exemption_code(total: &RateTotal) -> Option<&str> {
    let of_category = match total.vat.category {
        VatCategory::Standard | VatCategory::Zero => return None,
        VatCategory::Exempt => None,
        VatCategory::ReverseCharge => Some("VATEX-EU-AE"),
        VatCategory::IntraCommunity => Some("VATEX-EU-IC"),
        VatCategory::Export => Some("VATEX-EU-G"),
        VatCategory::OutsideScope => Some("VATEX-EU-O"),
    };
    total.exemption_code.as_ref().map(Line::as_str).or(of_category)
}

/// The phrase for a category without tax.
const fn category_name(category: VatCategory) -> Option<&'static str> {
    match category {
        VatCategory::Standard | VatCategory::Zero => None,
        VatCategory::Exempt => Some("vat_exempt"),
        VatCategory::ReverseCharge => Some("vat_reverse_charge"),
        VatCategory::IntraCommunity => Some("vat_intra_community"),
        VatCategory::Export => Some("vat_export"),
        VatCategory::OutsideScope => Some("vat_outside_scope"),
    }
}

/// The document that this one corrects, credits or replaces.
fn preceding(xml: &mut Xml, document: &PrecedingDocument) {
    xml.group("ram:InvoiceReferencedDocument", |xml| {
        xml.leaf("ram:IssuerAssignedID", document.number.as_str());
        xml.group("ram:FormattedIssueDateTime", |xml| {
            date(xml, "qdt", document.issued_on);
        });
    });
}
