//! `GET /api/v1/orders/{order_id}/lines/{line}/terms`

use axum::extract::State;
use comptoir_domain::values::OrderId;
use comptoir_projections::ReadModel;
use comptoir_projections::orders::query;
use serde::Deserialize;

use super::reader::Reader;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;
use crate::http::terms::{WordingBody, sold_under};

/// The path of a line of an order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OrderLinePath {
    /// The order.
    #[param(value_type = String, example = "order_01jd3e8m6xf2r9kq7v5t4w8zab")]
    order_id: OrderId,
    /// The line, counted from 0 as the buyer sees them.
    #[param(example = 0)]
    line: u32,
}

/// Read the wording that a line of an order was bought under
///
/// The one that was bought, whatever has become of product and offer since. For those who may read the line.
#[utoipa::path(get, path = "/orders/{order_id}/lines/{line}/terms", tag = "orders", params(OrderLinePath, OneQuery),
    responses(
        (status = 200, description = "The wording", body = WordingBody),
        (status = 404, description = "`order_not_found` or `order_line_not_found`: there is none, or it is not theirs"),
    ))]
pub(crate) async fn get_order_line_terms(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OrderLinePath { order_id, line }): Path<OrderLinePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<WordingBody>, Problem> {
    let models = [ReadModel::Orders, ReadModel::Products];
    let position = app.reads().reach(&models, min).await?;
    let view = query::get(app.reads().pool(), order_id).await?;
    let found = view.and_then(|view| Some((Reader::of(&caller, &view)?, view)));
    let (reader, view) = found.ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let line = usize::try_from(line)
        .ok()
        .and_then(|line| view.lines.into_iter().nth(line))
        .filter(|line| reader.sees_lines_of(line.seller_id))
        .ok_or_else(|| Problem::new(ProblemKind::OrderLineNotFound))?;
    let terms = sold_under(&app, line.product_id, line.terms_version, line.terms_hash).await?;
    Ok(Answer::ok(terms, position))
}
