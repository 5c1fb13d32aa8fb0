//! Where time and ids come in: the only place of the project that asks the machine for either.

use std::sync::Mutex;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;

/// Tells the time. Tests set it; production asks the machine.
pub trait Clock: Send + Sync + 'static {
    /// The present moment in UTC, in whole microseconds.
    fn now(&self) -> DateTime<Utc>;
}

/// Gives new ids.
pub trait IdSource: Send + Sync + 'static {
    /// A new time-ordered id (UUID version 7).
    fn uuid_v7(&self) -> Uuid;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the edge where time comes in")]
    fn now(&self) -> DateTime<Utc> {
        in_microseconds(Utc::now())
    }
}

/// Ids from the machine's clock and random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the edge where ids come in")]
    fn uuid_v7(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A clock that stands still until it is told to go on.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(in_microseconds(now)))
    }

    /// Moves the clock forward, or back with a negative difference.
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.lock();
        *now += by;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, DateTime<Utc>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.lock()
    }
}

/// Ids that follow from a seed: the same in every run of a test.
#[derive(Debug)]
pub struct SeededIds {
    seed: u32,
    next: std::sync::atomic::AtomicU64,
}

impl SeededIds {
    /// A source of its own for each `seed`.
    pub fn new(seed: u32) -> Self {
        Self {
            seed,
            next: std::sync::atomic::AtomicU64::new(1),
        }
    }
}

impl IdSource for SeededIds {
    fn uuid_v7(&self) -> Uuid {
        let counter = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut random = [0; 10];
        random[..2].copy_from_slice(&self.seed.to_be_bytes()[2..]);
        random[2..].copy_from_slice(&counter.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(1_780_000_000_000 + counter, &random).into_uuid()
    }
}

/// PostgreSQL keeps microseconds, and the leaf hash covers them: anything finer would be lost on the way.
pub(crate) fn in_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}
