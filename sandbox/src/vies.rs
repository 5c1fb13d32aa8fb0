//! A stand-in for VIES, the Commission's register of VAT ids: `GET /ms/{state}/vat/{number}`.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the register says of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// It is registered.
    Registered,
    /// The member state does not answer: said with status 200, as the real one does.
    StateUnavailable,
    /// VIES itself is down.
    Down,
}

type Register = Arc<Mutex<BTreeMap<String, Registration>>>;

/// A running stand-in. Ids that nobody has registered are not. Dropping it stops it.
pub struct ViesStandIn {
    base_url: String,
    register: Register,
    server: JoinHandle<()>,
}

impl ViesStandIn {
    /// Starts to listen on a free port of this machine.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let register = Register::default();
        let router = axum::Router::new()
            .route("/ms/{state}/vat/{number}", get(answer))
            .with_state(Arc::clone(&register));
        let serving = axum::serve(listener, router);
        let server = tokio::spawn(async move {
            // It ends only when it is told to.
            let _ = serving.await;
        });
        Ok(Self {
            base_url,
            register,
            server,
        })
    }

    /// Such as `http://127.0.0.1:40123`, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// From now on this is said of an id, such as `FR40303265045`.
    pub fn say(&self, vat_id: &str, registration: Registration) {
        self.register
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(vat_id.to_owned(), registration);
    }
}

impl Drop for ViesStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Who asks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Requester {
    requester_number: Option<String>,
}

async fn answer(
    State(register): State<Register>,
    Path((state, number)): Path<(String, String)>,
    Query(requester): Query<Requester>,
) -> Response {
    let known = register
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&format!("{state}{number}"))
        .copied();
    let (is_valid, user_error) = match known {
        Some(Registration::Registered) => (true, "VALID"),
        Some(Registration::StateUnavailable) => (false, "MS_UNAVAILABLE"),
        Some(Registration::Down) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        None => (false, "INVALID"),
    };
    // A consultation is numbered for those who say who they are.
    let consultation = match requester.requester_number {
        Some(_) if is_valid => "WAPIAAAAZq1-w2Xy",
        Some(_) | None => "",
    };
    Json(json!({
        "isValid": is_valid,
        "requestDate": "2026-06-01T12:00:00.000Z",
        "userError": user_error,
        "name": "---",
        "address": "---",
        "requestIdentifier": consultation,
        "originalVatNumber": number,
        "vatNumber": number,
    }))
    .into_response()
}
