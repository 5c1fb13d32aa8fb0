//! A dispute as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::values::{Currency, DisputeId, OrderId, ProviderCode, Role};
use comptoir_projections::disputes::{DisputeRow, DisputeView};
use serde::Serialize;

use crate::http::auth::Caller;

/// What a buyer's bank wants, or wanted, back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Dispute)]
pub(crate) struct DisputeBody {
    /// Its id.
    #[schema(value_type = String, example = "dispute_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: DisputeId,
    /// The order whose payment is disputed.
    #[schema(value_type = String)]
    pub(crate) order_id: OrderId,
    /// Its id at the payment provider, where it is answered.
    #[schema(value_type = String)]
    provider_dispute_id: ProviderCode,
    /// Where it stands: `open`, `won` (also given up or expired) or `lost` (also accepted).
    status: &'static str,
    /// The payment provider's word for it, such as `dispute_challenged`.
    provider_status: &'static str,
    /// How far the procedure is: `pre_dispute`, `dispute`, `pre_arbitration`, `arbitration` or `dispute_reversal`.
    stage: &'static str,
    /// What the bank wants, in minor units.
    #[schema(example = 2990)]
    amount: i64,
    /// The bank's currency, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// The bank's reason.
    #[schema(value_type = Option<String>)]
    reason: Option<ProviderCode>,
    /// Until when it can be challenged.
    respond_by: Option<DateTime<Utc>>,
    /// When we first heard of it.
    opened_at: DateTime<Utc>,
    /// When we learnt of its end, if it has ended.
    closed_at: Option<DateTime<Utc>>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

impl DisputeBody {
    /// The dispute, if it concerns the caller: their order, or one with a line of theirs.
    pub(crate) fn seen_by(caller: &Caller, view: DisputeView) -> Option<Self> {
        let me = caller.person_id();
        let bought = caller.is(Role::Buyer) && view.buyer_id == Some(me);
        let sold = caller.is(Role::Seller) && view.sellers.contains(&me);
        (caller.sees_all() || bought || sold).then(|| Self::from(view.dispute))
    }
}

impl From<DisputeRow> for DisputeBody {
    fn from(dispute: DisputeRow) -> Self {
        Self {
            id: dispute.dispute_id,
            order_id: dispute.order_id,
            provider_dispute_id: dispute.provider_dispute_id,
            status: dispute.status.standing().as_str(),
            provider_status: dispute.status.as_str(),
            stage: dispute.stage.as_str(),
            amount: dispute.amount.amount,
            currency: dispute.amount.currency,
            reason: dispute.reason,
            respond_by: dispute.respond_by,
            opened_at: dispute.opened_at,
            closed_at: dispute.closed_at,
            updated_at: dispute.updated_at,
        }
    }
}
