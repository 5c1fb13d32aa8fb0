//! Taking turns at what many requests of this node change at once.

use std::collections::BTreeSet;
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
        Arc::clone(&self.0[queue_of(id)]).lock_owned().await
    }

    /// Waits for the turn at several things. Whoever does so queues up for them in the same order, so that nobody waits for
    /// somebody who waits for them.
    pub(crate) async fn wait_for_all(&self, ids: &[Uuid]) -> Vec<OwnedMutexGuard<()>> {
        let queues: BTreeSet<usize> = ids.iter().copied().map(queue_of).collect();
        let mut turns = Vec::with_capacity(queues.len());
        for queue in queues {
            turns.push(Arc::clone(&self.0[queue]).lock_owned().await);
        }
        turns
    }
}

fn queue_of(id: Uuid) -> usize {
    usize::from(id.as_bytes()[15]) % QUEUES
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

    #[tokio::test]
    async fn several_turns_are_had_together_also_where_things_share_a_queue() {
        let turns = Turns::new();
        let [one, other] = [1, 2].map(Uuid::from_u128);
        let same_queue = Uuid::from_u128(1 + QUEUES as u128);
        let both = turns.wait_for_all(&[other, one, same_queue]).await;
        assert_eq!(both.len(), 2);
        assert!(turns.0[1].try_lock().is_err() && turns.0[2].try_lock().is_err());
        drop(both);
        drop(turns.wait_for_all(&[one, other]).await);
    }
}
