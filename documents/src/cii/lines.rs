//! One line of a document (BG-25).

use comptoir_domain::document::{AllowanceReason, DocumentLine, LineAllowance, VatCategory, VatKind};
use comptoir_domain::values::Money;

use super::xml::Xml;
use crate::amount::Decimal;
use crate::words::Words;

/// Units of things that are counted, by UN/ECE Recommendation 20.
const ONE: &str = "C62";

/// One line, counted from 1.
pub(super) fn line(xml: &mut Xml, number: usize, line: &DocumentLine, words: &Words) {
    xml.group("ram:IncludedSupplyChainTradeLineItem", |xml| {
        xml.group("ram:AssociatedDocumentLineDocument", |xml| {
            xml.leaf("ram:LineID", &number.to_string());
        });
        xml.group("ram:SpecifiedTradeProduct", |xml| {
            xml.leaf("ram:Name", line.title.as_str());
            xml.leaf("ram:Description", &licence(line, words));
        });
        xml.group("ram:SpecifiedLineTradeAgreement", |xml| {
            xml.group("ram:NetPriceProductTradePrice", |xml| {
                let price = Decimal::of_unit(line.net_before_allowances, line.quantity);
                xml.leaf("ram:ChargeAmount", &price.plain());
            });
        });
        xml.group("ram:SpecifiedLineTradeDelivery", |xml| {
            xml.leaf_with(
                "ram:BilledQuantity",
                Some(("unitCode", ONE)),
                &line.quantity.to_string(),
            );
        });
        xml.group("ram:SpecifiedLineTradeSettlement", |xml| {
            xml.group("ram:ApplicableTradeTax", |xml| {
                xml.leaf("ram:TypeCode", "VAT");
                xml.leaf("ram:CategoryCode", line.vat.category.code());
                rate(xml, line.vat);
            });
            for taken_off in &line.allowances {
                allowance(xml, taken_off, words);
            }
            xml.group("ram:SpecifiedTradeSettlementLineMonetarySummation", |xml| {
                amount(xml, "ram:LineTotalAmount", line.net);
            });
        });
    });
}

/// What is taken off (BG-27), without tax.
fn allowance(xml: &mut Xml, allowance: &LineAllowance, words: &Words) {
    xml.group("ram:SpecifiedTradeAllowanceCharge", |xml| {
        xml.group("ram:ChargeIndicator", |xml| xml.leaf("udt:Indicator", "false"));
        amount(xml, "ram:ActualAmount", allowance.net);
        xml.leaf("ram:ReasonCode", reason_code(allowance.reason));
        xml.leaf("ram:Reason", words.phrase(allowance_name(allowance.reason)));
    });
}

/// Why, by UNTDID 5189: a discount, or a special rebate.
const fn reason_code(reason: AllowanceReason) -> &'static str {
    match reason {
        AllowanceReason::Promotion => "95",
        AllowanceReason::Upgrade => "100",
    }
}

/// The phrase that says why something is taken off.
pub(crate) const fn allowance_name(reason: AllowanceReason) -> &'static str {
    match reason {
        AllowanceReason::Promotion => "allowance_promotion",
        AllowanceReason::Upgrade => "allowance_upgrade",
    }
}

/// What the licence of a line allows, and in which wording.
pub(crate) fn licence(line: &DocumentLine, words: &Words) -> String {
    use comptoir_domain::values::LicenceKind;
    let kind = words.phrase(match line.licence_kind {
        LicenceKind::Basic => "kind_basic",
        LicenceKind::Premium => "kind_premium",
        LicenceKind::Unlimited => "kind_unlimited",
        LicenceKind::Exclusive => "kind_exclusive",
        LicenceKind::Custom => "kind_custom",
    });
    words.filled(
        "licence",
        &[("kind", kind), ("version", line.terms_version.as_str())],
    )
}

/// The rate in percent; what lies outside the scope of VAT has none (BR-O-05).
pub(super) fn rate(xml: &mut Xml, vat: VatKind) {
    if vat.category != VatCategory::OutsideScope {
        xml.leaf("ram:RateApplicablePercent", &Decimal::of_rate(vat.rate).plain());
    }
}

/// An amount in the currency of the document.
pub(super) fn amount(xml: &mut Xml, name: &str, amount: Money) {
    xml.leaf(name, &Decimal::of_money(amount).plain());
}
