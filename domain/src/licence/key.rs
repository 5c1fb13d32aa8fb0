//! What is stored of a licence's key: enough to find it and to show it to its owner, and nothing to use it with.

use serde::{Deserialize, Serialize};

use crate::values::{KeyDigest, KeyHint, Sealed};

/// A key, without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// HMAC of the key, by which it is found.
    pub digest: KeyDigest,
    /// Its last group, which others may see.
    pub hint: KeyHint,
    /// The key itself, sealed with the holder's key; none if the holder's data had been erased before.
    pub sealed: Option<Sealed>,
}
