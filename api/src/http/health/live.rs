//! `GET /health/live`

use axum::Json;
use serde::Serialize;

/// Whether the process answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Live {
    /// Always `live`.
    status: &'static str,
}

/// The process answers
#[utoipa::path(get, path = "/health/live", tag = "health", security(()),
    responses((status = 200, description = "It does", body = Live)))]
pub(crate) async fn live() -> Json<Live> {
    Json(Live { status: "live" })
}
