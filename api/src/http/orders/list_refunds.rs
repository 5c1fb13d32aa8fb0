//! `GET /api/v1/orders/{order_id}/refunds`

use axum::extract::State;
use comptoir_domain::values::Role;
use comptoir_projections::ReadModel;
use comptoir_projections::orders::query as orders;
use comptoir_projections::refunds::query;

use super::OrderPath;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::ListBody;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;
use crate::http::refunds::body::RefundBody;

/// List the refunds of an order, the oldest first
///
/// Its buyer sees all of them, a seller what concerns their lines, admins and auditors all. There is one page.
#[utoipa::path(get, path = "/orders/{order_id}/refunds", tag = "refunds", params(OrderPath, OneQuery), responses(
    (status = 200, description = "The refunds", body = ListBody<RefundBody>),
    (status = 404, description = "`order_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn list_order_refunds(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<RefundBody>>, Problem> {
    let models = [ReadModel::Refunds, ReadModel::Orders];
    let position = app.reads().reach(&models, min).await?;
    let (pool, me) = (app.reads().pool(), caller.person_id());
    let order = orders::get(pool, order_id).await?.filter(|view| {
        let bought = caller.is(Role::Buyer) && view.order.buyer_id == me;
        let sold = caller.is(Role::Seller) && view.lines.iter().any(|line| line.seller_id == me);
        caller.sees_all() || bought || sold
    });
    if order.is_none() {
        return Err(Problem::new(ProblemKind::OrderNotFound));
    }
    let refunds = query::list_for_order(pool, order_id).await?;
    let seen = |refund| RefundBody::seen_by(&caller, refund);
    Ok(Answer::ok(
        ListBody {
            data: refunds.into_iter().filter_map(seen).collect(),
            has_more: false,
        },
        position,
    ))
}
