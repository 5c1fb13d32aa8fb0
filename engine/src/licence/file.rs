//! The licence file: what a program checks offline. A JSON Web Signature (RFC 7515) in its compact form, by Ed25519
//! (RFC 8037); docs/LICENCE-FILE.md says what is in it.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::licence::HeldLicence;
use comptoir_domain::values::{ActivationId, ActivationsMax};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::vault::Vault;

/// What licence files are signed and verified with, from the configuration.
#[derive(Clone, Default)]
pub struct SigningKeys {
    /// The seed of the key that signs; none for one that follows from the master key.
    pub signing_seed: Option<[u8; 32]>,
    /// Public keys that signed before, and whose files are still about.
    pub earlier: Vec<[u8; 32]>,
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKeys(***, {} earlier)", self.earlier.len())
    }
}

impl SigningKeys {
    /// Reads a key of 32 bytes in base64.
    pub fn read_key(text: &str) -> Option<[u8; 32]> {
        STANDARD.decode(text.trim()).ok()?.try_into().ok()
    }

    /// Reads a public key in base64: 32 bytes that are a point of the curve.
    pub fn read_public_key(text: &str) -> Option<[u8; 32]> {
        Self::read_key(text).filter(|bytes| VerifyingKey::from_bytes(bytes).is_ok())
    }
}

/// A public key that licence files are verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name: the first 16 hex digits of its SHA-256.
    pub id: String,
    /// The key, in base64url without padding.
    pub x: String,
}

impl PublicKey {
    fn of(bytes: [u8; 32]) -> Self {
        let id = hex::encode(&Sha256::digest(bytes)[..8]);
        let x = URL_SAFE_NO_PAD.encode(bytes);
        Self { id, x }
    }
}

/// Signs licence files. Prints as `***`.
#[derive(Clone)]
pub(crate) struct LicenceSigner {
    signing: SigningKey,
    key: PublicKey,
    earlier: Vec<PublicKey>,
    issuer: String,
    life: Duration,
}

impl LicenceSigner {
    /// A signer with the configured keys, or with one that follows from the master key. Files name `issuer` and are good
    /// for `life`, since a program that is offline does not hear of a revocation.
    pub(crate) fn new(vault: &Vault, keys: &SigningKeys, issuer: String, life: Duration) -> Self {
        let seed = keys.signing_seed;
        let seed = seed.unwrap_or_else(|| vault.derived_key("licence file signature"));
        Self::of(&seed, &keys.earlier, issuer, life)
    }

    fn of(seed: &[u8; 32], earlier: &[[u8; 32]], issuer: String, life: Duration) -> Self {
        let signing = SigningKey::from_bytes(seed);
        Self {
            key: PublicKey::of(signing.verifying_key().to_bytes()),
            earlier: earlier.iter().copied().map(PublicKey::of).collect(),
            signing,
            issuer,
            life,
        }
    }

    /// The keys that files are verified with: the one that signs first.
    pub(crate) fn public_keys(&self) -> Vec<PublicKey> {
        let earlier = self.earlier.iter().filter(|key| **key != self.key);
        std::iter::once(&self.key).chain(earlier).cloned().collect()
    }

    /// When a file of a licence that is signed now will end: after its life, or with the licence.
    pub(crate) fn end_of_file(&self, held: &HeldLicence, now: DateTime<Utc>) -> DateTime<Utc> {
        let end = now + TimeDelta::from_std(self.life).unwrap_or(TimeDelta::days(1));
        held.expires_at.map_or(end, |expires_at| expires_at.min(end))
    }

    /// The file of a licence, for one device or for whichever.
    pub(crate) fn sign(
        &self,
        held: &HeldLicence,
        device: Option<ActivationId>,
        now: DateTime<Utc>,
    ) -> Result<String, serde_json::Error> {
        let header = json!({ "alg": "EdDSA", "kid": self.key.id, "typ": "comptoir-licence+jwt" });
        let end = self.end_of_file(held, now);
        let claims = Claims {
            iss: &self.issuer,
            sub: held.grant.licence_id.to_string(),
            aud: held.grant.product_id.to_string(),
            iat: now.timestamp(),
            exp: end.timestamp(),
            licence: LicenceClaims {
                kind: held.grant.kind.as_str(),
                title: held.grant.title.as_str(),
                terms_version: held.grant.terms_version.as_str(),
                terms_hash: held.grant.terms_hash.to_string(),
                activations_max: held.grant.use_terms.activations_max.map(ActivationsMax::get),
                expires_at: held.expires_at,
                key_hint: held.key.as_ref().map(|key| key.hint.as_str()),
            },
            activation_id: device.map(|id| id.to_string()),
        };
        let part = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!(
            "{}.{}",
            part(serde_json::to_vec(&header)?),
            part(serde_json::to_vec(&claims)?)
        );
        let signature = self.signing.sign(signed.as_bytes()).to_bytes();
        Ok(format!("{signed}.{}", part(signature.to_vec())))
    }
}

impl fmt::Debug for LicenceSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LicenceSigner(***, {})", self.key.id)
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    licence: LicenceClaims<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_id: Option<String>,
}

#[derive(Serialize)]
struct LicenceClaims<'a> {
    kind: &'static str,
    title: &'a str,
    terms_version: &'a str,
    terms_hash: String,
    activations_max: Option<u32>,
    expires_at: Option<DateTime<Utc>>,
    key_hint: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Output};

    use comptoir_domain::Decider as _;
    use comptoir_domain::licence::{Licence, LicenceIssued};
    use comptoir_domain::testing::samples::{at, events};
    use comptoir_domain::values::{UseTerms, ValidDays};
    use ed25519_dalek::{Signature, Verifier as _};
    use serde_json::Value;

    use super::*;

    const PAGE: &str = include_str!("../../../docs/LICENCE-FILE.md");
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/verify-licence.sh");

    fn signer(earlier: &[[u8; 32]]) -> LicenceSigner {
        let issuer = "https://shop.example".to_owned();
        LicenceSigner::of(&[7; 32], earlier, issuer, Duration::from_hours(30 * 24))
    }

    fn held(valid_days: i64) -> HeldLicence {
        let mut grant = events::licence_grant();
        grant.use_terms = UseTerms {
            valid_days: ValidDays::try_new(valid_days).ok(),
            ..UseTerms::default()
        };
        let key = Some(events::key_facts(1));
        let issued = LicenceIssued {
            grant,
            key,
            at: at(6),
        };
        Licence::replay([&issued.into()]).held().unwrap().clone()
    }

    fn claims(signed: &str) -> Value {
        let payload = signed.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    }

    #[test]
    fn the_test_vector_of_the_docs_is_what_is_signed() {
        let shop = signer(&[]);
        let signed = shop.sign(&held(365), None, at(60)).unwrap();
        for text in [&signed, &shop.key.id, &shop.key.x] {
            assert!(PAGE.contains(text.as_str()), "docs/LICENCE-FILE.md lacks {text}");
        }
        let (_, shown) = PAGE.split_once("```json\n").unwrap();
        let (shown, _) = shown.split_once("```").unwrap();
        assert_eq!(serde_json::from_str::<Value>(shown).unwrap(), claims(&signed));
    }

    #[test]
    fn a_file_verifies_with_the_published_key_and_not_after_a_change() {
        let shop = signer(&[]);
        let signed = shop.sign(&held(365), None, at(60)).unwrap();
        let x = URL_SAFE_NO_PAD.decode(&shop.public_keys()[0].x).unwrap();
        let key = VerifyingKey::from_bytes(&x.try_into().unwrap()).unwrap();
        let verifies = |signed: &str| {
            let (message, signature) = signed.rsplit_once('.').unwrap();
            let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
            key.verify(message.as_bytes(), &signature).is_ok()
        };
        assert!(verifies(&signed));
        assert!(!verifies(&signed.replacen("eyJ", "eyK", 1)));
    }

    #[test]
    fn a_file_ends_after_its_days_or_with_its_licence() {
        let shop = signer(&[]);
        let end = |days| claims(&shop.sign(&held(days), None, at(60)).unwrap())["exp"].clone();
        assert_eq!(end(365), (at(60) + TimeDelta::days(30)).timestamp());
        assert_eq!(end(2), (at(6) + TimeDelta::days(2)).timestamp());
    }

    #[test]
    fn a_file_can_be_for_one_device() {
        let device = events::activation_id(1);
        let signed = signer(&[]).sign(&held(365), Some(device), at(60)).unwrap();
        assert_eq!(claims(&signed)["activation_id"], device.to_string());
    }

    #[test]
    fn keys_that_signed_before_are_still_published() {
        let earlier = signer(&[]).signing.verifying_key().to_bytes();
        let later = LicenceSigner::of(&[8; 32], &[earlier], String::new(), Duration::ZERO);
        let keys = later.public_keys();
        assert_eq!((keys.len(), &keys[1]), (2, &signer(&[]).key));
        // One that signs again is named once.
        assert_eq!(signer(&[earlier]).public_keys().len(), 1);
    }

    #[test]
    fn keys_are_read_from_base64() {
        let public = STANDARD.encode(signer(&[]).signing.verifying_key().to_bytes());
        assert!(SigningKeys::read_public_key(&public).is_some());
        assert!(SigningKeys::read_key(&STANDARD.encode([1; 31])).is_none());
        // Half of all numbers are no point of the curve.
        let no_points = (0..16).map(|number| SigningKeys::read_public_key(&STANDARD.encode([number; 32])));
        assert!(no_points.flatten().count() < 16);
        assert_eq!(
            format!("{:?} {:?}", SigningKeys::default(), signer(&[])),
            format!(
                "SigningKeys(***, 0 earlier) LicenceSigner(***, {})",
                signer(&[]).key.id
            )
        );
    }

    /// The example of the docs, run with openssl; on a machine without it there is nothing to run.
    #[test]
    fn the_example_of_the_docs_verifies_offline() {
        if Command::new("openssl").arg("version").output().is_err() {
            return;
        }
        let shop = signer(&[]);
        let signed = shop.sign(&held(365), None, at(60)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("licence.jws");
        let verify = |text: &str, product: &str, now: i64| -> Output {
            std::fs::write(&file, text).unwrap();
            let now = now.to_string();
            let arguments = [file.to_str().unwrap(), &shop.key.x, product, &now];
            let run = Command::new("sh").arg(SCRIPT).args(arguments).output();
            run.unwrap()
        };
        let product = held(365).grant.product_id.to_string();
        let (now, end) = (at(61).timestamp(), (at(60) + TimeDelta::days(30)).timestamp());
        let good = verify(&signed, &product, now);
        assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
        assert_eq!(
            serde_json::from_slice::<Value>(&good.stdout).unwrap(),
            claims(&signed)
        );
        let changed = signed.replacen(".eyJ", ".eyK", 1);
        for (text, product, now, said) in [
            (&changed, &*product, now, "the signature is wrong"),
            (&signed, "product_another", now, "another product"),
            (&signed, &product, end, "has ended"),
        ] {
            let bad = verify(text, product, now);
            let found = String::from_utf8_lossy(&bad.stderr).into_owned();
            assert!(!bad.status.success() && found.contains(said), "{said}: {found}");
        }
    }
}
