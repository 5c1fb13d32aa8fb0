//! A stand-in for a witness of C2SP tlog-witness: `POST /add-checkpoint`. It checks what a real one checks, by its own code.

mod consistency;
mod note;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::note::{Note, WitnessKey};

/// What the witness does with requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// What it should.
    Honest,
    /// It is down.
    Down,
    /// It signs with another key than it says.
    OtherKey,
}

/// A running stand-in. It trusts one log, by the name and key that the first request has. Dropping it stops it.
pub struct WitnessStandIn {
    base_url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    key: WitnessKey,
    other: WitnessKey,
    state: Mutex<WitnessState>,
}

struct WitnessState {
    mood: Mood,
    /// The size and root that it signed last.
    latest: Option<(u64, [u8; 32])>,
    log: Option<String>,
    asked: u64,
}

impl WitnessStandIn {
    /// Starts to listen on a free port of this machine.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            key: WitnessKey::of("witness.example", [11; 32]),
            other: WitnessKey::of("witness.example", [12; 32]),
            state: Mutex::new(WitnessState {
                mood: Mood::Honest,
                latest: None,
                log: None,
                asked: 0,
            }),
        });
        let router = axum::Router::new()
            .route("/add-checkpoint", post(add_checkpoint))
            .with_state(Arc::clone(&shared));
        let serving = axum::serve(listener, router);
        let server = tokio::spawn(async move {
            // It ends only when it is told to.
            let _ = serving.await;
        });
        Ok(Self {
            base_url,
            shared,
            server,
        })
    }

    /// Its submission prefix.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its key, as `<name>+<id>+<base64>`.
    pub fn key(&self) -> String {
        self.shared.key.public()
    }

    /// From now on it behaves so.
    pub fn set_mood(&self, mood: Mood) {
        self.shared.lock().mood = mood;
    }

    /// The size of the checkpoint that it signed last.
    pub fn signed_size(&self) -> Option<u64> {
        self.shared.lock().latest.map(|(size, _)| size)
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.shared.lock().asked
    }

    /// As if it had signed a checkpoint of somebody else's making.
    pub fn pretend_to_know(&self, size: u64, root: [u8; 32]) {
        self.shared.lock().latest = Some((size, root));
    }
}

impl Drop for WitnessStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, WitnessState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn add_checkpoint(State(shared): State<Arc<Shared>>, body: String) -> Response {
    let mut state = shared.lock();
    state.asked += 1;
    if state.mood == Mood::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let Some((old, proof, note)) = read(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Some(checkpoint) = note.checkpoint().filter(|checkpoint| old <= checkpoint.size) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if state.log.as_ref().is_some_and(|log| *log != checkpoint.origin) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let known = state.latest.map_or(0, |(size, _)| size);
    if old != known {
        return (
            StatusCode::CONFLICT,
            [("content-type", "text/x.tlog.size")],
            format!("{known}\n"),
        )
            .into_response();
    }
    if let Some((size, root)) = state.latest
        && !consistency::holds(size, checkpoint.size, &proof, &root, &checkpoint.root)
    {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    state.latest = Some((checkpoint.size, checkpoint.root));
    state.log = Some(checkpoint.origin);
    let key = if state.mood == Mood::OtherKey {
        &shared.other
    } else {
        &shared.key
    };
    key.cosign(note.text(), 1_780_000_000).into_response()
}

/// The old size, the proof, the note.
fn read(body: &str) -> Option<(u64, Vec<[u8; 32]>, Note)> {
    let (head, note) = body.split_once("\n\n")?;
    let mut lines = head.lines();
    let old = lines.next()?.strip_prefix("old ")?.parse().ok()?;
    let hash = |line: &str| STANDARD.decode(line).ok()?.try_into().ok();
    let proof = lines.map(hash).collect::<Option<Vec<[u8; 32]>>>()?;
    Some((old, proof, Note::read(note)?))
}
