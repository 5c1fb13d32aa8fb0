//! What can have happened to a promotion.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::terms::PromoTerms;
use crate::values::{OrderId, PersonId, PromoCode, PromoId};
use crate::wire_events;

wire_events! {
    /// An event of a promotion's stream.
    pub enum PromoEvent {
        /// Somebody started it.
        Created(PromoCreated) => ("promo.created", 1),
        /// An order was placed with it.
        Reserved(PromoReserved) => ("promo.reserved", 1),
        /// An order with it came to nothing.
        Released(PromoReleased) => ("promo.released", 1),
        /// An order with it was paid.
        Redeemed(PromoRedeemed) => ("promo.redeemed", 1),
        /// Somebody ended it.
        Deactivated(PromoDeactivated) => ("promo.deactivated", 1),
    }
}

/// A promotion was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoCreated {
    /// The promotion.
    pub promo_id: PromoId,
    /// What buyers type.
    pub code: PromoCode,
    /// What it is worth, and where.
    pub terms: PromoTerms,
    /// Who made it.
    pub created_by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// An order was placed with it, and counts towards the caps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoReserved {
    /// The order.
    pub order_id: OrderId,
    /// Who buys.
    pub buyer_id: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// An order with it came to nothing, and counts no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoReleased {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: ReleaseReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a use was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReason {
    /// The order was not paid in time.
    Expired,
    /// The order was called off.
    Cancelled,
    /// All of the order's money went back.
    Refunded,
}

/// An order with it was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoRedeemed {
    /// The order.
    pub order_id: OrderId,
    /// Who bought.
    pub buyer_id: PersonId,
    /// Whether it counts towards the caps.
    pub count: UseCount,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether a use counts towards the caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseCount {
    /// It does.
    WithinCaps,
    /// It does not: the order had lost its use, its money came late, and the caps had no room left. What was agreed
    /// with the buyer is honoured all the same.
    BeyondCaps,
}

/// The promotion was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoDeactivated {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}
