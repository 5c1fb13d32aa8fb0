//! Tokens verified with a published key set.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::TimeDelta;
use comptoir_ledger::clock::{Clock, ManualClock, SystemClock};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::Api;

const PERSON: &str = "person_01jd3e8m6xf2r9kq7v5t4w8zab";
/// A public RSA key, whose private half was thrown away after it had signed [`RS256_TOKEN`] once.
const RSA_MODULUS: &str = "0RdiG8pmmhK4ZdxurDTmxPQm8iNURCmLIPUPS_G-QdPTBzfsG_iHTKC4rTJp7Th-uRdUbBhXv2Ybw0qJLPu9Psbe_qyPJizExPfr\
    lPEanV4_9Emh_niPGK3HfwIhC9Get_yw-e9647-kvTJztW5VvHtkRNaTRj0sl7HGbUHYspjnymPyBJhAL03JygFAtlYSnmpGsqrF\
    BbX_W4cK1TST_QK2kqzdjhUMZQT30ZnNau3H6cqLBIw-FDY64HP_WOvC35RztmEYf5L191kdXEpbLBK-eerimh9DgduphgtSccKM\
    KXiMDHRppHGaC2_gZNVsa43-rBv-wljmUU-4MuRfiQ";
/// For [`PERSON`], a buyer, until 2100.
const RS256_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYS0xIn0.eyJzdWIiOiJwZXJzb25fMDFqZDNlOG02eGYycjlrcTd2\
    NXQ0dzh6YWIiLCJyb2xlcyI6WyJidXllciJdLCJleHAiOjQxMDI0NDQ4MDB9.diOa9_pfNXf6dRCVaTChakwdFh0o5wGksVJ_0S2\
    x10obFaIz3Rm8M5YL0JUaZRQJt-KdDa5HW2WvRb00uTvyaYKAT3m9RPT7r-1f2ClidcF9vAAZtpxLRep7vTEE5Vd2JJljsuibQnA\
    kR2gfRvmH8GuxvoAvgkbRviosi7Lpz0WSW0Ozdra4YuttwzsKSK91OwHrpK55jWL8wYdhHfWYz8JId3PqocO5CPUuBlx6cPUuwso\
    yWxkblcDuNNrvl2sDoDoBNFbgoxY1QpHkvZf5ch4kTSyx83_vq9GVI9Olr5L6H9X9Kuz0BAHn_kX66_S6sqeI0FNTc63TwRiW1C7\
    cIw";

/// An issuer whose keys can be changed.
struct Issuer {
    url: String,
    keys: Arc<Mutex<Vec<Value>>>,
}

impl Issuer {
    async fn with(keys: Vec<Value>) -> Self {
        let keys = Arc::new(Mutex::new(keys));
        let shown = Arc::clone(&keys);
        let answer = async move || axum::Json(json!({"keys": *shown.lock().unwrap()}));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/keys", get(answer))).await });
        Self { url, keys }
    }

    async fn api(&self) -> Api {
        self.api_at(Arc::new(SystemClock)).await
    }

    async fn api_at(&self, clock: Arc<dyn Clock>) -> Api {
        let settings = [("COMPTOIR_JWT_SECRET", ""), ("COMPTOIR_JWKS_URL", &*self.url)];
        Api::start_at(clock, &settings).await
    }
}

/// An Ed25519 key that follows from a byte (PKCS #8, RFC 8410).
fn ed25519(seed: u8) -> EncodingKey {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ];
    der.extend([seed; 32]);
    EncodingKey::from_ed_der(&der)
}

fn published(seed: u8, kid: &str) -> Value {
    let mut jwk = Jwk::from_encoding_key(&ed25519(seed), Algorithm::EdDSA).unwrap();
    jwk.common.key_id = Some(kid.to_owned());
    jwk.common.key_algorithm = Some(KeyAlgorithm::EdDSA);
    serde_json::to_value(jwk).unwrap()
}

fn rsa() -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "rsa-1", "n": RSA_MODULUS, "e": "AQAB"})
}

fn signed(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> String {
    let header = Header {
        kid: Some(kid.to_owned()),
        ..Header::new(algorithm)
    };
    let claims = json!({"sub": PERSON, "roles": ["buyer"], "exp": 4_000_000_000_u64});
    encode(&header, &claims, key).unwrap()
}

async fn status(api: &Api, token: &str) -> StatusCode {
    api.get("/api/v1/orders")
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
        .status
}

#[tokio::test]
async fn eddsa_and_rs256_are_accepted_by_the_keys_of_the_set() {
    let issuer = Issuer::with(vec![rsa(), published(1, "ed-1")]).await;
    let api = issuer.api().await;
    assert_eq!(
        status(&api, &signed(&ed25519(1), Algorithm::EdDSA, "ed-1")).await,
        StatusCode::OK
    );
    assert_eq!(status(&api, RS256_TOKEN).await, StatusCode::OK);
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let issuer = Issuer::with(vec![rsa(), published(1, "ed-1")]).await;
    let api = issuer.api().await;
    for public in [RSA_MODULUS.as_bytes(), rsa().to_string().as_bytes()] {
        let forged = signed(&EncodingKey::from_secret(public), Algorithm::HS256, "rsa-1");
        assert_eq!(status(&api, &forged).await, StatusCode::UNAUTHORIZED);
    }
    // One key's name with another key's signature.
    assert_eq!(
        status(&api, &signed(&ed25519(1), Algorithm::EdDSA, "rsa-1")).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        status(&api, &signed(&ed25519(2), Algorithm::EdDSA, "ed-1")).await,
        StatusCode::UNAUTHORIZED
    );
}

/// The first key is known to be good for ten minutes. A new one is looked for at once, but not twice in a second.
#[tokio::test]
async fn a_new_key_of_the_issuer_is_found() {
    let issuer = Issuer::with(vec![published(1, "ed-1")]).await;
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let api = issuer.api_at(Arc::<ManualClock>::clone(&clock)).await;
    let (first, second) = (
        signed(&ed25519(1), Algorithm::EdDSA, "ed-1"),
        signed(&ed25519(2), Algorithm::EdDSA, "ed-2"),
    );
    assert_eq!(status(&api, &first).await, StatusCode::OK);
    *issuer.keys.lock().unwrap() = vec![published(2, "ed-2")];
    clock.advance(TimeDelta::milliseconds(999));
    assert_eq!(status(&api, &second).await, StatusCode::UNAUTHORIZED);
    clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(status(&api, &second).await, StatusCode::OK);
    assert_eq!(status(&api, &first).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_that_the_issuer_took_back_is_forgotten_after_ten_minutes() {
    let issuer = Issuer::with(vec![published(1, "ed-1")]).await;
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let api = issuer.api_at(Arc::<ManualClock>::clone(&clock)).await;
    let token = signed(&ed25519(1), Algorithm::EdDSA, "ed-1");
    assert_eq!(status(&api, &token).await, StatusCode::OK);
    issuer.keys.lock().unwrap().clear();
    clock.advance(TimeDelta::seconds(599));
    assert_eq!(status(&api, &token).await, StatusCode::OK);
    clock.advance(TimeDelta::seconds(1));
    assert_eq!(status(&api, &token).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_no_reason_to_let_anybody_in() {
    let api = Api::start_with(&[
        ("COMPTOIR_JWT_SECRET", ""),
        ("COMPTOIR_JWKS_URL", "http://127.0.0.1:1/keys"),
    ])
    .await;
    let token = signed(&ed25519(1), Algorithm::EdDSA, "ed-1");
    let answer = api
        .get("/api/v1/orders")
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await;
    insta::assert_snapshot!(answer.problem(), @"503 unavailable");
}

#[tokio::test]
async fn a_token_for_another_issuer_or_audience_is_refused() {
    let issuer = Issuer::with(vec![published(1, "ed-1")]).await;
    let settings = [
        ("COMPTOIR_JWT_SECRET", ""),
        ("COMPTOIR_JWKS_URL", &*issuer.url),
        ("COMPTOIR_JWT_ISSUER", "https://id.example"),
        ("COMPTOIR_JWT_AUDIENCE", "comptoir"),
    ];
    let api = Api::start_with(&settings).await;
    let token = |iss: &str, aud: &str| {
        let header = Header {
            kid: Some("ed-1".to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims =
            json!({"sub": PERSON, "roles": ["buyer"], "exp": 4_000_000_000_u64, "iss": iss, "aud": [aud]});
        encode(&header, &claims, &ed25519(1)).unwrap()
    };
    assert_eq!(
        status(&api, &token("https://id.example", "comptoir")).await,
        StatusCode::OK
    );
    assert_eq!(
        status(&api, &token("https://id.other", "comptoir")).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        status(&api, &token("https://id.example", "shop")).await,
        StatusCode::UNAUTHORIZED
    );
    let without = signed(&ed25519(1), Algorithm::EdDSA, "ed-1");
    assert_eq!(status(&api, &without).await, StatusCode::UNAUTHORIZED);
}
