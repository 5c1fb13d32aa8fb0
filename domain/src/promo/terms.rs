//! What a code is worth, and where.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{BasisPoints, Money, PersonId, ProductId};

/// The terms of a promotion. They never change: whoever wants others makes another code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoTerms {
    /// What it takes off.
    pub benefit: Benefit,
    /// From when on it holds.
    pub starts_at: DateTime<Utc>,
    /// From when on it no longer does; none for ever.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many orders may use it; none for any number.
    pub uses_max: Option<u32>,
    /// How many orders of one buyer may; none for any number.
    pub uses_per_buyer_max: Option<u32>,
    /// What the lines that it is for must come to, before it.
    pub minimum: Option<Money>,
    /// Which lines it is for.
    pub scope: PromoScope,
}

/// What a promotion takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Benefit {
    /// A part of the price.
    Percent {
        /// In hundredths of a percent.
        basis_points: BasisPoints,
    },
    /// An amount, or the whole price where that is less.
    Fixed {
        /// How much.
        amount: Money,
    },
}

/// Which lines of an order a promotion is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PromoScope {
    /// All of them.
    Everything,
    /// Those of these products.
    Products {
        /// The products.
        product_ids: BTreeSet<ProductId>,
    },
    /// Those of these sellers.
    Sellers {
        /// The sellers.
        seller_ids: BTreeSet<PersonId>,
    },
}

impl PromoScope {
    /// Whether it is for a line.
    pub fn covers(&self, product_id: ProductId, seller_id: PersonId) -> bool {
        match self {
            Self::Everything => true,
            Self::Products { product_ids } => product_ids.contains(&product_id),
            Self::Sellers { seller_ids } => seller_ids.contains(&seller_id),
        }
    }

    /// The products it names.
    pub fn products(&self) -> impl Iterator<Item = ProductId> + '_ {
        match self {
            Self::Products { product_ids } => Some(product_ids.iter().copied()),
            Self::Everything | Self::Sellers { .. } => None,
        }
        .into_iter()
        .flatten()
    }
}
