//! `GET /.well-known/comptoir-keys`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use comptoir_engine::PublicKey;
use serde::Serialize;

use crate::http::App;

/// The keys that licence files are verified with, as a JSON Web Key Set (RFC 7517).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KeySet {
    /// The keys, the one that signs now first.
    keys: Vec<KeyBody>,
}

/// A public key (RFC 8037).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KeyBody {
    /// `OKP`.
    kty: &'static str,
    /// `Ed25519`.
    crv: &'static str,
    /// `EdDSA`.
    alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    used_for: &'static str,
    /// Its name, which the head of a licence file repeats.
    kid: String,
    /// The key itself, in base64url.
    x: String,
}

impl From<PublicKey> for KeyBody {
    fn from(key: PublicKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            used_for: "sig",
            kid: key.id,
            x: key.x,
        }
    }
}

/// Read the keys that licence files are verified with
///
/// A program builds in those that it knows, or fetches them once in a while.
#[utoipa::path(get, path = "/.well-known/comptoir-keys", tag = "licences in use", security(()),
    responses((status = 200, description = "The keys", body = KeySet)))]
pub(crate) async fn read_keys(State(app): State<App>) -> ([(HeaderName, &'static str); 1], Json<KeySet>) {
    let keys = app.engine().licence_public_keys();
    let keys = keys.into_iter().map(KeyBody::from).collect();
    let kept = [(header::CACHE_CONTROL, "public, max-age=3600")];
    (kept, Json(KeySet { keys }))
}
