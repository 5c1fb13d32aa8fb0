//! The public keys of the issuer (JSON Web Key Set, RFC 7517), fetched when they are needed and kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::body::Body;
use chrono::{DateTime, TimeDelta, Utc};
use comptoir_ledger::clock::Clock;
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// After an attempt to fetch, an unknown key is not asked for again so soon: nobody can make us hammer the issuer.
const PAUSE_MIN: TimeDelta = TimeDelta::seconds(1);
/// Known keys are looked at anew this often, so that a key taken back is forgotten.
const AGE_MAX: TimeDelta = TimeDelta::minutes(10);
const FETCH_TIME_MAX: Duration = Duration::from_secs(5);
const SET_BYTES_MAX: usize = 256 * 1024;

/// Why there is no key.
#[derive(Debug)]
pub(super) enum KeySetError {
    /// The set has no such key.
    Unknown,
    /// The set cannot be had.
    Unreachable(String),
}

/// A key, and the only algorithm it is good for.
pub(super) struct PublishedKey {
    pub(super) key: DecodingKey,
    pub(super) algorithm: Algorithm,
}

pub(super) struct KeySet {
    url: String,
    client: Client<HttpsConnector<HttpConnector>, Body>,
    clock: Arc<dyn Clock>,
    known: RwLock<Known>,
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<PublishedKey>>,
    tried_at: Option<DateTime<Utc>>,
    fetched_at: Option<DateTime<Utc>>,
    failure: Option<String>,
}

impl KeySet {
    pub(super) fn at(url: &str, clock: Arc<dyn Clock>) -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self {
            url: url.to_owned(),
            client,
            clock,
            known: RwLock::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    /// The key that a token names. A token without a name is verified with the only key there is.
    pub(super) async fn find(&self, kid: Option<&str>) -> Result<Arc<PublishedKey>, KeySetError> {
        if let Some(key) = self.lookup(kid).filter(|_| self.is_fresh()) {
            return Ok(key);
        }
        // One at a time: those who waited find what the first one fetched.
        let _turn = self.fetching.lock().await;
        let found = self.lookup(kid);
        if (found.is_none() || !self.is_fresh()) && self.may_fetch() {
            let fetched = tokio::time::timeout(FETCH_TIME_MAX, self.fetch()).await;
            self.keep(fetched.unwrap_or_else(|_| Err("it did not answer in time".to_owned())));
        }
        let failure = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .failure
            .clone();
        match (self.lookup(kid), failure) {
            (Some(key), _) => Ok(key),
            (None, Some(failure)) => Err(KeySetError::Unreachable(failure)),
            (None, None) => Err(KeySetError::Unknown),
        }
    }

    fn lookup(&self, kid: Option<&str>) -> Option<Arc<PublishedKey>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match kid {
            Some(kid) => known.keys.get(kid).cloned(),
            None if known.keys.len() == 1 => known.keys.values().next().cloned(),
            None => None,
        }
    }

    fn is_fresh(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.fetched_at.is_some_and(|at| self.age(at) < AGE_MAX)
    }

    fn may_fetch(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.tried_at.is_none_or(|at| self.age(at) >= PAUSE_MIN)
    }

    /// How long ago something was, also if the clock was set back since: then it counts as long as the difference.
    fn age(&self, at: DateTime<Utc>) -> TimeDelta {
        (self.clock.now() - at).abs()
    }

    fn keep(&self, fetched: Result<JwkSet, String>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        known.tried_at = Some(now);
        match fetched {
            Ok(set) => {
                known.keys = set.keys.iter().filter_map(usable).collect();
                known.fetched_at = Some(now);
                known.failure = None;
            }
            Err(failure) => {
                tracing::warn!(url = self.url, failure, "the key set could not be fetched");
                known.failure = Some(failure);
            }
        }
    }

    async fn fetch(&self) -> Result<JwkSet, String> {
        let uri = self
            .url
            .parse()
            .map_err(|_| "the URL cannot be called".to_owned())?;
        let response = self.client.get(uri).await.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status()));
        }
        let body = Limited::new(response.into_body(), SET_BYTES_MAX).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        serde_json::from_slice(&body).map_err(|error| format!("it is not a key set: {error}"))
    }
}

/// A signature key that can be used here: RSA for RS256, Ed25519 for `EdDSA`. What else the set holds is passed over.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's list of key types is open"
)]
fn usable(jwk: &Jwk) -> Option<(String, Arc<PublishedKey>)> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    if jwk
        .common
        .public_key_use
        .as_ref()
        .is_some_and(|wanted| *wanted != PublicKeyUse::Signature)
    {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    let kid = jwk.common.key_id.clone().unwrap_or_default();
    Some((kid, Arc::new(PublishedKey { key, algorithm })))
}
