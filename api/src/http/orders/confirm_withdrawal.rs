//! `POST /api/v1/orders/{order_id}/withdrawal/confirm`

use axum::extract::State;

use super::OrderPath;
use super::withdrawal::WithdrawalBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Buyers, CallerAs};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Confirm the withdrawal
///
/// The second step: the lines that were declared end, except those whose delivery has begun; their licences are revoked and
/// what is left of their money goes back by itself. The last of `receipts` is the receipt. Repeating it is harmless.
#[utoipa::path(post, path = "/orders/{order_id}/withdrawal/confirm", tag = "orders",
    params(
        OrderPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The right of withdrawal as it stands, with the receipt", body = WithdrawalBody),
        (status = 409, description = "`withdrawal_not_possible`: nothing was declared, or nothing of it can be ended"),
    ))]
pub(crate) async fn confirm_withdrawal(
    _: CallerAs<Buyers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<WithdrawalBody>, Problem> {
    let confirmed = app.engine().confirm_withdrawal(&context, order_id).await?;
    let body = WithdrawalBody::answer(&confirmed.answer.state, app.engine().now())?;
    Ok(Answer::ok(body, confirmed.position).on(confirmed.occasion))
}
