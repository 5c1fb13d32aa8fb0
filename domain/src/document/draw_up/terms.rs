//! Who supplies, as far as it decides what a document says.

use chrono::{DateTime, Utc};

use super::error::DrawUpError;
use crate::document::content::{DocumentContent, Mention, Supplier, SupplierParty};
use crate::seller::{Mandate, SellerState};
use crate::tax::SellerTax;
use crate::values::{CountryCode, Line, SellerId};

/// The mention of a document whose supplier owes the tax when they invoice.
const VAT_ON_DEBITS: &str = "vat_on_debits";

/// Who supplies, as far as it decides what a document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierTerms {
    /// Where they are established, whose law the document cites.
    pub country: CountryCode,
    /// When they owe the tax.
    pub vat_due: VatDue,
    /// Who writes the document.
    pub issuer: Issuer,
    /// What a seller says of their tax. None of the platform, which has said it in the settings by which its orders are taxed, and none
    /// for what follows a document that agrees with it.
    pub tax: Option<SellerTax>,
}

/// When a supplier of services owes the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VatDue {
    /// When they are paid.
    OnPayment,
    /// When they invoice, as they have chosen (in France "option pour les débits"), which the invoice must say.
    OnDebits,
}

/// Who writes a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// The supplier: the platform for itself.
    Supplier,
    /// The platform, in the name and on behalf of a seller.
    Mandatary {
        /// The seller.
        seller_id: SellerId,
        /// The platform's name.
        platform: Line,
        /// The mandate.
        mandate: Mandate,
    },
    /// The same for a document that follows one which the mandate of then covered. It may be withdrawn since: what follows
    /// from the money that goes back is issued all the same.
    MandataryOfFollowed {
        /// The seller.
        seller_id: SellerId,
        /// The platform's name, as it stands on the document that is followed.
        platform: Line,
    },
}

impl SupplierTerms {
    /// The platform, for itself.
    pub const fn of_platform(country: CountryCode, vat_due: VatDue) -> Self {
        Self {
            country,
            vat_due,
            issuer: Issuer::Supplier,
            tax: None,
        }
    }

    /// A seller in whose name the platform writes, as their stream says. The append must check its revision.
    pub fn of_seller(seller: &SellerState, platform: Line) -> Result<Self, DrawUpError> {
        match seller {
            SellerState::Absent => Err(DrawUpError::NotIdentified),
            SellerState::Identified(_) => Err(DrawUpError::NoMandate),
            SellerState::Mandating(facts, mandate) => Ok(Self {
                country: facts.country,
                vat_due: VatDue::OnPayment,
                issuer: Issuer::Mandatary {
                    seller_id: facts.seller_id,
                    platform,
                    mandate: mandate.clone(),
                },
                tax: Some(facts.tax()),
            }),
        }
    }

    /// Who supplied as a document says that another one follows by itself, such as the credit note of a refund: the same
    /// supplier under the same law, whatever has become of them since. `supplier` is who stands on it.
    pub fn of_followed(followed: &DocumentContent, supplier: &SupplierParty) -> Result<Self, DrawUpError> {
        let is_due_on_debits = |mention: &Mention| mention.code.as_str() == VAT_ON_DEBITS;
        let issuer = match (followed.supplier, &supplier.issuer) {
            (Supplier::Platform, _) => Issuer::Supplier,
            (Supplier::Seller { seller_id }, Some(platform)) => Issuer::MandataryOfFollowed {
                seller_id: seller_id.into(),
                platform: platform.clone(),
            },
            (Supplier::Seller { .. }, None) => return Err(DrawUpError::CannotFollow),
        };
        Ok(Self {
            country: supplier.address.country,
            vat_due: if followed.mentions.iter().any(is_due_on_debits) {
                VatDue::OnDebits
            } else {
                VatDue::OnPayment
            },
            issuer,
            tax: None,
        })
    }

    /// The platform writes for itself without a mandate, and for sellers with one that was given before.
    pub(super) fn may_issue_for(&self, supplier: Supplier, at: DateTime<Utc>) -> Result<(), DrawUpError> {
        let (is_theirs, mandate) = match (supplier, &self.issuer) {
            (Supplier::Platform, Issuer::Supplier) => return Ok(()),
            (Supplier::Platform, Issuer::Mandatary { .. } | Issuer::MandataryOfFollowed { .. }) => {
                return Err(DrawUpError::OtherSupplier);
            }
            (Supplier::Seller { seller_id }, Issuer::MandataryOfFollowed { seller_id: of, .. }) => {
                let is_theirs = SellerId::from(seller_id) == *of;
                return is_theirs.then_some(()).ok_or(DrawUpError::OtherSupplier);
            }
            (Supplier::Seller { .. }, Issuer::Supplier) => return Err(DrawUpError::NoMandate),
            (
                Supplier::Seller { seller_id },
                Issuer::Mandatary {
                    seller_id: of,
                    mandate,
                    ..
                },
            ) => (SellerId::from(seller_id) == *of, mandate),
        };
        if !is_theirs {
            return Err(DrawUpError::OtherSupplier);
        }
        if at < mandate.accepted_at {
            return Err(DrawUpError::MandateTooYoung);
        }
        Ok(())
    }
}

impl Issuer {
    /// The name of the platform, where it writes for somebody else.
    pub(super) fn platform(&self) -> &str {
        match self {
            Self::Supplier => "",
            Self::Mandatary { platform, .. } | Self::MandataryOfFollowed { platform, .. } => {
                platform.as_str()
            }
        }
    }
}
