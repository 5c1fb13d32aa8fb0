//! A line of an order: a copy of the offer as it stood, so that later changes cannot reach it.

use serde::{Deserialize, Serialize};

use crate::values::{
    LicenceKind, Money, OfferId, PersonId, ProductId, Quantity, TaxFacts, TermsHash, TermsVersion, Title,
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
    /// The price of one unit, tax included.
    pub unit_price: Money,
    /// How many units.
    pub quantity: Quantity,
    /// Unit price times quantity, tax included.
    pub total: Money,
    /// The tax inside the total.
    pub tax_amount: Money,
    /// How the tax came about.
    pub tax: TaxFacts,
}
