//! `POST /api/v1/orders/{order_id}/cancel`

use axum::extract::State;
use comptoir_domain::order::CancelReason;
use serde::Deserialize;

use super::OrderPath;
use super::body::OrderBody;
use super::parts::CancelReasonName;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Why the order is called off.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelOrderRequest {
    /// The reason; `buyer_request` if nobody says.
    #[schema(value_type = Option<CancelReasonName>)]
    #[serde(default = "buyer_request")]
    reason: CancelReason,
}

const fn buyer_request() -> CancelReason {
    CancelReason::BuyerRequest
}

/// Call an order off
///
/// Possible until it is paid, unless the bank is working on the payment. Repeating it is harmless.
#[utoipa::path(post, path = "/orders/{order_id}/cancel", tag = "orders", request_body = CancelOrderRequest,
    params(
        OrderPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The cancelled order", body = OrderBody),
        (status = 409, description = "`order_conflict`: it is paid, or being paid"),
    ))]
pub(crate) async fn cancel_order(
    _: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Command { context, body }: Command<CancelOrderRequest>,
) -> Result<Answer<OrderBody>, Problem> {
    let cancelled = app.engine().cancel_order(&context, order_id, body.reason).await?;
    let order = OrderBody::after_write(&app, &cancelled.answer, cancelled.position).await?;
    Ok(Answer::ok(order, cancelled.position).on(cancelled.occasion))
}
