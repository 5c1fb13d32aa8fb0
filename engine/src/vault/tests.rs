use std::sync::atomic::{AtomicU64, Ordering};

use super::random::{RandomError, RandomSource};

/// Gives different bytes at each call, and the same ones in each run.
#[derive(Debug, Default)]
pub(crate) struct CountingRandom(AtomicU64);

impl RandomSource for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let call = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = call[index % call.len()].wrapping_add(u8::try_from(index % 251).unwrap_or_default());
        }
        Ok(())
    }
}
