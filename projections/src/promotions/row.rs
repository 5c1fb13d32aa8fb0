//! A row of `promotions`, typed.

use chrono::{DateTime, Utc};
use comptoir_domain::promo::PromoTerms;
use comptoir_domain::values::{PersonId, PromoCode, PromoId};
use comptoir_ledger::{Position, Revision};
use sqlx::types::Json;
use uuid::Uuid;

use crate::listing::QueryError;
use crate::text::from_name;

/// A promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromotionRow {
    /// The promotion.
    pub promo_id: PromoId,
    /// What buyers type.
    pub code: PromoCode,
    /// Who made it.
    pub created_by: PersonId,
    /// What it is worth, and where.
    pub terms: PromoTerms,
    /// How many orders use it now.
    pub uses: UseCounts,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was ended.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// The newest event of its stream that this row knows.
    pub revision: Revision,
    /// Where that event stands.
    pub position: Position,
}

/// How many orders use a promotion now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UseCounts {
    /// Placed and not paid yet. They count towards the caps.
    pub reserved: i64,
    /// Paid. They count too.
    pub redeemed: i64,
    /// Paid late, after the caps were full. They do not.
    pub beyond_caps: i64,
}

/// How an order uses a promotion, as the column has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseStandingName {
    /// Placed.
    Reserved,
    /// Paid.
    Redeemed,
    /// Paid late, after the caps were full.
    RedeemedBeyondCaps,
}

impl UseStandingName {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reserved, Self::Redeemed, Self::RedeemedBeyondCaps];

    /// The name in the column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Redeemed => "redeemed",
            Self::RedeemedBeyondCaps => "redeemed_beyond_caps",
        }
    }
}

/// The columns as the database has them, with the uses counted.
#[derive(Debug)]
pub(super) struct PromotionColumns {
    pub(super) id: Uuid,
    pub(super) code: String,
    pub(super) created_by: Uuid,
    pub(super) terms: Json<PromoTerms>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) deactivated_at: Option<DateTime<Utc>>,
    pub(super) revision: i64,
    pub(super) position: i64,
    pub(super) reserved: i64,
    pub(super) redeemed: i64,
    pub(super) beyond_caps: i64,
}

impl TryFrom<PromotionColumns> for PromotionRow {
    type Error = QueryError;

    fn try_from(columns: PromotionColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("promotions", columns.id);
        Ok(Self {
            promo_id: PromoId::from_uuid(columns.id),
            code: from_name(&columns.code).map_err(|error| unreadable(&error))?,
            created_by: PersonId::from_uuid(columns.created_by),
            terms: columns.terms.0,
            uses: UseCounts {
                reserved: columns.reserved,
                redeemed: columns.redeemed,
                beyond_caps: columns.beyond_caps,
            },
            created_at: columns.created_at,
            deactivated_at: columns.deactivated_at,
            revision: Revision::new(columns.revision),
            position: Position::new(columns.position),
        })
    }
}
