//! `GET /api/v1/audit/checkpoint`

use axum::extract::State;
use axum::http::{HeaderName, header};

use crate::http::App;
use crate::http::problem::{Problem, ProblemKind};

/// Read the newest signed state of the ledger
///
/// A signed note in the form of C2SP tlog-checkpoint: the name of the ledger, how many events it has, the root of their
/// Merkle tree, and signatures. While events are recorded it is at most a second old. Whoever keeps it can later be shown
/// that the ledger still begins with it.
#[utoipa::path(get, path = "/audit/checkpoint", tag = "audit", security(()), responses(
    (status = 200, description = "The note", body = String, content_type = "text/plain"),
    (status = 404, description = "`checkpoint_not_found`: nothing was signed yet"),
))]
pub(crate) async fn read_checkpoint(
    State(app): State<App>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let signed = app.engine().ledger().newest_checkpoint().await?;
    let signed = signed.ok_or_else(|| Problem::new(ProblemKind::CheckpointNotFound))?;
    let head = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((head, signed.note))
}
