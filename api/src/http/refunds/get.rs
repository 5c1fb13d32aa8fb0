//! `GET /api/v1/refunds/{refund_id}`

use axum::extract::State;
use comptoir_domain::values::Role;
use comptoir_engine::REFUND_NOTE_CONTEXT;
use comptoir_projections::ReadModel;
use comptoir_projections::refunds::query;

use super::RefundPath;
use super::body::RefundBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;
use crate::http::sealed::open_json;

/// Read a refund
///
/// A buyer sees those of their orders, a seller what concerns their lines, admins and auditors all.
#[utoipa::path(get, path = "/refunds/{refund_id}", tag = "refunds", params(RefundPath, OneQuery), responses(
    (status = 200, description = "The refund", body = RefundBody),
    (status = 404, description = "`refund_not_found`: there is none, or it concerns somebody else"),
))]
pub(crate) async fn get_refund(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(RefundPath { refund_id }): Path<RefundPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<RefundBody>, Problem> {
    let models = [ReadModel::Refunds, ReadModel::Orders];
    let position = app.reads().reach(&models, min).await?;
    let not_found = || Problem::new(ProblemKind::RefundNotFound);
    let view = query::get(app.reads().pool(), refund_id)
        .await?
        .ok_or_else(not_found)?;
    let (note, author) = (view.refund.note.clone(), view.refund.requested_by);
    let mut body = RefundBody::seen_by(&caller, view).ok_or_else(not_found)?;
    let may_read_note = caller.is(Role::Admin) || author == Some(caller.person_id());
    if let Some(note) = note.filter(|_| may_read_note) {
        let note = open_json(&app, Some(&note), REFUND_NOTE_CONTEXT).await?;
        body.note_erased = Some(note.is_erased());
        body.note = note;
    }
    Ok(Answer::ok(body, position))
}
