//! Taking turns at what many requests of this node change at once.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

/// How many queues there are. Two things that share one wait for each other, which costs time and nothing else.
const QUEUES: usize = 64;

/// Queues, first come, first served.
#[derive(Debug)]
pub(crate) struct Turns([Arc<Mutex<()>>; QUEUES]);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| Arc::default()))
    }

    /// Waits for the turn at a thing; it ends when the guard is dropped.
    pub(crate) async fn wait(&self, id: Uuid) -> OwnedMutexGuard<()> {
        let queue = usize::from(id.as_bytes()[15]) % QUEUES;
        Arc::clone(&self.0[queue]).lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_turn_at_a_time_for_one_thing() {
        let turns = Turns::new();
        let [one, other] = [1, 2].map(Uuid::from_u128);
        let turn = turns.wait(one).await;
        drop(turns.wait(other).await);
        assert!(turns.0[1].try_lock().is_err());
        drop(turn);
        drop(turns.wait(one).await);
    }
}
