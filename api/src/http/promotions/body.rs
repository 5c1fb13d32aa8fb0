//! A promotion as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::promo::{
    Benefit, Promo, PromoFacts, PromoScope, PromoState, PromoTerms, UseCount, UseStanding,
};
use comptoir_domain::values::{BasisPoints, PersonId, ProductId, PromoCode, PromoId};
use comptoir_engine::{Answered, PromotionChanged, UseCaseError};
use comptoir_projections::promotions::{PromotionRow, UseCounts};
use serde::Serialize;

use crate::http::App;
use crate::http::amount::Amount;
use crate::http::answer::Answer;
use crate::http::problem::{Problem, ProblemKind};

/// A promotion.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Promotion)]
pub(crate) struct PromotionBody {
    /// Its id, which follows from its code.
    #[schema(value_type = String, example = "promo_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: PromoId,
    /// What buyers type.
    #[schema(value_type = String, example = "SPRING-10")]
    code: PromoCode,
    /// Whether it can still be used, apart from its time and its caps.
    status: PromotionStatus,
    /// The part of the price that it takes off, in hundredths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>, example = 1000)]
    percent_off_basis_points: Option<BasisPoints>,
    /// The amount that it takes off.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_off: Option<Amount>,
    /// From when on it holds.
    starts_at: DateTime<Utc>,
    /// From when on it no longer does.
    ends_at: Option<DateTime<Utc>>,
    /// How many orders may use it.
    uses_max: Option<u32>,
    /// How many orders of one buyer may.
    uses_per_buyer_max: Option<u32>,
    /// What the lines that it is for must come to, before it.
    minimum: Option<Amount>,
    /// The products that it is for; null for all.
    #[schema(value_type = Option<Vec<String>>)]
    product_ids: Option<Vec<ProductId>>,
    /// The sellers whose products it is for; null for all.
    #[schema(value_type = Option<Vec<String>>)]
    seller_ids: Option<Vec<PersonId>>,
    /// How many orders use it now.
    uses: UsesBody,
    /// Who made it.
    #[schema(value_type = String)]
    created_by: PersonId,
    /// When it was made; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<DateTime<Utc>>,
    /// When it was ended; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    deactivated_at: Option<DateTime<Utc>>,
}

/// Whether a promotion can still be used.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PromotionStatus {
    /// It can.
    Active,
    /// Somebody ended it.
    Deactivated,
}

/// How many orders use a promotion now.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[schema(as = PromotionUses)]
pub(crate) struct UsesBody {
    /// Placed and not paid yet; they count towards the caps.
    reserved: i64,
    /// Paid; they count too.
    redeemed: i64,
    /// Paid late, after the caps were full: honoured, and not counted.
    beyond_caps: i64,
}

impl From<UseCounts> for UsesBody {
    fn from(counts: UseCounts) -> Self {
        Self {
            reserved: counts.reserved,
            redeemed: counts.redeemed,
            beyond_caps: counts.beyond_caps,
        }
    }
}

impl PromotionBody {
    fn new(
        id: PromoId,
        code: PromoCode,
        terms: PromoTerms,
        created_by: PersonId,
        status: PromotionStatus,
        uses: UsesBody,
    ) -> Self {
        let (percent, amount_off) = match terms.benefit {
            Benefit::Percent { basis_points } => (Some(basis_points), None),
            Benefit::Fixed { amount } => (None, Some(amount.into())),
        };
        let (product_ids, seller_ids) = match terms.scope {
            PromoScope::Everything => (None, None),
            PromoScope::Products { product_ids } => (Some(product_ids.into_iter().collect()), None),
            PromoScope::Sellers { seller_ids } => (None, Some(seller_ids.into_iter().collect())),
        };
        Self {
            id,
            code,
            status,
            percent_off_basis_points: percent,
            amount_off,
            starts_at: terms.starts_at,
            ends_at: terms.ends_at,
            uses_max: terms.uses_max,
            uses_per_buyer_max: terms.uses_per_buyer_max,
            minimum: terms.minimum.map(Amount::from),
            product_ids,
            seller_ids,
            uses,
            created_by,
            created_at: None,
            deactivated_at: None,
        }
    }

    /// The promotion as its stream says, if it exists.
    fn of_state(state: &PromoState) -> Option<Self> {
        let (facts, status) = match state {
            PromoState::Absent => return None,
            PromoState::Active(facts) => (facts, PromotionStatus::Active),
            PromoState::Deactivated(facts) => (facts, PromotionStatus::Deactivated),
        };
        let PromoFacts {
            promo_id,
            code,
            terms,
            created_by,
            ..
        } = facts.clone();
        Some(Self::new(promo_id, code, terms, created_by, status, count(facts)))
    }
}

impl From<PromotionRow> for PromotionBody {
    fn from(row: PromotionRow) -> Self {
        let status = match row.deactivated_at {
            None => PromotionStatus::Active,
            Some(_) => PromotionStatus::Deactivated,
        };
        let uses = row.uses.into();
        Self {
            created_at: Some(row.created_at),
            deactivated_at: row.deactivated_at,
            ..Self::new(row.promo_id, row.code, row.terms, row.created_by, status, uses)
        }
    }
}

fn count(facts: &PromoFacts) -> UsesBody {
    let mut uses = UsesBody::from(UseCounts::default());
    for held in facts.uses.values() {
        match held.standing {
            UseStanding::Reserved => uses.reserved += 1,
            UseStanding::Redeemed(UseCount::WithinCaps) => uses.redeemed += 1,
            UseStanding::Redeemed(UseCount::BeyondCaps) => uses.beyond_caps += 1,
        }
    }
    uses
}

/// The promotion as the ledger has it now: what a write answers with, whatever the read models have seen.
pub(super) async fn load(app: &App, promo_id: PromoId) -> Result<PromotionBody, Problem> {
    let loaded = app.engine().ledger().load::<Promo>(promo_id.as_uuid()).await;
    let loaded = loaded.map_err(UseCaseError::from)?;
    PromotionBody::of_state(&loaded.state).ok_or_else(|| Problem::new(ProblemKind::PromotionNotFound))
}

/// The answer to a change of a promotion.
pub(super) async fn changed(
    app: &App,
    answered: Answered<PromotionChanged>,
) -> Result<Answer<PromotionBody>, Problem> {
    let body = load(app, answered.answer.promo_id).await?;
    Ok(Answer::ok(body, answered.position).on(answered.occasion))
}
