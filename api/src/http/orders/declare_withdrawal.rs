//! `POST /api/v1/orders/{order_id}/withdrawal`

use axum::extract::State;
use serde::Deserialize;

use super::OrderPath;
use super::withdrawal::WithdrawalBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Buyers, CallerAs};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// What the buyer withdraws from.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareWithdrawalRequest {
    /// These lines, counted from 0; the whole order, if it is not said.
    #[serde(default)]
    lines: Option<Vec<u32>>,
}

/// Declare to withdraw from the contract
///
/// The first of two steps: nothing ends by it yet. What would be excluded, since its delivery has begun, is shown in the
/// answer. A further declaration replaces one that was not confirmed.
#[utoipa::path(post, path = "/orders/{order_id}/withdrawal", tag = "orders",
    request_body = DeclareWithdrawalRequest,
    params(
        OrderPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The right of withdrawal as it stands", body = WithdrawalBody),
        (status = 409, description = "`withdrawal_not_possible` or `order_not_paid`"),
    ))]
pub(crate) async fn declare_withdrawal(
    _: CallerAs<Buyers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Command { context, body }: Command<DeclareWithdrawalRequest>,
) -> Result<Answer<WithdrawalBody>, Problem> {
    let lines = body.lines.map(|lines| lines.into_iter().collect());
    let declared = app.engine().declare_withdrawal(&context, order_id, lines).await?;
    let body = WithdrawalBody::answer(&declared.answer.state, app.engine().now())?;
    Ok(Answer::ok(body, declared.position).on(declared.occasion))
}
