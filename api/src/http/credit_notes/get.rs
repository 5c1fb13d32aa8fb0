//! `GET /api/v1/credit-notes/{credit_note_id}`

use axum::extract::State;
use axum::response::Response;
use comptoir_domain::document::DocumentKind;

use super::CreditNotePath;
use crate::http::App;
use crate::http::auth::{CallerAs, Readers};
use crate::http::documents::answer::{DocumentRequest, one};
use crate::http::documents::body::DocumentBody;
use crate::http::documents::to_come::ToComeBody;
use crate::http::parameters::{Path, Query};
use crate::http::problem::Problem;
use crate::http::reads::OneQuery;

/// Read a credit note
///
/// Its buyer, the seller in whose name it is, admins and auditors; auditors without names and addresses, as JSON only. `Accept`
/// picks the form: JSON (the default), the page as PDF, or the XML of the profile EN 16931. The files are the same bytes for
/// ever; their `ETag` is their SHA-256, and ranges are understood.
#[utoipa::path(get, path = "/credit-notes/{credit_note_id}", tag = "invoices",
    params(
        CreditNotePath,
        OneQuery,
        ("Accept" = Option<String>, Header, description = "`application/json`, `application/pdf` or `application/xml`"),
        ("Range" = Option<String>, Header, description = "One range of bytes of a file"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what the client has"),
    ),
    responses(
        (status = 200, description = "The credit note", content(
            (DocumentBody = "application/json"), (String = "application/pdf"), (String = "application/xml"))),
        (status = 202, description = "Its files are being made: come again as `Retry-After` says", body = ToComeBody),
        (status = 206, description = "The bytes that were asked for", content_type = "application/octet-stream"),
        (status = 304, description = "The client has the file"),
        (status = 403, description = "`forbidden`: auditors see no personal data, and so no files"),
        (status = 404, description = "`document_not_found`: there is none, or it is somebody else's"),
        (status = 406, description = "`not_acceptable`"),
        (status = 410, description = "`document_no_longer_kept`: its files are gone"),
        (status = 416, description = "`range_not_satisfiable`"),
    ))]
pub(crate) async fn get_credit_note(
    _: CallerAs<Readers>,
    State(app): State<App>,
    Path(CreditNotePath { credit_note_id }): Path<CreditNotePath>,
    _: Query<OneQuery>,
    request: DocumentRequest,
) -> Result<Response, Problem> {
    one(&app, &request, DocumentKind::CreditNote, credit_note_id).await
}
