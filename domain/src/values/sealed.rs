//! Personal data as events carry it: encrypted with a key that can be destroyed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::SubjectId;

/// Personal data, sealed by the engine's vault with the subject's key. Opaque here; unreadable once the key is gone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Whose key opens it.
    pub subject: SubjectId,
    /// Base64 of nonce and ciphertext.
    pub ciphertext: String,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Sealed({}, {} characters)",
            self.subject,
            self.ciphertext.len()
        )
    }
}
