//! The policy workers: what follows from events, carried out at least once and harmless when repeated.
//!
//! | worker | follows or looks for | does |
//! | --- | --- | --- |
//! | webhooks | `webhook.received` | applies the report to the order, refund or dispute |
//! | orders | what happens to paid orders | issues the licences of large orders, lets licences follow their order, requests refunds, tells operators |
//! | refunds | `refund.*`, and where a refund or dispute of an order ends | asks the provider for one refund of a payment at a time, tells the order how it ended |
//! | reviews | what moves the money of an order | counts the ratings of what was bought, or does not |
//! | persons | `person.erased` | destroys the key, should whoever erased the person not have come to it |
//! | documents | what pays an order or sends money back, `seller.mandate_accepted` | issues invoices and credit notes |
//! | renderings | `document.drawn_up` | makes and stores the files of a document |
//! | mails | `document.rendered` | sends the buyer the document |
//! | hand-overs | `document.rendered` | hands the document over to an e-invoicing platform |
//! | payments | open orders without a payment at the provider | creates it, with growing pauses |
//! | expiry | open orders past their time | expires them, then closes the payment |
//! | reconciler | payments and refunds without an end | asks the provider, and applies what it says like a webhook |
//! | disputes | disputes that the provider lists, and open ones | the same for disputes |
//! | retention | answers of idempotent requests past their time | forgets them |
//! | documents | steps of documents that failed, orders that waited for a seller | does them, with growing pauses |
//! | checkpoints | the ledger's horizon | keeps the Merkle tree and signs it |
//! | witnesses | the newest checkpoint | has it countersigned |
//! | document retention | documents that need not be kept any longer | forgets them |
//!
//! Those that follow events are subscriptions: one node runs each, from its checkpoint, and streams are worked on side by side while
//! the events of one stay in order. The others sweep by the clock; where two nodes sweep at once, the second finds nothing
//! left to do. Besides, every node follows by itself who was erased, so that no key stays in its memory.

mod align_licences;
mod backoff;
mod carry_out;
mod disputes;
mod document_sweep;
mod documents;
mod due;
mod erasures;
mod expiry;
mod licences;
mod open_refunds;
mod payments;
mod policy;
mod reconciler;
mod refunds;
mod reports;
mod retention;
mod reviews;
mod sweep;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::gateway::mail::Mailer;

pub(crate) use self::backoff::Backoff;
pub(crate) use self::disputes::DisputesRead;
pub(crate) use self::open_refunds::OpenRefunds;
pub use self::policy::PolicyWorker;
pub use self::sweep::{Sweep, SweepReport};

/// The running workers.
#[derive(Debug)]
pub struct Workers {
    tasks: JoinSet<()>,
    stop: CancellationToken,
    mailer: Option<Mailer>,
}

impl Workers {
    pub(crate) fn start(engine: &Engine, stop: CancellationToken) -> Self {
        let mut tasks = JoinSet::new();
        for worker in engine.policy_workers() {
            let (engine, stop) = (engine.clone(), stop.clone());
            tasks.spawn(async move {
                let run = || engine.run_policy_worker(worker, stop.clone());
                supervise(
                    worker.subscription(),
                    engine.config.workers.failure_retry,
                    &stop,
                    run,
                )
                .await;
            });
        }
        for sweep in Sweep::ALL {
            let (engine, stop) = (engine.clone(), stop.clone());
            tasks.spawn(async move {
                let run = || engine.run_sweeps(sweep, stop.clone());
                supervise(sweep.name(), engine.config.workers.failure_retry, &stop, run).await;
            });
        }
        let (signing, until) = (engine.clone(), stop.clone());
        tasks.spawn(async move {
            let run = || signing.sign_checkpoints(until.clone());
            supervise("checkpoints", signing.config.workers.failure_retry, &until, run).await;
        });
        let (asking, until) = (engine.clone(), stop.clone());
        tasks.spawn(async move {
            let run = || asking.ask_witnesses(until.clone());
            supervise("witnesses", asking.config.workers.failure_retry, &until, run).await;
        });
        Self {
            tasks,
            stop,
            mailer: engine.mailer.clone(),
        }
    }

    /// What each node does, whether it does the work of the others or not: it forgets the keys of those who are erased.
    pub(crate) fn start_forgetting(engine: &Engine, stop: CancellationToken) -> Self {
        let mut tasks = JoinSet::new();
        let (engine, until) = (engine.clone(), stop.clone());
        tasks.spawn(async move {
            let run = || engine.follow_erasures(until.clone());
            supervise("erasures", engine.config.workers.failure_retry, &until, run).await;
        });
        Self {
            tasks,
            stop,
            mailer: None,
        }
    }

    /// Tells the workers to stop, and waits until they have. What is cut off comes again at the next start; mails that
    /// were begun are finished.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker did not end well");
            }
        }
        if let Some(mailer) = self.mailer {
            mailer.finish().await;
        }
    }
}

/// A worker that ends before it is told to, or panics, is reported and begins again.
async fn supervise<W: Future<Output = ()>>(
    worker: &'static str,
    pause: Duration,
    stop: &CancellationToken,
    run: impl Fn() -> W,
) {
    loop {
        let ended = AssertUnwindSafe(run()).catch_unwind().await;
        if stop.is_cancelled() {
            return;
        }
        let panicked = ended.is_err();
        tracing::error!(worker, panicked, "a worker has ended by itself and begins again");
        if stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_worker_that_ends_or_panics_begins_again_until_it_is_told_to_stop() {
        let (runs, stop) = (AtomicU32::new(0), CancellationToken::new());
        let run = || async {
            match runs.fetch_add(1, Ordering::Relaxed) {
                0 => panic!("on purpose"),
                1 => {}
                _ => stop.cancel(),
            }
        };
        supervise("test", Duration::ZERO, &stop, run).await;
        assert_eq!(runs.into_inner(), 3);
    }
}
