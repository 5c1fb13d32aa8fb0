//! The policy workers: what follows from events, carried out at least once and harmless when repeated.
//!
//! | worker | follows or looks for | does |
//! | --- | --- | --- |
//! | webhooks | `webhook.received` | applies the report to the order or refund |
//! | orders | `order.paid`, `order.refund_opened`, `order.flagged_for_review` | issues licences, requests refunds, tells operators |
//! | refunds | `refund.*` | asks the provider for the refund, tells the order how it ended |
//! | payments | open orders without a payment at the provider | creates it, with growing pauses |
//! | expiry | open orders past their time | expires them, then closes the payment |
//! | reconciler | payments and refunds without an end | asks the provider, and applies what it says like a webhook |
//!
//! The first three are subscriptions: one node runs each, from its checkpoint, and streams are worked on side by side while
//! the events of one stay in order. The last three sweep by the clock; where two nodes sweep at once, the second finds
//! nothing left to do.

mod backoff;
mod carry_out;
mod due;
mod expiry;
mod licences;
mod open_refunds;
mod payments;
mod policy;
mod reconciler;
mod refunds;
mod reports;
mod sweep;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;

pub(crate) use self::backoff::Backoff;
pub(crate) use self::open_refunds::OpenRefunds;
pub use self::policy::PolicyWorker;
pub use self::sweep::{Sweep, SweepReport};

/// The running workers.
#[derive(Debug)]
pub struct Workers {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Workers {
    pub(crate) fn start(engine: &Engine, stop: CancellationToken) -> Self {
        let mut tasks = JoinSet::new();
        for worker in PolicyWorker::ALL {
            let (engine, stop) = (engine.clone(), stop.clone());
            tasks.spawn(async move { engine.run_policy_worker(worker, stop).await });
        }
        for sweep in Sweep::ALL {
            let (engine, stop) = (engine.clone(), stop.clone());
            tasks.spawn(async move { engine.run_sweeps(sweep, stop).await });
        }
        Self { tasks, stop }
    }

    /// Tells the workers to stop, and waits until each has finished what it has in hand.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker did not end well");
            }
        }
    }
}
