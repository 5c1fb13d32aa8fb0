//! `GET /api/v1/orders/{order_id}/invoice`

use axum::extract::State;
use axum::response::Response;
use comptoir_domain::values::DocumentId;
use comptoir_projections::ReadModel;
use serde::Deserialize;

use super::OrderPath;
use crate::http::App;
use crate::http::auth::{CallerAs, Readers};
use crate::http::documents::answer::{DocumentRequest, in_form};
use crate::http::documents::body::DocumentBody;
use crate::http::documents::chosen::Chosen;
use crate::http::documents::form::{Form, PAGE_FIRST};
use crate::http::documents::to_come::ToComeBody;
use crate::http::parameters::{Path, Query};
use crate::http::problem::Problem;

/// Which document of the order is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderInvoiceQuery {
    /// This one: an invoice or credit note of the order. Without it, the invoice that holds.
    #[param(value_type = Option<String>, example = "document_01jd3e8m6xf2r9kq7v5t4w8zab")]
    document: Option<DocumentId>,
    /// Wait until the read has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// Read the invoice of an order
///
/// The page as PDF, unless `Accept` picks the XML or JSON. An order whose lines have several suppliers has an invoice of each:
/// then `document` says which, once all are there that are due. An invoice that was corrected has given its place to another; it can still be read by its id.
/// Its buyer, the seller in whose name it is, and admins; auditors without names and addresses, as JSON only.
#[utoipa::path(get, path = "/orders/{order_id}/invoice", tag = "invoices",
    params(
        OrderPath,
        OrderInvoiceQuery,
        ("Accept" = Option<String>, Header, description = "`application/pdf`, `application/xml` or `application/json`"),
        ("Range" = Option<String>, Header, description = "One range of bytes of a file"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what the client has"),
    ),
    responses(
        (status = 200, description = "The invoice; its number is the name of the file", content(
            (String = "application/pdf"), (String = "application/xml"), (DocumentBody = "application/json"))),
        (status = 202, description = "It, or that of another supplier, is about to be issued; it is about to be rendered, or \
            waits for its seller: come again as `Retry-After` says", body = ToComeBody),
        (status = 206, description = "The bytes that were asked for", content_type = "application/octet-stream"),
        (status = 304, description = "The client has the file"),
        (status = 403, description = "`forbidden`: auditors see no personal data, and so no files"),
        (status = 404, description = "`order_not_found`: there is none, or it is somebody else's; `document_not_found`: the \
            order has no such document, or no invoice is due for it"),
        (status = 406, description = "`not_acceptable`"),
        (status = 409, description = "`several_invoices`: the list of errors names them, and the detail says if another one \
             waits for its seller"),
        (status = 410, description = "`document_no_longer_kept`: its files are gone"),
        (status = 416, description = "`range_not_satisfiable`"),
    ))]
pub(crate) async fn get_order_invoice(
    _: CallerAs<Readers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Query(wanted): Query<OrderInvoiceQuery>,
    request: DocumentRequest,
) -> Result<Response, Problem> {
    let form = Form::wanted(&request.headers, PAGE_FIRST)?;
    let position = app.reads().reach(&[ReadModel::Documents], request.min).await?;
    let read = app.engine().order_documents(&request.context, order_id).await?;
    match Chosen::of(&read, wanted.document)? {
        Chosen::Document(document) => in_form(&app, &request, document, form, position).await,
        Chosen::ToCome(code) => Ok(ToComeBody::of_order(order_id, code).answer(position)),
    }
}
