//! Lines and kinds of VAT, as a template is given them.

use comptoir_domain::document::{DocumentLine, RateTotal, VatCategory, VatKind};
use serde::Serialize;

use super::Amount;
use crate::amount::Decimal;
use crate::cii::lines::{allowance_name, licence};
use crate::text;
use crate::words::Words;

/// The most decimals of the price of one unit on the page.
const PRICE_DECIMALS_MAX: usize = 4;

/// One line.
#[derive(Serialize)]
pub(super) struct LineView {
    title: String,
    details: String,
    quantity: u32,
    /// Of one unit, without tax, before anything is taken off.
    unit_price: String,
    /// The rate, or the code of the category without one.
    vat: String,
    vat_category: &'static str,
    allowances: Vec<AllowanceView>,
    net: Amount,
    tax: Amount,
    gross: Amount,
}

#[derive(Serialize)]
struct AllowanceView {
    reason: String,
    /// Without tax, negative.
    amount: Amount,
}

/// The totals of one kind of VAT.
#[derive(Serialize)]
pub(super) struct RateView {
    label: String,
    category: &'static str,
    rate_basis_points: u32,
    country: String,
    net: Amount,
    tax: Amount,
    /// Why there is no tax.
    exemption: Option<String>,
}

impl LineView {
    pub(super) fn of(line: &DocumentLine, words: &Words) -> Self {
        let price = Decimal::of_unit(line.net_before_allowances, line.quantity);
        let least = line.net.currency.minor_unit_decimals().into();
        let price = price.rounded(PRICE_DECIMALS_MAX.max(least)).shortened(least);
        let allowances = line.allowances.iter().map(|allowance| {
            let mut taken_off = allowance.net;
            taken_off.amount = taken_off.amount.saturating_neg();
            AllowanceView {
                reason: words.phrase(allowance_name(allowance.reason)).to_owned(),
                amount: Amount::of(taken_off, words),
            }
        });
        Self {
            title: text::line_for_page(line.title.as_str()),
            details: text::line_for_page(&licence(line, words)),
            quantity: line.quantity,
            unit_price: words.money_of(price, line.net),
            vat: short(line.vat, words),
            vat_category: line.vat.category.code(),
            allowances: allowances.collect(),
            net: Amount::of(line.net, words),
            tax: Amount::of(line.tax, words),
            gross: Amount::of(line.gross, words),
        }
    }
}

impl RateView {
    pub(super) fn of(total: &RateTotal, words: &Words) -> Self {
        let exemption = total
            .exemption
            .as_ref()
            .map(|reason| text::line_for_page(reason.as_str()));
        Self {
            label: label(total, words),
            category: total.vat.category.code(),
            rate_basis_points: total.vat.rate.get(),
            country: total.country.to_string(),
            net: Amount::of(total.net, words),
            tax: Amount::of(total.tax, words),
            exemption,
        }
    }
}

/// The kind of VAT in the column of a line.
fn short(vat: VatKind, words: &Words) -> String {
    match vat.category {
        VatCategory::Standard | VatCategory::Zero => words.percent(Decimal::of_rate(vat.rate)),
        VatCategory::Exempt
        | VatCategory::ReverseCharge
        | VatCategory::IntraCommunity
        | VatCategory::Export
        | VatCategory::OutsideScope => "–".to_owned(),
    }
}

/// The kind of VAT in words, with the country whose tax it is.
fn label(total: &RateTotal, words: &Words) -> String {
    let phrase = match total.vat.category {
        VatCategory::Standard => {
            let rate = words.percent(Decimal::of_rate(total.vat.rate));
            let country = words.country(total.country);
            return words.filled("vat_rate_of", &[("rate", &rate), ("country", &country)]);
        }
        VatCategory::Zero => "vat_zero",
        VatCategory::Exempt => "vat_exempt",
        VatCategory::ReverseCharge => "vat_reverse_charge",
        VatCategory::IntraCommunity => "vat_intra_community",
        VatCategory::Export => "vat_export",
        VatCategory::OutsideScope => "vat_outside_scope",
    };
    words.phrase(phrase).to_owned()
}
