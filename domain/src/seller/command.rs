//! What can be asked of a seller.

use chrono::{DateTime, Utc};

use super::event::SellerVat;
use crate::values::{Actor, CountryCode, Sealed, SellerId, Sha256Hex, TermsVersion};

/// A command to a seller. Only the seller and admins may give any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SellerCommand {
    /// Say who they are.
    Identify(IdentifySeller),
    /// Give the mandate to invoice in their name.
    AcceptMandate {
        /// SHA-256 of the exact wording.
        text_hash: Sha256Hex,
        /// The platform's name of the wording.
        version: TermsVersion,
        /// Who accepts.
        actor: Actor,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take it back. Without one, nothing follows.
    WithdrawMandate {
        /// Who does.
        actor: Actor,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Who a seller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifySeller {
    /// The seller.
    pub seller_id: SellerId,
    /// [`crate::document::SupplierParty`] as JSON, sealed with the seller's key.
    pub identity: Sealed,
    /// Where they are established.
    pub country: CountryCode,
    /// Whether they charge VAT.
    pub vat: SellerVat,
    /// Who says so.
    pub actor: Actor,
    /// Now.
    pub at: DateTime<Utc>,
}
