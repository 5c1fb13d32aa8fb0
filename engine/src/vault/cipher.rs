//! One sealed box: XChaCha20-Poly1305 with a random nonce in front, bound to what it belongs to.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::random::{RandomError, RandomSource, draw};

/// Bytes of a key.
pub(super) const KEY_BYTES: usize = 32;
/// Bytes of the nonce that opens each sealed box. At this length random nonces do not meet in practice.
pub(super) const NONCE_BYTES: usize = 24;

/// A key ready for use. Prints as `***`.
#[derive(Clone)]
pub(super) struct Cipher(XChaCha20Poly1305);

/// The box was made with another key, for another place, or has been changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DoesNotOpen;

impl Cipher {
    pub(super) fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// Seals `plaintext` as nonce, then ciphertext with its tag. It opens again only with the same `bound_to`.
    pub(super) fn seal(
        &self,
        random: &dyn RandomSource,
        bound_to: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, RandomError> {
        let nonce = draw::<NONCE_BYTES>(random)?;
        let payload = Payload {
            msg: plaintext,
            aad: bound_to,
        };
        let ciphertext = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| RandomError("the text is too long to be sealed".to_owned()))?;
        let mut sealed = Vec::with_capacity(NONCE_BYTES + ciphertext.len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// Opens what [`Cipher::seal`] made.
    pub(super) fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(DoesNotOpen)?;
        let payload = Payload {
            msg: ciphertext,
            aad: bound_to,
        };
        self.0
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| DoesNotOpen)
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::CountingRandom;

    #[test]
    fn a_box_opens_with_its_key_in_its_place_and_nowhere_else() {
        let random = CountingRandom::default();
        let cipher = Cipher::new(&[7; KEY_BYTES]);
        let sealed = cipher.seal(&random, b"here", b"Ada").unwrap();

        assert_eq!(cipher.open(b"here", &sealed), Ok(b"Ada".to_vec()));
        assert_eq!(cipher.open(b"there", &sealed), Err(DoesNotOpen));
        assert_eq!(
            Cipher::new(&[8; KEY_BYTES]).open(b"here", &sealed),
            Err(DoesNotOpen)
        );
    }

    #[test]
    fn a_changed_or_shortened_box_does_not_open() {
        let random = CountingRandom::default();
        let cipher = Cipher::new(&[7; KEY_BYTES]);
        let sealed = cipher.seal(&random, b"here", b"Ada").unwrap();

        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(cipher.open(b"here", &changed), Err(DoesNotOpen), "byte {index}");
            assert_eq!(
                cipher.open(b"here", &sealed[..index]),
                Err(DoesNotOpen),
                "length {index}"
            );
        }
    }

    #[test]
    fn the_same_text_seals_differently_each_time() {
        let random = CountingRandom::default();
        let cipher = Cipher::new(&[7; KEY_BYTES]);
        let first = cipher.seal(&random, b"here", b"Ada").unwrap();
        assert_ne!(first, cipher.seal(&random, b"here", b"Ada").unwrap());
    }

    #[test]
    fn a_key_never_prints_itself() {
        assert_eq!(format!("{:?}", Cipher::new(&[7; KEY_BYTES])), "***");
    }
}
