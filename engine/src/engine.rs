//! The engine: everything the use cases and workers need, in one handle.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::order::Order;
use comptoir_domain::product::Product;
use comptoir_domain::refund::Refund;
use comptoir_ledger::Ledger;
use tokio_util::sync::CancellationToken;

use crate::aggregates::Aggregates;
use crate::config::EngineConfig;
use crate::gateway::hyperswitch::Hyperswitch;
use crate::idempotency::RunningKeys;
use crate::vault::Vault;
use crate::worker::Workers;

/// What an engine is made of. Time and ids are those of the ledger.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Where events are kept.
    pub ledger: Ledger,
    /// What seals personal data.
    pub vault: Vault,
    /// The payment provider.
    pub hyperswitch: Hyperswitch,
    /// The rest.
    pub config: EngineConfig,
}

/// The engine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) ledger: Ledger,
    pub(crate) vault: Vault,
    pub(crate) hyperswitch: Hyperswitch,
    pub(crate) config: EngineConfig,
    pub(crate) products: Aggregates<Product>,
    pub(crate) orders: Aggregates<Order>,
    pub(crate) refunds: Aggregates<Refund>,
    pub(crate) running: RunningKeys,
}

impl std::ops::Deref for Engine {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl Engine {
    /// An engine over an open ledger and vault. It answers requests at once; policies are carried out by
    /// [`Engine::start_workers`], here or on another node.
    pub fn start(options: EngineOptions) -> Self {
        let EngineOptions { ledger, vault, hyperswitch, config } = options;
        let remembered_max = config.remembered_aggregates_max;
        let inner = Inner {
            products: Aggregates::new(ledger.clone(), remembered_max),
            orders: Aggregates::new(ledger.clone(), remembered_max),
            refunds: Aggregates::new(ledger.clone(), remembered_max),
            running: RunningKeys::default(),
            ledger,
            vault,
            hyperswitch,
            config,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Starts the policy workers. They end when `stop` is cancelled, each after what it has in hand.
    pub fn start_workers(&self, stop: CancellationToken) -> Workers {
        Workers::start(self, stop)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }

    /// The vault.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The payment provider.
    pub fn hyperswitch(&self) -> &Hyperswitch {
        &self.inner.hyperswitch
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.ledger.clock().now()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Engine").field("ledger", &self.inner.ledger).finish_non_exhaustive()
    }
}
