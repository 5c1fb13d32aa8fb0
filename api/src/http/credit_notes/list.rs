//! `GET /api/v1/credit-notes`

use axum::extract::State;
use comptoir_domain::document::DocumentKind;

use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::documents::listing::{ListDocumentsQuery, page};
use crate::http::documents::summary::SummaryBody;
use crate::http::min_position::MinPosition;
use crate::http::pagination::ListBody;
use crate::http::parameters::Query;
use crate::http::problem::Problem;

/// List credit notes, the newest first
///
/// A buyer sees their own, a seller those in their name, admins and auditors all. Names and addresses are in the answer to the
/// read of one.
#[utoipa::path(get, path = "/credit-notes", tag = "invoices", params(ListDocumentsQuery), responses(
    (status = 200, description = "A page of credit notes", body = ListBody<SummaryBody>),
    (status = 400, description = "`invalid_parameter`: a cursor that is no entry of the list, a day or number that is none"),
))]
pub(crate) async fn list_credit_notes(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListDocumentsQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<SummaryBody>>, Problem> {
    page(&app, &caller, DocumentKind::CreditNote, wanted, min).await
}
