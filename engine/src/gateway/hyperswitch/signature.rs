//! What tells a genuine webhook from a forged one: HMAC-SHA512 over the raw body, as lower-case hex in a header.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;

use crate::secret::Secret;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-webhook-signature-512";

/// Why a webhook is not believed. Whoever sent it is told no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No secret is configured, so nothing can be checked.
    #[error("no webhook secret is configured")]
    NoSecret,
    /// The header is absent.
    #[error("the webhook is not signed")]
    Missing,
    /// The header is not hex of the right length.
    #[error("the webhook's signature is malformed")]
    Malformed,
    /// The body is not what was signed, or was signed with another key.
    #[error("the webhook's signature does not match its body")]
    Mismatch,
}

/// Checks the signature of `raw_body` in constant time. The key is the text of the secret itself, not decoded.
pub fn verify_signature(
    secret: Option<&Secret>,
    raw_body: &[u8],
    signature: Option<&str>,
) -> Result<(), SignatureError> {
    let secret = secret
        .filter(|secret| !secret.expose().is_empty())
        .ok_or(SignatureError::NoSecret)?;
    let signature = signature.ok_or(SignatureError::Missing)?;
    let mut expected = [0_u8; 64];
    hex::decode_to_slice(signature.trim(), &mut expected).map_err(|_| SignatureError::Malformed)?;
    let mac = mac_over(secret, raw_body).ok_or(SignatureError::NoSecret)?;
    mac.verify_slice(&expected).map_err(|_| SignatureError::Mismatch)
}

/// Signs a body the way Hyperswitch does. The engine itself only verifies; whoever plays Hyperswitch in a test signs.
pub fn sign(secret: &Secret, raw_body: &[u8]) -> String {
    mac_over(secret, raw_body)
        .map(|mac| hex::encode(mac.finalize().into_bytes()))
        .unwrap_or_default()
}

/// HMAC takes keys of any length, so that there always is one.
fn mac_over(secret: &Secret, raw_body: &[u8]) -> Option<Hmac<Sha512>> {
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(raw_body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURES: [(&str, &[u8]); 5] = [
        (
            "payment_succeeded",
            include_bytes!("../../../fixtures/hyperswitch/payment_succeeded.json"),
        ),
        (
            "payment_failed",
            include_bytes!("../../../fixtures/hyperswitch/payment_failed.json"),
        ),
        (
            "refund_succeeded",
            include_bytes!("../../../fixtures/hyperswitch/refund_succeeded.json"),
        ),
        (
            "refund_failed",
            include_bytes!("../../../fixtures/hyperswitch/refund_failed.json"),
        ),
        (
            "dispute_opened",
            include_bytes!("../../../fixtures/hyperswitch/dispute_opened.json"),
        ),
    ];

    fn signatures() -> (Secret, serde_json::Value) {
        let file = include_str!("../../../fixtures/hyperswitch/signatures.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let secret = Secret::new(file["payment_response_hash_key"].as_str().unwrap());
        (secret, file["hmac_sha512_hex_of_raw_file_bytes"].clone())
    }

    #[test]
    fn every_signed_example_verifies() {
        let (secret, signatures) = signatures();
        for (name, raw) in FIXTURES {
            assert_eq!(
                verify_signature(Some(&secret), raw, signatures[name].as_str()),
                Ok(()),
                "{name}"
            );
            assert_eq!(sign(&secret, raw), signatures[name].as_str().unwrap(), "{name}");
        }
    }

    #[test]
    fn one_changed_byte_or_another_key_is_a_mismatch() {
        let (secret, signatures) = signatures();
        let (name, raw) = FIXTURES[0];
        let mut changed = raw.to_vec();
        changed[10] ^= 1;
        let signature = signatures[name].as_str();
        assert_eq!(
            verify_signature(Some(&secret), &changed, signature),
            Err(SignatureError::Mismatch)
        );
        let other = Secret::new("another key");
        assert_eq!(
            verify_signature(Some(&other), raw, signature),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn what_is_unsigned_or_malformed_is_refused() {
        let (secret, signatures) = signatures();
        let (name, raw) = FIXTURES[0];
        let right = signatures[name].as_str().unwrap();
        assert_eq!(
            verify_signature(Some(&secret), raw, None),
            Err(SignatureError::Missing)
        );
        for wrong in ["", "zz", &right[..126], &format!("{right}00"), "é"] {
            let refused = verify_signature(Some(&secret), raw, Some(wrong));
            assert_eq!(refused, Err(SignatureError::Malformed), "{wrong}");
        }
        assert_eq!(
            verify_signature(None, raw, Some(right)),
            Err(SignatureError::NoSecret)
        );
        let empty = Secret::new("");
        assert_eq!(
            verify_signature(Some(&empty), raw, Some(right)),
            Err(SignatureError::NoSecret)
        );
    }
}
