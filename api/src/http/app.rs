//! What every handler has at hand.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_engine::Engine;
use comptoir_ledger::clock::IdSource;
use comptoir_projections::Projections;

use super::auth::Authenticator;
use super::products::cache::Catalogue;
use super::rate_limit::RateLimiter;
use super::reads::Reads;
use crate::config::HttpConfig;

/// What the HTTP layer is made of.
#[derive(Debug)]
pub struct AppParts {
    /// What is asked to do the work.
    pub engine: Engine,
    /// The running projections.
    pub projections: Projections,
    /// What verifies tokens.
    pub authenticator: Authenticator,
    /// How the HTTP layer behaves.
    pub http: HttpConfig,
}

/// The state of the router. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: AppParts,
    rate_limiter: RateLimiter,
    public_rate_limiter: RateLimiter,
    reads: Reads,
    catalogue: Catalogue,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: AppParts) -> Self {
        let rate_limiter = RateLimiter::new(parts.http.rate_limit);
        let public_rate_limiter = RateLimiter::new(parts.http.public_rate_limit);
        let reads = Reads::new(
            parts.engine.ledger().clone(),
            parts.projections.clone(),
            parts.http.read_wait_max,
        );
        Self(Arc::new(Inner {
            parts,
            rate_limiter,
            public_rate_limiter,
            reads,
            catalogue: Catalogue::default(),
        }))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.parts.engine
    }

    pub(crate) fn ids(&self) -> &dyn IdSource {
        self.engine().ledger().ids()
    }

    pub(crate) fn authenticator(&self) -> &Authenticator {
        &self.0.parts.authenticator
    }

    pub(crate) fn http(&self) -> &HttpConfig {
        &self.0.parts.http
    }

    pub(crate) fn reads(&self) -> &Reads {
        &self.0.reads
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.0.rate_limiter
    }

    /// Counts the requests of each address to routes that need no token.
    pub(crate) fn public_rate_limiter(&self) -> &RateLimiter {
        &self.0.public_rate_limiter
    }

    /// What time it is.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.engine().ledger().clock().now()
    }
}
