//! VAT on a document: which kind, how much of each, and why there is none.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::content::{DocumentLine, DocumentTotals, RateTotal, VatCategory, VatKind};
use crate::locale::Locale;
use crate::tax::exemption_text;
use crate::values::{BasisPoints, CountryCode, Currency, Line, Money, MoneyError, TaxFacts, TaxTreatment};

impl VatKind {
    /// The kind of a line of an order.
    pub const fn of(tax: &TaxFacts) -> Self {
        let category = match tax.treatment {
            TaxTreatment::Taxed if tax.rate_basis_points.get() == 0 => VatCategory::Zero,
            TaxTreatment::Taxed => VatCategory::Standard,
            TaxTreatment::ReverseCharge => VatCategory::ReverseCharge,
            TaxTreatment::SmallSellerExemption => VatCategory::Exempt,
            TaxTreatment::OutsideScope => VatCategory::OutsideScope,
        };
        let rate = match category {
            VatCategory::Standard => tax.rate_basis_points,
            VatCategory::Zero
            | VatCategory::Exempt
            | VatCategory::ReverseCharge
            | VatCategory::IntraCommunity
            | VatCategory::Export
            | VatCategory::OutsideScope => BasisPoints::ZERO,
        };
        Self { category, rate }
    }
}

/// By whose law, on which day and in which language a document says why there is no tax.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording {
    pub(super) law_of: CountryCode,
    pub(super) day: NaiveDate,
    pub(super) locale: Locale,
}

impl VatCategory {
    /// Why there is no tax (BT-120), where there is none. What is sold here are services: no goods go to another state.
    fn exemption(self, wording: Wording) -> Option<Line> {
        let treatment = match self {
            Self::Exempt => TaxTreatment::SmallSellerExemption,
            Self::ReverseCharge => TaxTreatment::ReverseCharge,
            Self::OutsideScope => TaxTreatment::OutsideScope,
            Self::Standard | Self::Zero | Self::IntraCommunity | Self::Export => return None,
        };
        exemption_text(treatment, wording.law_of, wording.day, wording.locale).cloned()
    }

    /// The same as a code of the list VATEX (BT-121). For small enterprises, France alone has one.
    fn exemption_code(self, law_of: CountryCode) -> Option<Line> {
        let code = match self {
            Self::Exempt if law_of == CountryCode::FR => "VATEX-FR-FRANCHISE",
            Self::Standard | Self::Zero | Self::Exempt => return None,
            Self::ReverseCharge => "VATEX-EU-AE",
            Self::IntraCommunity => "VATEX-EU-IC",
            Self::Export => "VATEX-EU-G",
            Self::OutsideScope => "VATEX-EU-O",
        };
        Line::try_new(code).ok()
    }
}

/// The totals of each kind of VAT: sums over its lines. `countries` says of each kind whose tax it is.
pub(super) fn rate_totals(
    lines: &[DocumentLine],
    currency: Currency,
    countries: &BTreeMap<VatKind, CountryCode>,
    wording: Wording,
) -> Result<Vec<RateTotal>, MoneyError> {
    let mut totals: BTreeMap<VatKind, RateTotal> = BTreeMap::new();
    for line in lines {
        let kind = line.vat;
        let total = totals.entry(kind).or_insert_with(|| RateTotal {
            vat: kind,
            country: countries.get(&kind).copied().unwrap_or(wording.law_of),
            net: Money::zero(currency),
            tax: Money::zero(currency),
            exemption: kind.category.exemption(wording),
            exemption_code: kind.category.exemption_code(wording.law_of),
        });
        total.net = total.net.plus(line.net)?;
        total.tax = total.tax.plus(line.tax)?;
    }
    Ok(totals.into_values().collect())
}

/// The totals of a document: sums over the kinds of VAT.
pub(super) fn document_totals(rates: &[RateTotal], currency: Currency) -> Result<DocumentTotals, MoneyError> {
    let net = Money::sum(currency, rates.iter().map(|rate| rate.net))?;
    let tax = Money::sum(currency, rates.iter().map(|rate| rate.tax))?;
    let gross = net.plus(tax)?;
    Ok(DocumentTotals {
        net,
        tax,
        gross,
        paid: gross,
        payable: Money::zero(currency),
    })
}
