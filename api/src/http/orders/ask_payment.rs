//! `POST /api/v1/orders/{order_id}/payment`

use axum::extract::State;

use super::OrderPath;
use super::body::OrderBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Ask for the payment of an order
///
/// For an order whose payment is pending, or whose client secret got lost. It never makes a second payment.
#[utoipa::path(post, path = "/orders/{order_id}/payment", tag = "orders", params(OrderPath), responses(
    (status = 200, description = "The order, and what the browser needs to pay it", body = OrderBody),
    (status = 409, description = "`order_conflict`: it is paid, cancelled or expired"),
    (status = 502, description = "`payment_provider_failed`: ask again later"),
))]
pub(crate) async fn ask_payment(
    _: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<OrderBody>, Problem> {
    let asked = app.engine().ask_payment(&context, order_id).await?;
    let (loaded, checkout) = (&asked.answer.order, &asked.answer.checkout);
    let order = OrderBody::after_checkout(&app, loaded, checkout, asked.position).await?;
    Ok(Answer::ok(order, asked.position).on(asked.occasion))
}
