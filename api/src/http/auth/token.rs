//! JSON Web Tokens: HS256 with a shared secret, or `EdDSA`/RS256 with a published key set; never both.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::values::{Actor, PersonId, Role};
use comptoir_ledger::clock::Clock;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, role_name};
use super::key_set::{KeySet, KeySetError};
use crate::config::{AuthConfig, Secret, TokenKeys};

/// How far the clocks of issuer and engine may differ for `nbf`.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// The claims that matter here.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    /// The person, as `person_01j...`.
    sub: String,
    /// Names of roles; unknown ones count for nothing.
    #[serde(default)]
    roles: Vec<String>,
    /// When it ends, in seconds since 1970.
    exp: i64,
    /// When it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// There is none.
    #[error("a bearer token is needed in the header Authorization")]
    Missing,
    /// It is not a token, or lacks a claim.
    #[error("the token is malformed")]
    Malformed,
    /// It is signed in a way that is not accepted here.
    #[error("the token is signed with an algorithm that is not accepted")]
    WrongAlgorithm,
    /// It was signed by somebody else, or changed.
    #[error("the token's signature is wrong")]
    WrongSignature,
    /// Its key is not in the key set.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// It was for another issuer or audience.
    #[error("the token is meant for somebody else")]
    NotForUs,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYet,
    /// Its subject is not a person of ours.
    #[error("the token's subject must be a person id such as person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    WrongSubject,
    /// The key set is away, so nothing can be verified.
    #[error("the key set cannot be reached")]
    KeysUnavailable(String),
}

/// Verifies tokens.
pub struct Authenticator {
    keys: Keys,
    /// What is checked besides the signature; the algorithm is the key's.
    checks: Validation,
    clock: Arc<dyn Clock>,
}

enum Keys {
    Shared(DecodingKey),
    Published(Box<KeySet>),
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator").finish_non_exhaustive()
    }
}

impl Authenticator {
    /// An authenticator as configured.
    pub fn new(config: &AuthConfig, clock: Arc<dyn Clock>) -> Self {
        let keys = match &config.keys {
            TokenKeys::SharedSecret(secret) => {
                Keys::Shared(DecodingKey::from_secret(secret.expose().as_bytes()))
            }
            TokenKeys::KeySet { url } => Keys::Published(Box::new(KeySet::at(url, Arc::clone(&clock)))),
        };
        Self {
            keys,
            checks: checks(config),
            clock,
        }
    }

    /// The person a token speaks of, if the token can be believed.
    pub(crate) async fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| of_library(error.kind()))?;
        let claims = match &self.keys {
            Keys::Shared(key) => self.claims(token, key, Algorithm::HS256, header.alg)?,
            Keys::Published(set) => {
                let key = set.find(header.kid.as_deref()).await.map_err(of_key_set)?;
                self.claims(token, &key.key, key.algorithm, header.alg)?
            }
        };
        self.believe(&claims)
    }

    /// The claims, if the signature holds. The key decides on the algorithm, and the token only has to agree.
    fn claims(
        &self,
        token: &str,
        key: &DecodingKey,
        algorithm: Algorithm,
        claimed: Algorithm,
    ) -> Result<Claims, TokenError> {
        if claimed != algorithm {
            return Err(TokenError::WrongAlgorithm);
        }
        let with_algorithm;
        let checks = if self.checks.algorithms == [algorithm] {
            &self.checks
        } else {
            with_algorithm = Validation {
                algorithms: vec![algorithm],
                ..self.checks.clone()
            };
            &with_algorithm
        };
        decode(token, key, checks)
            .map(|data| data.claims)
            .map_err(|error| of_library(error.kind()))
    }

    fn believe(&self, claims: &Claims) -> Result<Caller, TokenError> {
        let now = self.clock.now();
        if now.timestamp() >= claims.exp {
            return Err(TokenError::Expired);
        }
        if claims.nbf.is_some_and(|nbf| (now + CLOCK_SKEW).timestamp() < nbf) {
            return Err(TokenError::NotYet);
        }
        let person_id: PersonId = claims.sub.parse().map_err(|_| TokenError::WrongSubject)?;
        let all = [Role::Buyer, Role::Seller, Role::Admin, Role::Auditor];
        let has = |role: &Role| claims.roles.iter().any(|name| name == role_name(*role));
        Ok(Caller(Actor {
            person_id,
            roles: all.into_iter().filter(has).collect(),
        }))
    }
}

/// What every token must have. Times are compared with the engine's own clock, later.
fn checks(config: &AuthConfig) -> Validation {
    let mut checks = Validation::new(Algorithm::HS256);
    checks.validate_exp = false;
    checks.validate_aud = config.audience.is_some();
    checks.set_required_spec_claims(&["exp", "sub"]);
    if let Some(issuer) = &config.issuer {
        checks.set_issuer(&[issuer]);
        checks.required_spec_claims.insert("iss".to_owned());
    }
    if let Some(audience) = &config.audience {
        checks.set_audience(&[audience]);
        checks.required_spec_claims.insert("aud".to_owned());
    }
    checks
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's list of errors is open"
)]
fn of_library(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature => TokenError::WrongSignature,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::MissingAlgorithm => {
            TokenError::WrongAlgorithm
        }
        ErrorKind::InvalidAudience | ErrorKind::InvalidIssuer => TokenError::NotForUs,
        _ => TokenError::Malformed,
    }
}

fn of_key_set(error: KeySetError) -> TokenError {
    match error {
        KeySetError::Unknown => TokenError::UnknownKey,
        KeySetError::Unreachable(reason) => TokenError::KeysUnavailable(reason),
    }
}

/// A token could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the token cannot be signed")]
pub struct MintError(#[from] jsonwebtoken::errors::Error);

/// Makes a token, for development and tests; it is what an issuer with the same secret would make.
pub fn mint(
    secret: &Secret,
    person: PersonId,
    roles: &[Role],
    expires_at: DateTime<Utc>,
) -> Result<String, MintError> {
    let claims = Claims {
        sub: person.to_string(),
        roles: roles.iter().map(|role| role_name(*role).to_owned()).collect(),
        exp: expires_at.timestamp(),
        nbf: None,
    };
    let key = EncodingKey::from_secret(secret.expose().as_bytes());
    Ok(encode(&Header::new(Algorithm::HS256), &claims, &key)?)
}
