//! `GET /api/v1/audit/proof/consistency`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::{in_hex, position};
use crate::http::App;
use crate::http::parameters::Query;
use crate::http::problem::Problem;

/// What is to be proven.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConsistencyQuery {
    /// The size of an earlier ledger, as a checkpoint that was kept says it.
    #[param(minimum = 1, example = 1000)]
    from: u64,
    /// The size of a later one.
    #[param(minimum = 1, example = 1024)]
    to: u64,
}

/// A proof that a later ledger begins with an earlier one (RFC 6962, section 2.1.2).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ConsistencyProof)]
pub(crate) struct ConsistencyBody {
    /// How many leaves the earlier tree has.
    from: u64,
    /// How many leaves the later one has.
    to: u64,
    /// The proof, in hexadecimal.
    path: Vec<String>,
}

/// Prove that the ledger was only added to
///
/// With the roots of two checkpoints, the hashes show that the later ledger begins with the earlier one, unchanged.
#[utoipa::path(get, path = "/audit/proof/consistency", tag = "audit", security(()), params(ConsistencyQuery), responses(
    (status = 200, description = "The proof", body = ConsistencyBody),
    (status = 404, description = "`proof_not_found`: the sizes are not those of an earlier and a later ledger"),
))]
pub(crate) async fn prove_consistency(
    State(app): State<App>,
    Query(asked): Query<ConsistencyQuery>,
) -> Result<Json<ConsistencyBody>, Problem> {
    let ledger = app.engine().ledger();
    let path = ledger
        .prove_consistency(position(asked.from), position(asked.to))
        .await?;
    Ok(Json(ConsistencyBody {
        from: asked.from,
        to: asked.to,
        path: in_hex(&path),
    }))
}
