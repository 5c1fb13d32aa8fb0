//! `GET /api/v1/disputes/{dispute_id}/evidence`

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_domain::order::{OrderFacts, has_right_of_withdrawal, withdrawal_until};
use comptoir_domain::values::{FileId, LicenceId, OrderId, PaymentId, PersonId};
use comptoir_engine::{Evidence, LicenceAccess, LicenceAccessKind};
use comptoir_projections::ReadModel;
use comptoir_projections::disputes::query;
use comptoir_projections::reviews::ReviewView;
use serde::Serialize;

use super::DisputePath;
use super::body::DisputeBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Overseers};
use crate::http::licences::body::status_of;
use crate::http::min_position::MinPosition;
use crate::http::orders::parts::{LineBody, TotalsBody};
use crate::http::orders::withdrawal::WithdrawalBody;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;
use crate::http::reviews::body::ReviewBody;
use crate::http::sealed::is_erased;

/// What can be shown to the bank.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DisputeEvidence)]
pub(crate) struct EvidenceBody {
    /// The dispute.
    dispute: DisputeBody,
    /// The order.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// Who bought.
    #[schema(value_type = String)]
    buyer_id: PersonId,
    /// Whether the buyer's data was erased since.
    buyer_erased: bool,
    /// The payment, by its id at the payment provider.
    #[schema(value_type = String)]
    payment_id: PaymentId,
    /// When the money had arrived.
    paid_at: Option<DateTime<Utc>>,
    /// What was to be paid.
    totals: TotalsBody,
    /// What was ordered, with the hashes of the licences' wording.
    lines: Vec<LineBody>,
    /// Consent to immediate delivery, what was accessed since and when, and whether the buyer has withdrawn.
    withdrawal: Option<WithdrawalBody>,
    /// The licences that were issued.
    licences: Vec<LicenceEvidence>,
    /// What was downloaded, and on which occasions a device began to use a licence or its holder got a signed file of it, the
    /// oldest first.
    accesses: Vec<AccessEvidence>,
    /// What the buyer has said about what they bought. To auditors the words are shown that everybody can read.
    reviews: Vec<ReviewBody>,
    /// How much has gone back: `none`, `partially_refunded` or `refunded`.
    refund_status: &'static str,
    /// How refunds were granted when the order was placed.
    refund_policy: RefundPolicyBody,
    /// When this was put together.
    assembled_at: DateTime<Utc>,
}

/// A licence that was issued for the order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LicenceEvidence {
    /// The licence.
    #[schema(value_type = String)]
    id: LicenceId,
    /// The line of the order, counted from 0.
    line: u32,
    /// Where it stands, as at `GET /licences/{licence_id}`: `issued`, `suspended`, `superseded`, `revoked` or `expired`.
    status: &'static str,
}

/// Something that was done with a licence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AccessEvidence {
    /// The licence.
    #[schema(value_type = String)]
    licence_id: LicenceId,
    /// Who held it then: the buyer, or whom they had passed it on to.
    #[schema(value_type = String)]
    holder_id: PersonId,
    /// Whether that was the buyer.
    by_buyer: bool,
    /// What: `download`, `activation` or `offline_file`.
    #[schema(example = "download")]
    kind: &'static str,
    /// The file that was downloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    file_id: Option<FileId>,
    /// When.
    at: DateTime<Utc>,
}

impl AccessEvidence {
    fn of(access: &LicenceAccess, buyer_id: PersonId) -> Self {
        let (kind, file_id) = match access.kind {
            LicenceAccessKind::Download(file_id) => ("download", Some(file_id)),
            LicenceAccessKind::Activation => ("activation", None),
            LicenceAccessKind::OfflineFile => ("offline_file", None),
        };
        Self {
            licence_id: access.licence_id,
            holder_id: access.holder_id,
            by_buyer: access.holder_id == buyer_id,
            kind,
            file_id,
            at: access.at,
        }
    }
}

/// How refunds were granted when the order was placed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RefundPolicy)]
pub(crate) struct RefundPolicyBody {
    /// `as_sold`, or `not_recorded` for an order of a release that did not record it.
    #[schema(example = "as_sold")]
    standing: &'static str,
    /// So many days after the payment by the seller.
    seller_days: Option<u16>,
    /// So many days after the payment by the platform.
    platform_days: Option<u16>,
    /// Until when the buyer could withdraw by themselves from what they had not accessed; for businesses never.
    withdrawal_until: Option<DateTime<Utc>>,
}

impl RefundPolicyBody {
    fn of(facts: &OrderFacts) -> Self {
        let policy = facts.refund_policy;
        let withdrawal = facts
            .received_at
            .filter(|_| has_right_of_withdrawal(&facts.tax.customer));
        Self {
            standing: policy.map_or("not_recorded", |_| "as_sold"),
            seller_days: policy.map(|policy| policy.seller_days),
            platform_days: policy.map(|policy| policy.platform_days),
            withdrawal_until: withdrawal.map(withdrawal_until),
        }
    }
}

/// Read the evidence for a dispute
///
/// Put together from the ledger itself, for admins and auditors. It is what there is to say, not the form in which the payment
/// provider takes it: a person chooses from it what they hand in there.
#[utoipa::path(get, path = "/disputes/{dispute_id}/evidence", tag = "disputes", params(DisputePath, OneQuery),
    responses(
        (status = 200, description = "The evidence", body = EvidenceBody),
        (status = 404, description = "`dispute_not_found`: there is none"),
    ))]
pub(crate) async fn get_evidence(
    caller: CallerAs<Overseers>,
    State(app): State<App>,
    Path(DisputePath { dispute_id }): Path<DisputePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<EvidenceBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Disputes], min).await?;
    let not_found = || Problem::new(ProblemKind::DisputeNotFound);
    let dispute = query::get(app.reads().pool(), dispute_id)
        .await?
        .ok_or_else(not_found)?
        .dispute;
    let evidence = app
        .engine()
        .evidence(dispute.order_id)
        .await?
        .ok_or_else(not_found)?;
    let body = assemble(dispute.into(), &evidence, app.engine().now()).ok_or_else(not_found)?;
    let views = evidence.reviews.iter();
    let views = views.filter_map(|review| ReviewView::of_state(&review.state));
    let mut reviews = Vec::new();
    for view in views {
        reviews.push(ReviewBody::for_overseer(&app, &caller, &view).await?);
    }
    let buyer_erased = is_erased(&app, body.buyer_id).await?;
    let body = EvidenceBody {
        buyer_erased,
        reviews,
        ..body
    };
    Ok(Answer::ok(body, position))
}

fn assemble(dispute: DisputeBody, evidence: &Evidence, now: DateTime<Utc>) -> Option<EvidenceBody> {
    let facts = evidence.order.state.facts()?;
    let held = evidence
        .licences
        .iter()
        .filter_map(|licence| licence.state.held());
    let licences = held.map(|held| LicenceEvidence {
        id: held.grant.licence_id,
        line: held.grant.line,
        status: status_of(held.standing(now)),
    });
    Some(EvidenceBody {
        dispute,
        order_id: facts.order_id,
        buyer_id: facts.buyer_id,
        buyer_erased: false,
        payment_id: facts.payment_id,
        paid_at: facts.received_at,
        totals: TotalsBody::of(&facts.lines),
        lines: facts.lines.iter().map(LineBody::from).collect(),
        withdrawal: WithdrawalBody::of_state(&evidence.order.state, now),
        licences: licences.collect(),
        accesses: evidence
            .accesses
            .iter()
            .map(|access| AccessEvidence::of(access, facts.buyer_id))
            .collect(),
        reviews: Vec::new(),
        refund_status: facts.refunded_share().as_str(),
        refund_policy: RefundPolicyBody::of(facts),
        assembled_at: now,
    })
}
