//! `GET /api/v1/orders/{order_id}`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::orders::query;

use super::OrderPath;
use super::body::OrderBody;
use super::past::past_order;
use super::reader::Reader;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::as_of::PastQuery;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};

/// Read an order
///
/// A buyer sees their own, a seller their lines of it, admins and auditors all. Billing details are for the buyer and
/// admins. With `as_of` it is shown as it was, with its licences as they were.
#[utoipa::path(get, path = "/orders/{order_id}", tag = "orders", params(OrderPath, PastQuery), responses(
    (status = 200, description = "The order", body = OrderBody),
    (status = 404, description = "`order_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn get_order(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Query(wanted): Query<PastQuery>,
    min: MinPosition,
) -> Result<Answer<OrderBody>, Problem> {
    if let Some(as_of) = wanted.as_of {
        return past_order(&app, &caller, order_id, as_of, min).await;
    }
    let models = [ReadModel::Orders, ReadModel::Licences];
    let position = app.reads().reach(&models, min).await?;
    let mut connection = app.reads().connection().await?;
    let view = query::get(&mut *connection, order_id).await?;
    let found = view.and_then(|view| Some((Reader::of(&caller, &view)?, view)));
    let (reader, view) = found.ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let may_see = |seller_id| reader.sees_lines_of(seller_id);
    let body = OrderBody::of_view(&view, app.engine().now(), |line| may_see(line.seller_id))
        .with_licences(&app, &mut *connection, may_see)
        .await?;
    drop(connection);
    let body = match reader {
        Reader::OwnerOrAdmin => body.with_billing(&app, &view.order.billing).await?,
        Reader::Auditor => body,
        Reader::Seller(_) => body.without_buyer_tax(),
    };
    let body = body.with_review_flags(&caller, &view);
    Ok(Answer::ok(body, position))
}
