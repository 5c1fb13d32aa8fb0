//! How the platform is taxed, from its configuration.

use crate::values::{CountryCode, PriceBasis, SupplierOfRecord};

/// How the platform is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxSettings {
    /// Where the supplier is established.
    pub establishment: CountryCode,
    /// By which scheme consumers in the EU are taxed.
    pub scheme: TaxScheme,
    /// Who sells.
    pub supplier_of_record: SupplierOfRecord,
    /// Whether prices hold the tax.
    pub price_basis: PriceBasis,
    /// How much must be known of where the buyer is.
    pub evidence: EvidenceRule,
}

/// By which scheme consumers in the EU, and businesses in the supplier's own state, are taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxScheme {
    /// At the rate of the buyer's state (Directive 2006/112/EC, article 58), declared through the one-stop shop.
    Destination,
    /// At the rate of the supplier's state: cross-border sales stay below the threshold of article 59c.
    Establishment,
    /// Not at all: the supplier is exempt as a small enterprise (article 284; in France "293 B").
    SmallSeller,
}

/// How much must be known of where the buyer is (Regulation (EU) 282/2011, articles 24b and 24f).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceRule {
    /// What there is decides, and is recorded as it is.
    TakeWhatThereIs,
    /// Two items that agree, or the order is refused.
    TwoThatAgree,
}

impl TaxSettings {
    /// The usual settings of a platform that is established there: the platform sells, prices hold the tax, buyers are
    /// taxed where they are.
    pub const fn of(establishment: CountryCode) -> Self {
        Self {
            establishment,
            scheme: TaxScheme::Destination,
            supplier_of_record: SupplierOfRecord::Platform,
            price_basis: PriceBasis::TaxIncluded,
            evidence: EvidenceRule::TakeWhatThereIs,
        }
    }
}
