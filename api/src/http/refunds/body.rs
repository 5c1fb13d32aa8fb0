//! A refund as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{OrderFacts, RefundPart, RefundStanding};
use comptoir_domain::values::{Currency, OrderId, PersonId, ProviderCode, RefundId, RefundNote, Role};
use comptoir_projections::refunds::{RefundProgress, RefundView};
use serde::Serialize;

use crate::http::auth::Caller;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::sealed::Opened;

/// Money that goes or went back to a buyer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Refund)]
pub(crate) struct RefundBody {
    /// Its id.
    #[schema(value_type = String, example = "ref_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: RefundId,
    /// The order.
    #[schema(value_type = String)]
    pub(crate) order_id: OrderId,
    /// How far it is.
    #[schema(value_type = RefundStatusName)]
    pub(crate) status: &'static str,
    /// How much, in minor units; for a seller, of their lines.
    #[schema(example = 2990)]
    pub(crate) amount: i64,
    /// The tax inside.
    #[schema(example = 498)]
    pub(crate) tax: i64,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    pub(crate) currency: Currency,
    /// What of it belongs to which line; for a seller, to theirs.
    pub(crate) lines: Vec<RefundLineBody>,
    /// Why.
    #[schema(example = "customer_request")]
    pub(crate) reason: &'static str,
    /// The same in words: for who wrote them and for admins, in answers to the read of one refund. Null once it was erased.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(crate) note: Opened<RefundNote>,
    /// Whether the note was erased with its author's data; beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note_erased: Option<bool>,
    /// Who asked; nobody, if it followed from something else.
    #[schema(value_type = Option<String>)]
    pub(crate) requested_by: Option<PersonId>,
    /// The provider's code, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) failure_code: Option<ProviderCode>,
    /// When it was asked for; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requested_at: Option<DateTime<Utc>>,
    /// When the money had gone back; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) settled_at: Option<DateTime<Utc>>,
    /// When it last changed; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<DateTime<Utc>>,
}

/// How far a refund is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RefundStatus)]
#[expect(dead_code, reason = "the read model's own names, for the OpenAPI document")]
pub(crate) enum RefundStatusName {
    /// Asked for here.
    Requested,
    /// The payment provider has it.
    Submitted,
    /// Somebody at the payment provider looks at it.
    UnderReview,
    /// The money has gone back.
    Succeeded,
    /// It has not, and can be asked for again.
    Failed,
}

/// What of a refund belongs to one line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RefundLine)]
pub(crate) struct RefundLineBody {
    /// The line of the order, counted from 0.
    line: u32,
    /// How much, in minor units.
    amount: i64,
    /// The tax inside.
    tax: i64,
}

impl From<&RefundPart> for RefundLineBody {
    fn from(part: &RefundPart) -> Self {
        Self {
            line: part.line,
            amount: part.amount.amount,
            tax: part.tax_amount.amount,
        }
    }
}

impl RefundBody {
    /// The refund as the read model shows it, as far as the caller may see it.
    pub(crate) fn seen_by(caller: &Caller, view: RefundView) -> Option<Self> {
        let me = caller.person_id();
        let bought = caller.is(Role::Buyer) && view.buyer_id == Some(me);
        if caller.sees_all() || bought {
            return Some(Self::of_view(view, |_| true));
        }
        if !(caller.is(Role::Seller) && view.concerns_seller(me)) {
            return None;
        }
        let sellers = view.sellers.clone();
        let own = |part: &RefundPart| {
            let seller = usize::try_from(part.line).ok().and_then(|line| sellers.get(line));
            seller == Some(&me)
        };
        Some(Self::of_view(view, own))
    }

    fn of_view(view: RefundView, may_see: impl Fn(&RefundPart) -> bool) -> Self {
        let refund = view.refund;
        let seen: Vec<&RefundPart> = refund.parts.iter().filter(|part| may_see(part)).collect();
        let amount = if seen.len() == refund.parts.len() {
            refund.amount.amount
        } else {
            seen.iter().map(|part| part.amount.amount).sum()
        };
        Self {
            id: refund.refund_id,
            order_id: refund.order_id,
            status: refund.status.as_str(),
            amount,
            tax: seen.iter().map(|part| part.tax_amount.amount).sum(),
            currency: refund.amount.currency,
            lines: seen.into_iter().map(RefundLineBody::from).collect(),
            reason: refund.reason.as_str(),
            note: Opened::Absent,
            note_erased: None,
            requested_by: refund.requested_by,
            failure_code: refund.failure_code,
            requested_at: Some(refund.opened_at),
            settled_at: refund.settled_at,
            updated_at: Some(refund.updated_at),
        }
    }

    /// The refund as its order's stream says: what a write answers with, whatever the read models have seen.
    pub(crate) fn of_facts(
        facts: &OrderFacts,
        id: RefundId,
        requested_by: PersonId,
    ) -> Result<Self, Problem> {
        let refund = facts
            .refunds
            .get(&id)
            .ok_or_else(|| Problem::new(ProblemKind::RefundNotFound))?;
        let status = match refund.standing {
            RefundStanding::Open => RefundProgress::Requested,
            RefundStanding::Settled => RefundProgress::Succeeded,
            RefundStanding::Declined => RefundProgress::Failed,
        };
        Ok(Self {
            id,
            order_id: facts.order_id,
            status: status.as_str(),
            amount: refund.amount.amount,
            tax: refund.parts.iter().map(|part| part.tax_amount.amount).sum(),
            currency: refund.amount.currency,
            lines: refund.parts.iter().map(RefundLineBody::from).collect(),
            reason: refund.reason.as_str(),
            note: Opened::Absent,
            note_erased: None,
            requested_by: Some(requested_by),
            failure_code: None,
            requested_at: None,
            settled_at: None,
            updated_at: None,
        })
    }
}
