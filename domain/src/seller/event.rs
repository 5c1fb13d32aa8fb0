//! What can have happened to a seller, as far as invoices are concerned.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{CountryCode, PersonId, Sealed, SellerId, Sha256Hex, TermsVersion};
use crate::wire_events;

wire_events! {
    /// An event of a seller's stream.
    pub enum SellerEvent {
        /// They said who they are.
        Identified(SellerIdentified) => ("seller.identified", 1),
        /// They gave the platform the mandate to invoice in their name.
        MandateAccepted(SellerMandateAccepted) => ("seller.mandate_accepted", 1),
        /// They took it back.
        MandateWithdrawn(SellerMandateWithdrawn) => ("seller.mandate_withdrawn", 1),
    }
}

/// A seller said who they are in the sense of tax and company law, for the first time or anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerIdentified {
    /// The seller.
    pub seller_id: SellerId,
    /// [`crate::document::SupplierParty`] as JSON, sealed with the seller's key.
    pub identity: Sealed,
    /// Where they are established, whose law their invoices cite.
    pub country: CountryCode,
    /// Whether they charge VAT.
    pub vat: SellerVat,
    /// Who said so: the seller or an admin.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether a seller charges VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SellerVat {
    /// They do.
    Registered,
    /// They are exempt as a small enterprise (Directive 2006/112/EC, article 284; in France "293 B").
    SmallSellerExemption,
}

impl SellerVat {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::SmallSellerExemption => "small_seller_exemption",
        }
    }
}

/// A seller gave the platform the mandate to invoice in their name and on their behalf: expressly, in writing, and before the
/// first such invoice (in France Code général des impôts, art. 289, I-2, and annexe II, art. 242 nonies, I).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerMandateAccepted {
    /// The seller.
    pub seller_id: SellerId,
    /// SHA-256 of the exact wording.
    pub text_hash: Sha256Hex,
    /// The platform's name of the wording.
    pub version: TermsVersion,
    /// Who accepted it: the seller, or an admin who has it on paper.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A seller took the mandate back. What was issued by it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerMandateWithdrawn {
    /// The seller.
    pub seller_id: SellerId,
    /// Who did: the seller or an admin.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}
