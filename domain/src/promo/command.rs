//! What can be asked of a promotion.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::event::ReleaseReason;
use super::terms::PromoTerms;
use crate::values::{Actor, OrderId, PersonId, ProductId, PromoCode};

/// A command to a promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromoCommand {
    /// Start it.
    Create(CreatePromo),
    /// An order is placed with it.
    Reserve {
        /// The order.
        order_id: OrderId,
        /// Who buys.
        buyer_id: PersonId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The order is paid.
    Redeem {
        /// The order.
        order_id: OrderId,
        /// Who bought.
        buyer_id: PersonId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The order comes to nothing.
    Release {
        /// The order.
        order_id: OrderId,
        /// Why.
        reason: ReleaseReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Nobody is to use it any more. Orders that have it keep it.
    Deactivate {
        /// Who asks: its maker or an admin.
        actor: Actor,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Everything a promotion starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePromo {
    /// What buyers type.
    pub code: PromoCode,
    /// What it is worth, and where.
    pub terms: PromoTerms,
    /// Whose the products are that the terms name, as their streams say. Sellers may only name their own.
    pub product_sellers: BTreeMap<ProductId, PersonId>,
    /// Who asks: a seller or an admin.
    pub actor: Actor,
    /// Now.
    pub at: DateTime<Utc>,
}
