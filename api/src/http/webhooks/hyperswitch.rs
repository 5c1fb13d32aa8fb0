//! `POST /api/v1/webhooks/hyperswitch`

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName};
use comptoir_engine::WebhookReceipt;
use comptoir_engine::gateway::hyperswitch::SIGNATURE_HEADER;
use serde::Serialize;

use crate::http::problem::{Problem, ProblemKind};
use crate::http::request_id::RequestId;
use crate::http::{App, json};

const SIGNATURE: HeaderName = HeaderName::from_static(SIGNATURE_HEADER);
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What became of a webhook.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Receipt {
    /// Whether it was kept now or before.
    status: ReceiptStatus,
    /// The id under which it is kept.
    #[schema(example = "webhook_01jd3e8m6xf2r9kq7v5t4w8zab")]
    webhook_id: String,
}

/// Whether a webhook was kept now or before.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReceiptStatus {
    /// Now: it is on disk.
    Kept,
    /// Before: nothing changed.
    Repeated,
}

/// Hyperswitch reports something
///
/// The signature is HMAC-SHA512 over the raw body, in the header `X-Webhook-Signature-512`. An answer of 200 means that
/// the report is on disk; repeating it changes nothing.
#[utoipa::path(post, path = "/webhooks/hyperswitch", tag = "webhooks", security(()),
    params(("X-Webhook-Signature-512" = String, Header, description = "HMAC-SHA512 over the raw body, in hex")),
    request_body(content = Object, description = "At most 64 KiB"),
    responses(
        (status = 200, description = "It is kept", body = Receipt),
        (status = 400, description = "`malformed_webhook`"),
        (status = 401, description = "`invalid_signature`: nothing was stored"),
        (status = 413, description = "`body_too_large`"),
    ))]
pub(crate) async fn receive_hyperswitch(
    State(app): State<App>,
    Extension(request_id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Receipt>, Problem> {
    let raw_body = json::read_body(body, BODY_BYTES_MAX).await?;
    let signature = one_signature(&headers)?;
    let request_id = Some(request_id.as_str().to_owned());
    let receipt = app
        .engine()
        .receive_webhook(&raw_body, signature, request_id)
        .await?;
    Ok(Json(match receipt {
        WebhookReceipt::Kept(id) => Receipt {
            status: ReceiptStatus::Kept,
            webhook_id: id.to_string(),
        },
        WebhookReceipt::Repeated(id) => Receipt {
            status: ReceiptStatus::Repeated,
            webhook_id: id.to_string(),
        },
    }))
}

/// The signature, unless there are several: then nobody knows which one was meant.
fn one_signature(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(SIGNATURE).iter();
    let value = values.next();
    match (value.map(|value| value.to_str()), values.next()) {
        (None, _) => Ok(None),
        (Some(Ok(signature)), None) => Ok(Some(signature)),
        (Some(_), _) => Err(Problem::new(ProblemKind::InvalidSignature).detail("the signature is malformed")),
    }
}
