//! The key that wraps every person's key. It comes from the configuration and is stored nowhere else.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::cipher::{Cipher, KEY_BYTES};

/// The master key: base64 of 32 random bytes in the configuration. Prints as `***`.
#[derive(Clone)]
pub struct MasterKey(pub(super) Cipher, [u8; KEY_BYTES]);

/// The configured text is no master key. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key must be base64 of exactly {KEY_BYTES} random bytes")]
pub struct MalformedMasterKey;

impl MasterKey {
    /// Takes a key of 32 bytes.
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(Cipher::new(bytes), *bytes)
    }

    /// A key for one purpose, from which neither the master key nor the key of another purpose follows.
    pub fn derive(&self, purpose: &str) -> [u8; KEY_BYTES] {
        // HMAC takes keys of any length, so that there always is one.
        let mac = Hmac::<Sha256>::new_from_slice(&self.1).map(|mac| {
            let mac = mac.chain_update(b"comptoir derived key v1 ");
            mac.chain_update(purpose.as_bytes()).finalize().into_bytes()
        });
        mac.map_or([0; KEY_BYTES], Into::into)
    }
}

impl FromStr for MasterKey {
    type Err = MalformedMasterKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| MalformedMasterKey)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| MalformedMasterKey)?;
        Ok(Self::new(&bytes))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_base64_of_thirty_two_bytes() {
        assert!(STANDARD.encode([3; 32]).parse::<MasterKey>().is_ok());
        assert!(
            format!("  {}\n", STANDARD.encode([3; 32]))
                .parse::<MasterKey>()
                .is_ok()
        );
        for wrong in [
            "",
            "not base64!",
            &STANDARD.encode([3; 31]),
            &STANDARD.encode([3; 33]),
        ] {
            assert_eq!(
                wrong.parse::<MasterKey>().err(),
                Some(MalformedMasterKey),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let key = MasterKey::new(&[3; 32]);
        assert_eq!(key.derive("a"), MasterKey::new(&[3; 32]).derive("a"));
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_ne!(key.derive("a"), MasterKey::new(&[4; 32]).derive("a"));
        assert_ne!(key.derive("a"), [3; 32]);
    }

    #[test]
    fn a_master_key_never_prints_itself() {
        assert_eq!(format!("{:?}", MasterKey::new(&[3; 32])), "***");
    }
}
