//! `GET /api/v1/audit/proof/inclusion`

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
pub(crate) struct InclusionQuery {
    /// The position of an event, from 1.
    #[param(minimum = 1, example = 17)]
    position: u64,
    /// The size of the ledger that it is in, as a checkpoint says it.
    #[param(minimum = 1, example = 1024)]
    size: u64,
}

/// A proof that an event is in the ledger (RFC 6962, section 2.1.1).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = InclusionProof)]
pub(crate) struct InclusionBody {
    /// The position of the event. It is leaf `position` - 1 of the tree.
    position: i64,
    /// How many leaves the tree has.
    size: u64,
    /// The leaf hash of the event, in hexadecimal.
    leaf_hash: String,
    /// The path from the leaf to the root, in hexadecimal.
    path: Vec<String>,
}

/// Prove that an event is in the ledger
///
/// The hashes lead from the event's leaf hash to the root of the checkpoint of that size.
#[utoipa::path(get, path = "/audit/proof/inclusion", tag = "audit", security(()), params(InclusionQuery), responses(
    (status = 200, description = "The proof", body = InclusionBody),
    (status = 404, description = "`proof_not_found`: there is no such event, or the tree has not come that far"),
))]
pub(crate) async fn prove_inclusion(
    State(app): State<App>,
    Query(asked): Query<InclusionQuery>,
) -> Result<Json<InclusionBody>, Problem> {
    let ledger = app.engine().ledger();
    let proof = ledger
        .prove_inclusion(position(asked.position), position(asked.size))
        .await?;
    Ok(Json(InclusionBody {
        position: proof.position.get(),
        size: asked.size,
        leaf_hash: hex::encode(proof.leaf_hash),
        path: in_hex(&proof.path),
    }))
}
