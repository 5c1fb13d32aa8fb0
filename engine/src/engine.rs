//! The engine: everything the use cases and workers need, in one handle.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::document::Document;
use comptoir_domain::invoicing::Invoicing;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::Order;
use comptoir_domain::person::Person;
use comptoir_domain::product::Product;
use comptoir_domain::promo::Promo;
use comptoir_domain::refund::Refund;
use comptoir_domain::review::Review;
use comptoir_domain::seller::Seller;
use comptoir_domain::values::{DisputeId, OrderId, RefundId};
use comptoir_ledger::Ledger;
use tokio::sync::{Mutex, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::aggregates::Aggregates;
use crate::config::{EngineConfig, WorkerConfig};
use crate::files::{FileStore, LinkSecret};
use crate::gateway::hyperswitch::Hyperswitch;
use crate::gateway::mail::Mailer;
use crate::gateway::vies::Vies;
use crate::idempotency::RunningKeys;
use crate::invoicing::InvoicingConfig;
use crate::licence::LicenceSigner;
use crate::licence::key::LicenceSecrets;
use crate::turns::Turns;
use crate::vault::Vault;
use crate::worker::{Backoff, DisputesRead, OpenRefunds, Workers};

/// How many documents stay in memory: what is done with one is done soon after it is issued.
const REMEMBERED_DOCUMENTS_MAX: u64 = 1_000;

/// What an engine is made of. Time and ids are those of the ledger.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Where events are kept.
    pub ledger: Ledger,
    /// What seals personal data.
    pub vault: Vault,
    /// The payment provider.
    pub hyperswitch: Hyperswitch,
    /// Where the files that buyers receive are kept.
    pub files: FileStore,
    /// The rest.
    pub config: EngineConfig,
}

/// The engine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Engine {
    pub(crate) ledger: Ledger,
    pub(crate) vault: Vault,
    pub(crate) hyperswitch: Hyperswitch,
    pub(crate) files: FileStore,
    pub(crate) link_secret: LinkSecret,
    pub(crate) licence_secrets: LicenceSecrets,
    pub(crate) licence_signer: LicenceSigner,
    pub(crate) licence_turns: Arc<Turns>,
    pub(crate) config: Arc<EngineConfig>,
    pub(crate) products: Arc<Aggregates<Product>>,
    pub(crate) orders: Arc<Aggregates<Order>>,
    pub(crate) refunds: Arc<Aggregates<Refund>>,
    pub(crate) licences: Arc<Aggregates<Licence>>,
    pub(crate) promos: Arc<Aggregates<Promo>>,
    pub(crate) promo_turns: Arc<Turns>,
    pub(crate) vies: Option<Vies>,
    pub(crate) reviews: Arc<Aggregates<Review>>,
    pub(crate) persons: Arc<Aggregates<Person>>,
    pub(crate) documents: Arc<Aggregates<Document>>,
    pub(crate) series: Arc<Aggregates<Invoicing>>,
    pub(crate) series_turns: Arc<Turns>,
    pub(crate) sellers: Arc<Aggregates<Seller>>,
    pub(crate) renderings: Arc<Semaphore>,
    pub(crate) mailer: Option<Mailer>,
    pub(crate) running: RunningKeys,
    pub(crate) payment_tries: Arc<Backoff<OrderId>>,
    pub(crate) payment_reads: Arc<Backoff<OrderId>>,
    pub(crate) refund_tries: Arc<Backoff<RefundId>>,
    pub(crate) open_refunds: Arc<Mutex<OpenRefunds>>,
    pub(crate) reconciled_to: Arc<Mutex<Option<OrderId>>>,
    pub(crate) dispute_reads: Arc<Backoff<DisputeId>>,
    pub(crate) disputes_read: Arc<Mutex<DisputesRead>>,
}

impl Engine {
    /// An engine over an open ledger and vault. It answers requests at once; policies are carried out by
    /// [`Engine::start_workers`], here or on another node.
    pub fn start(options: EngineOptions) -> Self {
        let EngineOptions {
            ledger,
            vault,
            hyperswitch,
            files,
            config,
        } = options;
        let licences = config.licences.clone();
        let remembered_max = config.remembered_aggregates_max;
        let WorkerConfig {
            payment_retry_after,
            reconcile_payment_after,
            reconcile_refund_after,
            ..
        } = config.workers;
        let pause_max = config.workers.retry_pause_max;
        let invoicing = config.invoicing.as_ref();
        let renderings = invoicing.map_or(1, |invoicing| invoicing.renderings_at_once.max(1));
        Self {
            payment_tries: Arc::new(Backoff::new(payment_retry_after, pause_max)),
            payment_reads: Arc::new(Backoff::new(
                reconcile_payment_after,
                config.workers.reconcile_pause_max,
            )),
            refund_tries: Arc::new(Backoff::new(reconcile_refund_after, pause_max)),
            dispute_reads: Arc::new(Backoff::new(
                config.workers.dispute_pause_min,
                config.workers.reconcile_pause_max,
            )),
            disputes_read: Arc::default(),
            open_refunds: Arc::default(),
            reconciled_to: Arc::default(),
            products: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            orders: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            refunds: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            licences: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            promos: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            promo_turns: Arc::new(Turns::new()),
            vies: config.vies.clone().map(Vies::new),
            link_secret: LinkSecret::of(&vault),
            licence_secrets: LicenceSecrets::of(&vault),
            licence_signer: LicenceSigner::new(&vault, &licences.keys, licences.issuer, licences.file_life),
            licence_turns: Arc::new(Turns::new()),
            files,
            reviews: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            persons: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            documents: Arc::new(Aggregates::new(
                ledger.clone(),
                remembered_max.min(REMEMBERED_DOCUMENTS_MAX),
            )),
            series: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            series_turns: Arc::new(Turns::new()),
            sellers: Arc::new(Aggregates::new(ledger.clone(), remembered_max)),
            renderings: Arc::new(Semaphore::new(renderings)),
            mailer: config.mail.clone().map(Mailer::new),
            running: RunningKeys::default(),
            config: Arc::new(config),
            ledger,
            vault,
            hyperswitch,
        }
    }

    /// Starts the policy workers. They end when `stop` is cancelled; what is cut off by that comes again at the
    /// next start.
    pub fn start_workers(&self, stop: CancellationToken) -> Workers {
        Workers::start(self, stop)
    }

    /// Starts what every node needs that opens personal data: it follows who is erased, here or elsewhere, and forgets
    /// their keys. Ends when `stop` is cancelled.
    pub fn start_forgetting(&self, stop: CancellationToken) -> Workers {
        Workers::start_forgetting(self, stop)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The payment provider.
    pub fn hyperswitch(&self) -> &Hyperswitch {
        &self.hyperswitch
    }

    /// How invoices and credit notes are issued; none if they are not.
    pub fn invoicing(&self) -> Option<&InvoicingConfig> {
        self.config.invoicing.as_ref()
    }

    /// The time, as the ledger has it.
    pub fn now(&self) -> DateTime<Utc> {
        self.ledger.clock().now()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("ledger", &self.ledger)
            .finish_non_exhaustive()
    }
}
