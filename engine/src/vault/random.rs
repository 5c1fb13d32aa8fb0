//! Where keys and nonces come from, so that tests can repeat themselves.

/// A source of bytes that nobody can foresee.
pub trait RandomSource: Send + Sync + 'static {
    /// Fills `bytes` whole, or says that the machine has no randomness to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The source could not deliver; nothing may be sealed with what was in the buffer before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes to be had: {0}")]
pub struct RandomError(pub String);

/// The operating system's own source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|error| RandomError(error.to_string()))
    }
}

/// Draws the array that a key or a nonce is.
pub(super) fn draw<const N: usize>(source: &dyn RandomSource) -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    source.fill(&mut bytes)?;
    Ok(bytes)
}
