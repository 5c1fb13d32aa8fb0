//! A bound on the requests of each caller or address, in memory (GCRA: a leaky bucket kept as one moment per caller).
//!
//! Headers follow the IETF draft `draft-ietf-httpapi-ratelimit-headers`: `RateLimit-Policy` and `RateLimit`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::problem::{Problem, ProblemKind};
use crate::config::RateLimitConfig;

/// The header that says how many requests there are, and in what time.
pub(super) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The header that says how many requests are left.
pub(super) const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const NANOS_PER_SECOND: u64 = 1_000_000_000;
const SHARDS: usize = 16;
/// Beyond so many callers in a shard, those with a full allowance are dropped.
const CALLERS_MAX: usize = 4096;

/// Counts the requests of each caller.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    policy: HeaderValue,
    window_ns: u64,
    interval_ns: u64,
    start: Instant,
    shards: [Mutex<HashMap<Uuid, u64>>; SHARDS],
}

/// What a caller has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    remaining: u64,
    full_in_s: u64,
}

impl RateLimiter {
    pub(crate) fn new(config: RateLimitConfig) -> Self {
        let window_ns = config.window_s.get() * NANOS_PER_SECOND;
        let policy = format!("\"default\";q={};w={}", config.requests, config.window_s);
        Self {
            policy: HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("\"default\"")),
            window_ns,
            interval_ns: (window_ns / u64::from(config.requests.get())).max(1),
            start: Instant::now(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Takes one request from the allowance of a caller, or of an address by its hash.
    pub(crate) fn take(&self, caller: Uuid) -> Result<Allowance, Problem> {
        let now_ns = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.take_at(caller, now_ns)
    }

    fn take_at(&self, caller: Uuid, now_ns: u64) -> Result<Allowance, Problem> {
        let shard = usize::from(caller.as_bytes()[15]) % SHARDS;
        let mut callers = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= CALLERS_MAX {
            callers.retain(|_, full_at| *full_at > now_ns);
        }
        let full_at = callers.entry(caller).or_insert(now_ns);
        let wanted = (*full_at).max(now_ns) + self.interval_ns;
        let debt_ns = wanted - now_ns;
        if debt_ns > self.window_ns {
            let wait_s = (debt_ns - self.window_ns).div_ceil(NANOS_PER_SECOND);
            return Err(self.refuse(wait_s));
        }
        *full_at = wanted;
        let remaining = (self.window_ns - debt_ns) / self.interval_ns;
        Ok(Allowance {
            remaining,
            full_in_s: debt_ns.div_ceil(NANOS_PER_SECOND),
        })
    }

    fn refuse(&self, wait_s: u64) -> Problem {
        let limit = limit_value(0, wait_s);
        Problem::new(ProblemKind::RateLimited)
            .detail("the caller has made too many requests")
            .retry_after_s(wait_s)
            .header(POLICY, self.policy.clone())
            .header(LIMIT, limit)
    }

    /// Tells the caller what is left.
    pub(crate) fn tell(&self, allowance: Allowance, headers: &mut HeaderMap) {
        headers.insert(POLICY, self.policy.clone());
        headers.insert(LIMIT, limit_value(allowance.remaining, allowance.full_in_s));
    }
}

fn limit_value(remaining: u64, reset_s: u64) -> HeaderValue {
    let text = format!("\"default\";r={remaining};t={reset_s}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"default\""))
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroU64};

    use super::*;

    fn limiter(requests: u32, window_s: u64) -> RateLimiter {
        let requests = NonZeroU32::new(requests).unwrap();
        RateLimiter::new(RateLimitConfig {
            requests,
            window_s: NonZeroU64::new(window_s).unwrap(),
        })
    }

    fn person(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn a_caller_gets_the_whole_allowance_at_once_and_then_one_by_one() {
        let limiter = limiter(3, 30);
        for remaining in [2, 1, 0] {
            assert_eq!(limiter.take_at(person(1), 0).unwrap().remaining, remaining);
        }
        assert_eq!(
            limiter.take_at(person(1), 0).unwrap_err().kind(),
            ProblemKind::RateLimited
        );
        assert!(limiter.take_at(person(1), 9 * NANOS_PER_SECOND).is_err());
        assert!(limiter.take_at(person(1), 10 * NANOS_PER_SECOND).is_ok());
        assert!(limiter.take_at(person(1), 10 * NANOS_PER_SECOND).is_err());
    }

    #[test]
    fn callers_do_not_share_an_allowance() {
        let limiter = limiter(1, 60);
        assert!(limiter.take_at(person(1), 0).is_ok());
        assert!(limiter.take_at(person(2), 0).is_ok());
        assert!(limiter.take_at(person(1), 0).is_err());
    }

    #[test]
    fn callers_with_a_full_allowance_are_forgotten() {
        let limiter = limiter(1, 1);
        for number in 0..CALLERS_MAX as u128 {
            limiter.take_at(person(number * 16), 0).unwrap();
        }
        limiter.take_at(person(1 << 90), 2 * NANOS_PER_SECOND).unwrap();
        assert_eq!(limiter.shards[0].lock().unwrap().len(), 1);
    }
}
