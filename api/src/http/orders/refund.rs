//! `POST /api/v1/orders/{order_id}/refund`

use axum::extract::State;
use comptoir_domain::order::{RefundGrounds, RefundScope};
use comptoir_domain::values::RefundNote;
use comptoir_engine::RefundOrder;
use serde::Deserialize;

use super::OrderPath;
use super::parts::RefundReasonName;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::{FieldError, Problem, ProblemKind};
use crate::http::refunds::body::RefundBody;

/// What is to go back, and why. With neither `lines` nor `amount`: all that is left of the order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundOrderRequest {
    /// All that is left of these lines, counted from 0.
    #[serde(default)]
    #[schema(example = json!([0]))]
    lines: Option<Vec<u32>>,
    /// So many minor units of the order's currency, in proportion to what is left of each line.
    #[serde(default)]
    #[schema(minimum = 1, example = 1000)]
    amount: Option<i64>,
    /// Why.
    #[schema(value_type = RefundReasonName)]
    reason: RefundGrounds,
    /// The same in words, at most 500 characters. The reason `other` needs it. It is sealed, and shown to its author and
    /// to admins.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Option<RefundNote>,
}

impl RefundOrderRequest {
    fn scope(&self) -> Result<RefundScope, Problem> {
        match (&self.lines, self.amount) {
            (None, None) => Ok(RefundScope::Whole),
            (Some(lines), None) => Ok(RefundScope::Lines(lines.iter().copied().collect())),
            (None, Some(minor)) if minor > 0 => Ok(RefundScope::AmountMinor(minor)),
            (None, Some(_)) => Err(wrong(
                "/amount",
                "out_of_range",
                "the amount must be more than nothing",
            )),
            (Some(_), Some(_)) => Err(wrong(
                "/amount",
                "conflicting",
                "either lines or an amount can be refunded",
            )),
        }
    }
}

fn wrong(pointer: &'static str, code: &'static str, detail: &'static str) -> Problem {
    Problem::new(ProblemKind::InvalidRequest)
        .detail(detail)
        .errors([FieldError::at(pointer, code, detail)])
}

/// Send money back
///
/// For sellers, their own lines, for 14 days after the payment unless the platform has it otherwise; for admins, any lines
/// for 365 days. The refund is asked for by this; the money has gone back when the payment provider says so. Refunds of one
/// order go to the provider one after the other.
#[utoipa::path(post, path = "/orders/{order_id}/refund", tag = "refunds", request_body = RefundOrderRequest,
    params(
        OrderPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first refund"),
    ),
    responses(
        (status = 201, description = "The refund", body = RefundBody),
        (status = 403, description = "`forbidden`: a line is another seller's"),
        (status = 404, description = "`order_not_found`: there is none, or the caller sells nothing of it"),
        (status = 409, description = "`order_not_paid`, `order_disputed`, `nothing_to_refund`, `refund_too_large` or \
            `refund_window_over`"),
        (status = 422, description = "`invalid_request`: a line that is not there, a note that is needed"),
    ))]
pub(crate) async fn refund_order(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Command { context, body }: Command<RefundOrderRequest>,
) -> Result<Answer<RefundBody>, Problem> {
    let refund = RefundOrder {
        scope: body.scope()?,
        grounds: body.reason,
        note: body.note,
    };
    let asked = app.engine().refund_order(&context, order_id, refund).await?;
    let refund_id = asked.answer.refund_id;
    let order = app.engine().order(order_id).await?;
    let facts = order
        .state
        .facts()
        .ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let refund = RefundBody::of_facts(facts, refund_id, context.actor.person_id)?;
    let location = format!("/api/v1/refunds/{refund_id}");
    Ok(Answer::created(refund, asked.position, location).on(asked.occasion))
}
