//! `GET /api/v1/invoices`

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

/// List invoices, the newest first
///
/// A buyer sees their own, a seller those in their name, admins and auditors all. Names and addresses are in the answer to the
/// read of one invoice.
#[utoipa::path(get, path = "/invoices", tag = "invoices", params(ListDocumentsQuery), responses(
    (status = 200, description = "A page of invoices", body = ListBody<SummaryBody>),
    (status = 400, description = "`invalid_parameter`: a cursor that is no entry of the list, a day or number that is none"),
))]
pub(crate) async fn list_invoices(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListDocumentsQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<SummaryBody>>, Problem> {
    page(&app, &caller, DocumentKind::Invoice, wanted, min).await
}
