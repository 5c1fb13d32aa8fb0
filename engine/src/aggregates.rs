//! Aggregates at hand: a bounded memory of states that were loaded or decided lately.
//!
//! A remembered state may be stale, since other nodes append too. That is harmless as long as two rules are kept:
//! - what is appended because of it carries its revision as expectation, so that a stale decision is refused;
//! - a refusal, or a decision that nothing needs to happen, is never final on a remembered state: it is decided once more on
//!   a fresh one ([`Freshness::Fresh`]).

use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::Decider;
use comptoir_ledger::{Ledger, LedgerError, Loaded};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use uuid::Uuid;

/// How often a decision is taken anew because something moved under it.
const ATTEMPTS_MAX: u32 = 12;
/// The same where many must write to one stream, and who loses has done nothing wrong.
const PATIENT_ATTEMPTS_MAX: u32 = 100;
/// How long a further attempt waits at most for what it ran into to become visible.
const SETTLE_WAIT_MAX: Duration = Duration::from_millis(25);

/// How new a state must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As it is remembered, if it is.
    Remembered,
    /// As the ledger says now.
    Fresh,
}

/// The aggregates of one kind.
pub(crate) struct Aggregates<D: Decider> {
    ledger: Ledger,
    remembered: Cache<Uuid, Arc<Loaded<D>>>,
}

impl<D: Decider + 'static> Aggregates<D> {
    pub(crate) fn new(ledger: Ledger, remembered_max: u64) -> Self {
        Self {
            ledger,
            remembered: memory(remembered_max),
        }
    }

    /// The aggregate, as new as it must be. A fresh load reads only the events that are not remembered.
    pub(crate) async fn get(&self, id: Uuid, freshness: Freshness) -> Result<Arc<Loaded<D>>, LedgerError> {
        let remembered = self.remembered.get(&id);
        match (remembered, freshness) {
            (Some(loaded), Freshness::Remembered) => Ok(loaded),
            (Some(loaded), Freshness::Fresh) => {
                Ok(self.remember(self.ledger.reload(Arc::unwrap_or_clone(loaded)).await?))
            }
            (None, _) => Ok(self.remember(self.ledger.load::<D>(id).await?)),
        }
    }

    /// Keeps a state that the ledger has confirmed. Aggregates that do not exist are not kept.
    pub(crate) fn remember(&self, loaded: Loaded<D>) -> Arc<Loaded<D>> {
        let loaded = Arc::new(loaded);
        if loaded.exists() {
            self.remembered.insert(loaded.id, Arc::clone(&loaded));
        }
        loaded
    }

    /// Keeps the state after events that were appended to `before`.
    pub(crate) fn remember_after(&self, before: Arc<Loaded<D>>, events: &[D::Event]) -> Arc<Loaded<D>> {
        self.remembered.remove(&before.id);
        self.remember(Arc::unwrap_or_clone(before).after(events))
    }

    /// Drops a state whose revision is in doubt.
    pub(crate) fn forget(&self, id: Uuid) {
        self.remembered.invalidate(&id);
    }
}

/// Forgets what was used least lately: what was written last is needed next. By frequency, the cache's own choice, a full
/// memory would take in nothing new.
fn memory<T: Send + Sync + 'static>(entries_max: u64) -> Cache<Uuid, Arc<T>> {
    Cache::builder()
        .max_capacity(entries_max)
        .eviction_policy(EvictionPolicy::lru())
        .build()
}

/// The attempts at one decision: first on what is remembered, then on what is fresh.
#[derive(Debug)]
pub(crate) struct Attempts {
    made: u32,
    most: u32,
    freshness: Freshness,
}

impl Attempts {
    pub(crate) fn new() -> Self {
        Self {
            made: 0,
            most: ATTEMPTS_MAX,
            freshness: Freshness::Remembered,
        }
    }

    /// More of them from now on, for a stream that many write to.
    pub(crate) fn be_patient(&mut self) {
        self.most = PATIENT_ATTEMPTS_MAX;
    }

    /// How new the states must be this time.
    pub(crate) fn freshness(&self) -> Freshness {
        self.freshness
    }

    /// Whether the decision is still to be confirmed on a fresh state; if so, the next attempt is on one.
    pub(crate) fn confirm(&mut self) -> bool {
        let remembered = self.freshness == Freshness::Remembered;
        self.freshness = Freshness::Fresh;
        remembered
    }

    /// Something moved: whether there is another attempt. From the second on it waits for the horizon to move, since what
    /// it ran into may be committed and not yet durable.
    pub(crate) async fn again(&mut self, ledger: &Ledger) -> bool {
        self.made += 1;
        let stale = self.confirm();
        if !stale {
            let mut horizon = ledger.watch_horizon();
            // Either way the next attempt looks for itself.
            drop(tokio::time::timeout(SETTLE_WAIT_MAX, horizon.changed()).await);
        }
        self.made < self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_memory_takes_in_what_is_new() {
        const ENTRIES_MAX: u64 = 100;
        let memory = memory(ENTRIES_MAX);
        for n in 0..10 * u128::from(ENTRIES_MAX) {
            let id = Uuid::from_u128(n);
            memory.insert(id, Arc::new(n));
            memory.run_pending_tasks();
            assert_eq!(memory.get(&id).as_deref(), Some(&n));
        }
        assert_eq!(memory.entry_count(), ENTRIES_MAX);
    }

    #[test]
    fn only_a_decision_on_a_remembered_state_must_be_confirmed() {
        let mut attempts = Attempts::new();
        assert_eq!(attempts.freshness(), Freshness::Remembered);
        assert!(attempts.confirm());
        assert_eq!(attempts.freshness(), Freshness::Fresh);
        assert!(!attempts.confirm());
    }
}
