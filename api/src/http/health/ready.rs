//! `GET /health/ready`

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::http::App;
use crate::http::problem::{Problem, ProblemKind};

/// Whether this node can work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Ready {
    /// Always `ready`.
    status: &'static str,
    /// The newest durable position that this node knows of.
    position: i64,
}

/// This node can reach its database
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()), responses(
    (status = 200, description = "It can", body = Ready),
    (status = 503, description = "It cannot: send requests elsewhere"),
))]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Ready>, Problem> {
    let ledger = app.engine().ledger();
    // The cheapest statement there is: only whether the database answers matters.
    sqlx::query("SELECT 1")
        .execute(ledger.pool())
        .await
        .map_err(|error| {
            Problem::new(ProblemKind::Unavailable)
                .cause(error)
                .retry_after_s(2)
        })?;
    Ok(Json(Ready {
        status: "ready",
        position: ledger.horizon().get(),
    }))
}
