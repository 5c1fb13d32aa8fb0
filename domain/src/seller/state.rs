//! What the decisions about a seller need to know.

use chrono::{DateTime, Utc};

use super::event::{SellerEvent, SellerIdentified, SellerMandateAccepted, SellerVat};
use crate::tax::SellerTax;
use crate::values::{CountryCode, Sealed, SellerId, Sha256Hex, TermsVersion};

/// Where a seller stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SellerState {
    /// Nothing is known of them here. They may sell all the same, as long as the platform is the supplier of record.
    #[default]
    Absent,
    /// It is known who they are, and nobody may invoice in their name.
    Identified(SellerFacts),
    /// The platform invoices in their name.
    Mandating(SellerFacts, Mandate),
}

/// What is known of a seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellerFacts {
    /// The seller.
    pub seller_id: SellerId,
    /// [`crate::document::SupplierParty`] as JSON, sealed with the seller's key.
    pub identity: Sealed,
    /// Where they are established.
    pub country: CountryCode,
    /// Whether they charge VAT.
    pub vat: SellerVat,
    /// When they last said so.
    pub identified_at: DateTime<Utc>,
}

/// A mandate that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// SHA-256 of the exact wording.
    pub text_hash: Sha256Hex,
    /// The platform's name of the wording.
    pub version: TermsVersion,
    /// Since when it holds.
    pub accepted_at: DateTime<Utc>,
}

impl SellerState {
    /// What is known, if anything is.
    pub const fn facts(&self) -> Option<&SellerFacts> {
        match self {
            Self::Absent => None,
            Self::Identified(facts) | Self::Mandating(facts, _) => Some(facts),
        }
    }

    /// The mandate, if one holds.
    pub const fn mandate(&self) -> Option<&Mandate> {
        match self {
            Self::Absent | Self::Identified(_) => None,
            Self::Mandating(_, mandate) => Some(mandate),
        }
    }
}

impl SellerFacts {
    /// What decides about the tax of what they sell.
    pub const fn tax(&self) -> SellerTax {
        SellerTax {
            country: self.country,
            vat: self.vat,
        }
    }
}

impl From<&SellerIdentified> for SellerFacts {
    fn from(identified: &SellerIdentified) -> Self {
        Self {
            seller_id: identified.seller_id,
            identity: identified.identity.clone(),
            country: identified.country,
            vat: identified.vat,
            identified_at: identified.at,
        }
    }
}

impl From<&SellerMandateAccepted> for Mandate {
    fn from(accepted: &SellerMandateAccepted) -> Self {
        Self {
            text_hash: accepted.text_hash,
            version: accepted.version.clone(),
            accepted_at: accepted.at,
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: SellerState, event: &SellerEvent) -> SellerState {
    match (event, state) {
        (SellerEvent::Identified(identified), SellerState::Absent | SellerState::Identified(_)) => {
            SellerState::Identified(identified.into())
        }
        (SellerEvent::Identified(identified), SellerState::Mandating(_, mandate)) => {
            SellerState::Mandating(identified.into(), mandate)
        }
        (
            SellerEvent::MandateAccepted(accepted),
            SellerState::Identified(facts) | SellerState::Mandating(facts, _),
        ) => SellerState::Mandating(facts, accepted.into()),
        (
            SellerEvent::MandateWithdrawn(_),
            SellerState::Identified(facts) | SellerState::Mandating(facts, _),
        ) => SellerState::Identified(facts),
        (SellerEvent::MandateAccepted(_) | SellerEvent::MandateWithdrawn(_), SellerState::Absent) => {
            SellerState::Absent
        }
    }
}
