//! The workers that look for what is due, by the clock.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::error::UseCaseError;

/// A worker that looks for what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// Payments that the provider does not have yet.
    Payments,
    /// Orders whose time to be paid is over.
    Expiry,
    /// Payments and refunds of which the provider has not said how they ended.
    Reconciler,
    /// Disputes of which the provider's webhooks were lost.
    Disputes,
    /// Answers of idempotent requests that are older than they are kept.
    Retention,
    /// Steps of documents that failed, mails apart, and orders that waited for a seller.
    Documents,
    /// Mails that were not taken.
    Mails,
    /// Documents that need not be kept any longer.
    DocumentRetention,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SweepReport {
    /// How many orders, refunds, disputes, answers or documents it took up.
    pub taken_up: usize,
    /// How many of them it could not finish; they stay due.
    pub failed: usize,
}

impl Sweep {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Payments,
        Self::Expiry,
        Self::Reconciler,
        Self::Disputes,
        Self::Retention,
        Self::Documents,
        Self::Mails,
        Self::DocumentRetention,
    ];

    /// The name in logs and in the metadata of events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Expiry => "expiry",
            Self::Reconciler => "reconciler",
            Self::Disputes => "disputes",
            Self::Retention => "retention",
            Self::Documents => "documents",
            Self::Mails => "mails",
            Self::DocumentRetention => "document_retention",
        }
    }

    fn interval(self, engine: &Engine) -> Duration {
        let config = &engine.config.workers;
        match self {
            Self::Payments => config.payment_retry_interval,
            Self::Expiry => config.expiry_interval,
            Self::Reconciler => config.reconcile_interval,
            Self::Disputes => config.dispute_interval,
            Self::Retention | Self::DocumentRetention => config.retention_interval,
            Self::Documents | Self::Mails => config.document_retry_interval,
        }
    }
}

impl SweepReport {
    /// Counts one more.
    pub(super) fn count<E>(&mut self, result: &Result<(), E>) {
        self.taken_up += 1;
        self.failed += usize::from(result.is_err());
    }
}

impl Engine {
    /// Sweeps once: takes up what is due now, and says how much it was.
    pub async fn sweep(&self, sweep: Sweep) -> Result<SweepReport, UseCaseError> {
        match sweep {
            Sweep::Payments => self.sweep_payments().await,
            Sweep::Expiry => self.sweep_expired().await,
            Sweep::Reconciler => self.sweep_unsettled().await,
            Sweep::Disputes => self.sweep_disputes().await,
            Sweep::Retention => self.sweep_old_answers().await,
            Sweep::Documents => self.sweep_documents().await,
            Sweep::Mails => self.sweep_mails().await,
            Sweep::DocumentRetention => self.sweep_retention().await,
        }
    }

    /// Sweeps at the configured interval until `stop`.
    pub async fn run_sweeps(&self, sweep: Sweep, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(sweep.interval(self).max(Duration::from_millis(10)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            match stop.run_until_cancelled(self.sweep(sweep)).await {
                None => return,
                Some(Ok(SweepReport { taken_up: 0, .. })) => {}
                Some(Ok(report)) => {
                    let SweepReport { taken_up, failed } = report;
                    tracing::info!(worker = sweep.name(), taken_up, failed, "swept");
                }
                Some(Err(error)) => {
                    tracing::error!(worker = sweep.name(), %error, "a sweep failed; the next one tries again");
                }
            }
        }
    }
}

/// A moment so long ago.
pub(super) fn ago(now: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    now - TimeDelta::from_std(by).unwrap_or(TimeDelta::days(36_500))
}
