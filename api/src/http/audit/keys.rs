//! `GET /api/v1/audit/keys`

use axum::Json;
use axum::extract::State;
use comptoir_proof::note::PublicKey;
use serde::Serialize;

use crate::http::App;
use crate::http::problem::{Problem, ProblemKind};

/// The keys that checkpoints are verified with, each as `<name>+<id>+<base64>` (C2SP signed-note).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LedgerKeys)]
pub(crate) struct LedgerKeysBody {
    /// The name of the ledger, with which every checkpoint begins.
    #[schema(example = "shop.example/ledger")]
    origin: String,
    /// Those that sign every checkpoint, the current one first.
    signing: Vec<String>,
    /// Those that signed before, and do not any more.
    earlier: Vec<String>,
    /// Those of the witnesses, who countersign.
    witnesses: Vec<String>,
}

/// Read the keys that the ledger is signed with
///
/// Keep those that you trust: a checkpoint that is signed with another key than these is not to be believed because this
/// page says so.
#[utoipa::path(get, path = "/audit/keys", tag = "audit", security(()),
    responses((status = 200, description = "The keys", body = LedgerKeysBody)))]
pub(crate) async fn read_ledger_keys(State(app): State<App>) -> Result<Json<LedgerKeysBody>, Problem> {
    let keys = app.engine().ledger_keys();
    let keys = keys.map_err(|error| Problem::new(ProblemKind::Internal).cause(error))?;
    let texts = |keys: &[PublicKey]| keys.iter().map(ToString::to_string).collect();
    Ok(Json(LedgerKeysBody {
        signing: texts(&keys.signing),
        earlier: texts(&keys.earlier),
        witnesses: texts(&keys.witnesses),
        origin: keys.origin,
    }))
}
