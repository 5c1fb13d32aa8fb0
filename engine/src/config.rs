//! The engine's own sections of the configuration. The `api` crate reads and fills them.

use std::time::Duration;

use chrono_tz::Tz;
use comptoir_domain::order::RefundWindows;
use comptoir_domain::tax::TaxSettings;

use crate::checkpoints::CheckpointsConfig;
use crate::files::FilesConfig;
use crate::gateway::mail::MailConfig;
use crate::gateway::vies::ViesConfig;
use crate::invoicing::InvoicingConfig;
use crate::licence::SigningKeys;

/// Everything the engine can be told.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// How orders are sold.
    pub checkout: CheckoutConfig,
    /// How long after the payment money can be sent back.
    pub refund_windows: RefundWindows,
    /// How licence files are signed.
    pub licences: LicencesConfig,
    /// Which files are taken, and how they are handed out.
    pub files: FilesConfig,
    /// How the workers go about their work.
    pub workers: WorkerConfig,
    /// The register of VAT ids; none if it is not to be asked.
    pub vies: Option<ViesConfig>,
    /// How invoices and credit notes are issued; none if they are not.
    pub invoicing: Option<InvoicingConfig>,
    /// How mail is sent; none if it is not.
    pub mail: Option<MailConfig>,
    /// How the states of the ledger are signed.
    pub checkpoints: CheckpointsConfig,
    /// How many states of each kind of aggregate stay in memory.
    pub remembered_aggregates_max: u64,
}

/// How orders are sold.
#[derive(Debug, Clone)]
pub struct CheckoutConfig {
    /// How what is sold is taxed.
    pub tax: TaxSettings,
    /// Whose days are the days of tax rates: those of the supplier. Documents have the same, see
    /// [`InvoicingConfig::time_zone`].
    pub time_zone: Tz,
    /// How long an order waits for its payment: 60 seconds to 7,890,000.
    pub session_expiry: Duration,
    /// Where the buyer's browser goes after a redirect by the payment provider; at most 255 characters.
    pub return_url: Option<String>,
    /// How long a buyer is kept waiting for the payment provider before the order is answered with its payment pending.
    pub payment_patience: Duration,
}

/// How licence files are signed.
#[derive(Debug, Clone)]
pub struct LicencesConfig {
    /// The keys.
    pub keys: SigningKeys,
    /// Who signs: the public address of this platform.
    pub issuer: String,
    /// How long a file is good for. A program that is offline does not hear of a revocation sooner.
    pub file_life: Duration,
}

impl Default for LicencesConfig {
    fn default() -> Self {
        Self {
            keys: SigningKeys::default(),
            issuer: "http://127.0.0.1:8080".to_owned(),
            file_life: Duration::from_hours(30 * 24),
        }
    }
}

/// How the workers go about their work.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The most events a worker takes at once.
    pub batch_events_max: usize,
    /// How many different streams a worker works on at once.
    pub concurrency: usize,
    /// How many orders a sweep takes up at most; the next one goes on with the rest.
    pub sweep_orders_max: u32,
    /// How often it is looked for payments that are still to be created.
    pub payment_retry_interval: Duration,
    /// How long after the order a payment that was not created is tried again for the first time.
    pub payment_retry_after: Duration,
    /// The longest pause between two tries at the same payment or refund.
    pub retry_pause_max: Duration,
    /// How often it is looked for orders that have expired.
    pub expiry_interval: Duration,
    /// How often the payment provider is asked about what it has not reported.
    pub reconcile_interval: Duration,
    /// How long nothing was heard of an order until its payment is asked about.
    pub reconcile_payment_after: Duration,
    /// How long the payment of a cancelled or expired order is still asked about: it may have succeeded all the same.
    pub reconcile_closed_until: Duration,
    /// The longest pause between two questions about the same payment.
    pub reconcile_pause_max: Duration,
    /// How long after its last event an unsettled refund is asked about.
    pub reconcile_refund_after: Duration,
    /// How often the payment provider's list of disputes is read.
    pub dispute_interval: Duration,
    /// The shortest pause between two questions about the same open dispute; the longest is
    /// [`Self::reconcile_pause_max`].
    pub dispute_pause_min: Duration,
    /// How long the answer of an idempotent request is kept for its repeats.
    pub answers_kept_for: Duration,
    /// How often it is looked for answers that are older.
    pub retention_interval: Duration,
    /// How often it is looked for steps of documents that are to be tried again.
    pub document_retry_interval: Duration,
    /// The first pause before such a step is tried again. Each further one is twice as long.
    pub document_retry_after: Duration,
    /// The longest of these pauses.
    pub document_retry_pause_max: Duration,
    /// How often a worker that waits for another node's lock tries to take over.
    pub lock_retry: Duration,
    /// How long after a failure the same event is tried again.
    pub failure_retry: Duration,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            batch_events_max: 500,
            concurrency: 64,
            sweep_orders_max: 5_000,
            payment_retry_interval: Duration::from_secs(5),
            payment_retry_after: Duration::from_secs(15),
            retry_pause_max: Duration::from_mins(10),
            expiry_interval: Duration::from_secs(10),
            reconcile_interval: Duration::from_mins(1),
            reconcile_payment_after: Duration::from_mins(5),
            reconcile_closed_until: Duration::from_hours(48),
            reconcile_pause_max: Duration::from_hours(6),
            reconcile_refund_after: Duration::from_mins(5),
            dispute_interval: Duration::from_mins(5),
            dispute_pause_min: Duration::from_hours(1),
            answers_kept_for: Duration::from_hours(30 * 24),
            retention_interval: Duration::from_hours(1),
            document_retry_interval: Duration::from_secs(5),
            document_retry_after: Duration::from_secs(15),
            document_retry_pause_max: Duration::from_hours(1),
            lock_retry: Duration::from_secs(1),
            failure_retry: Duration::from_secs(1),
        }
    }
}

impl EngineConfig {
    /// The configuration for a platform that is taxed like this; the rest as is usual.
    pub fn new(tax: TaxSettings) -> Self {
        Self {
            checkout: CheckoutConfig {
                tax,
                time_zone: Tz::Europe__Paris,
                session_expiry: Duration::from_mins(15),
                return_url: None,
                payment_patience: Duration::from_secs(8),
            },
            refund_windows: RefundWindows {
                seller_days: 14,
                admin_days: RefundWindows::ADMIN_DAYS,
            },
            licences: LicencesConfig::default(),
            files: FilesConfig::default(),
            workers: WorkerConfig::default(),
            vies: None,
            invoicing: None,
            mail: None,
            checkpoints: CheckpointsConfig::default(),
            remembered_aggregates_max: 10_000,
        }
    }
}
