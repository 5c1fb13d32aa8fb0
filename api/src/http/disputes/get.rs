//! `GET /api/v1/disputes/{dispute_id}`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::disputes::query;

use super::DisputePath;
use super::body::DisputeBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// Read a dispute
///
/// A buyer sees those of their orders, a seller those of orders with a line of theirs, admins and auditors all.
#[utoipa::path(get, path = "/disputes/{dispute_id}", tag = "disputes", params(DisputePath, OneQuery), responses(
    (status = 200, description = "The dispute", body = DisputeBody),
    (status = 404, description = "`dispute_not_found`: there is none, or it concerns somebody else"),
))]
pub(crate) async fn get_dispute(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(DisputePath { dispute_id }): Path<DisputePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<DisputeBody>, Problem> {
    let models = [ReadModel::Disputes, ReadModel::Orders];
    let position = app.reads().reach(&models, min).await?;
    let view = query::get(app.reads().pool(), dispute_id).await?;
    let body = view.and_then(|view| DisputeBody::seen_by(&caller, view));
    let body = body.ok_or_else(|| Problem::new(ProblemKind::DisputeNotFound))?;
    Ok(Answer::ok(body, position))
}
