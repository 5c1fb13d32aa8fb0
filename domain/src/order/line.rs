//! A line of an order: a copy of the offer as it stood, so that later changes cannot reach it; and what was agreed for
//! the order as a whole.

use serde::{Deserialize, Serialize};

use crate::tax::{PlaceOfSupply, TaxCustomer};
use crate::values::{
    LicenceId, LicenceKind, Money, OfferId, PersonId, ProductId, PromoCode, PromoId, Quantity, TaxFacts,
    TermsHash, TermsVersion, Title, UseTerms,
};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product.
    pub product_id: ProductId,
    /// The offer.
    pub offer_id: OfferId,
    /// Who offered it.
    pub seller_id: PersonId,
    /// The product's title at that time.
    pub title: Title,
    /// What the licence allows.
    pub licence_kind: LicenceKind,
    /// The seller's name of the wording.
    pub terms_version: TermsVersion,
    /// SHA-256 of the wording.
    pub terms_hash: TermsHash,
    /// The price of one unit, on the price basis of the tax.
    pub unit_price: Money,
    /// How many units.
    pub quantity: Quantity,
    /// The licence whose place this one takes, and what is counted for it.
    pub upgrade: Option<LineUpgrade>,
    /// What a promotion takes off unit price times quantity, less what is counted for an upgrade, on the same basis.
    pub discount: Money,
    /// What is paid for the line, tax included, after the discount.
    pub total: Money,
    /// The tax inside the total.
    pub tax_amount: Money,
    /// How the tax came about.
    pub tax: TaxFacts,
    /// How the licence may be used; none where the usual terms hold, [`UseTerms::default`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_terms: Option<UseTerms>,
}

/// The licence whose place a line's one takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineUpgrade {
    /// The licence that is given up.
    pub licence_id: LicenceId,
    /// What was paid for it and is still here, on the price basis of the line's tax: so much less is to be paid.
    pub credit: Money,
}

/// The promotion that an order was placed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedPromotion {
    /// The promotion.
    pub promo_id: PromoId,
    /// What the buyer typed.
    pub code: PromoCode,
}

/// Who buys and where, in the sense of tax law, as it was known when the order was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTax {
    /// Who buys. The VAT id of a business stands in the sealed billing details.
    pub customer: TaxCustomer,
    /// Where the service is supplied, and by which evidence.
    pub place: PlaceOfSupply,
}
