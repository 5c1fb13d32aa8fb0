//! The signature of a webhook.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "X-Webhook-Signature-512";

/// Lower-case hexadecimal HMAC-SHA512 over the raw body; the key is the text of `payment_response_hash_key` as it is.
///
/// # Panics
///
/// Never: HMAC takes keys of any length.
pub fn sign(payment_response_hash_key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(payment_response_hash_key.as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}
