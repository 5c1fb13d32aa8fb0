//! Growing pauses between tries at the same thing.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// How many things that failed are remembered. Beyond that, those that are due first are forgotten, and tried again early.
const REMEMBERED_MAX: usize = 100_000;

/// Remembers what failed, and when it is to be tried again. A restart forgets it, which only means an early try.
#[derive(Debug)]
pub(crate) struct Backoff<K> {
    pause_min: TimeDelta,
    pause_max: TimeDelta,
    failed: Mutex<HashMap<K, Failed>>,
}

#[derive(Debug, Clone, Copy)]
struct Failed {
    times: u32,
    next_at: DateTime<Utc>,
}

impl<K: Eq + Hash + Copy> Backoff<K> {
    /// Pauses that start at `pause_min` and double up to `pause_max`.
    pub(crate) fn new(pause_min: Duration, pause_max: Duration) -> Self {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::days(1));
        Self {
            pause_min: delta(pause_min),
            pause_max: delta(pause_max),
            failed: Mutex::default(),
        }
    }

    /// Whether it may be tried now.
    pub(crate) fn is_due(&self, key: K, now: DateTime<Utc>) -> bool {
        self.lock().get(&key).is_none_or(|failed| failed.next_at <= now)
    }

    /// Notes how a try ended. With success, the next one starts with the shortest pause.
    pub(crate) fn note<T, E>(&self, key: K, now: DateTime<Utc>, result: &Result<T, E>) {
        let mut failed = self.lock();
        if result.is_ok() {
            failed.remove(&key);
            return;
        }
        let times = failed.get(&key).map_or(0, |failed| failed.times);
        if times == 0 && failed.len() >= REMEMBERED_MAX {
            let middle = now + self.pause_max / 2;
            failed.retain(|_, failed| failed.next_at > middle);
        }
        let pause = self
            .pause_min
            .checked_mul(1 << times.min(20))
            .unwrap_or(self.pause_max)
            .min(self.pause_max);
        failed.insert(
            key,
            Failed {
                times: times + 1,
                next_at: now + pause,
            },
        );
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Failed>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let backoff = Backoff::new(Duration::from_secs(10), Duration::from_secs(35));
        assert!(backoff.is_due(1, at(0)));
        let mut now = 0;
        for pause in [10, 20, 35, 35] {
            backoff.note(1, at(now), &Err::<(), _>(()));
            assert!(!backoff.is_due(1, at(now + pause - 1)), "{pause}");
            assert!(backoff.is_due(1, at(now + pause)), "{pause}");
            assert!(backoff.is_due(2, at(now)));
            now += pause;
        }
    }

    #[test]
    fn a_success_starts_over() {
        let backoff = Backoff::new(Duration::from_secs(10), Duration::from_secs(35));
        for _ in 0..3 {
            backoff.note(1, at(0), &Err::<(), _>(()));
        }
        backoff.note(1, at(0), &Ok::<_, ()>(()));
        assert!(backoff.is_due(1, at(0)));
        backoff.note(1, at(0), &Err::<(), _>(()));
        assert!(backoff.is_due(1, at(10)));
    }
}
