//! Witnesses: others who look at each checkpoint, see that it continues the one before, and sign it too (C2SP tlog-witness).
//!
//! A witness signs one history only. A platform that shows different ledgers to different people, or rewrites one, can
//! sign both itself, but finds no witness for the second.

use std::time::Duration;

use bytes::Bytes;
use comptoir_proof::note::{Note, PublicKey, SignatureLine};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connector::connector;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// A witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessConfig {
    /// The key that its signatures are checked with.
    pub key: PublicKey,
    /// Its submission prefix, such as `https://witness.example/submit`, without a slash at its end.
    pub url: String,
}

/// What a witness says to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessAnswer {
    /// It signs.
    Signed(SignatureLine),
    /// It knows a checkpoint of another size than we thought: the proof must begin there.
    Knows {
        /// The size.
        size: u64,
    },
}

/// Why a witness did not sign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// It could not be reached, or did not answer in time or in form.
    #[error("no usable answer: {0}")]
    Unavailable(String),
    /// It refused.
    #[error("it refused with status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// Its signature is not by the key that it is configured with.
    #[error("its signature does not hold for its key")]
    OtherKey,
}

/// A client of witnesses.
#[derive(Debug, Clone)]
pub struct Witnesses {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
}

impl Witnesses {
    /// A client; it connects when it asks.
    pub fn new(timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector(timeout));
        Self { client, timeout }
    }

    /// Asks a witness to sign a checkpoint, with the proof that it continues the one of size `old` that the witness knows.
    pub async fn ask(
        &self,
        witness: &WitnessConfig,
        old: u64,
        proof: &[[u8; 32]],
        note: &Note,
    ) -> Result<WitnessAnswer, WitnessError> {
        let body = request_body(old, proof, note);
        let (status, answer) = tokio::time::timeout(self.timeout, self.call(&witness.url, body))
            .await
            .map_err(|_| WitnessError::Unavailable("it took too long".to_owned()))?
            .map_err(WitnessError::Unavailable)?;
        match status {
            StatusCode::OK => signature(&witness.key, note, &answer),
            StatusCode::CONFLICT => {
                let size = answer.trim().parse();
                let size = size.map_err(|_| WitnessError::Unavailable("its size is no number".to_owned()))?;
                Ok(WitnessAnswer::Knows { size })
            }
            other => Err(WitnessError::Refused {
                status: other.as_u16(),
            }),
        }
    }

    async fn call(&self, url: &str, body: String) -> Result<(StatusCode, String), String> {
        let uri: Uri = format!("{url}/add-checkpoint")
            .parse()
            .map_err(|_| "its address is none".to_owned())?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| error.to_string())?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8(body.to_bytes().to_vec()).map_err(|_| "it is no text".to_owned())?;
        Ok((status, text))
    }
}

/// The old size, the proof a hash a line, an empty line, the note.
fn request_body(old: u64, proof: &[[u8; 32]], note: &Note) -> String {
    use base64::Engine as _;
    let encode = |hash: &[u8; 32]| format!("{}\n", base64::engine::general_purpose::STANDARD.encode(hash));
    let proof: String = proof.iter().map(encode).collect();
    format!("old {old}\n{proof}\n{note}")
}

/// The line of the answer that is by the witness's key and holds for the note.
fn signature(key: &PublicKey, note: &Note, answer: &str) -> Result<WitnessAnswer, WitnessError> {
    answer
        .lines()
        .filter_map(|line| line.parse::<SignatureLine>().ok())
        .find(|line| {
            let alone = Note::unsigned(note.text().to_owned()).with(line.clone());
            !alone.signed_by([key]).is_empty()
        })
        .map(WitnessAnswer::Signed)
        .ok_or(WitnessError::OtherKey)
}
