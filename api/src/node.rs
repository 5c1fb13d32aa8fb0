//! A node: the parts of the engine put together, and taken apart again in the right order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::order::RefundWindows;
use comptoir_engine::config::{CheckoutConfig, EngineConfig, WorkerConfig};
use comptoir_engine::files::{FileStore, FileStoreError};
use comptoir_engine::gateway::hyperswitch::{ConfigProblem, Hyperswitch};
use comptoir_engine::invoicing::InvoicingConfig;
use comptoir_engine::vault::{Vault, VaultError, VaultOptions};
use comptoir_engine::worker::Workers;
use comptoir_engine::{Engine, EngineOptions};
use comptoir_ledger::replica::{self, Standing};
use comptoir_ledger::{Ledger, LedgerError, LedgerOptions, MIGRATOR};
use comptoir_projections::Projections;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgPool};
use tokio_util::sync::CancellationToken;

use crate::config::{Config, DatabaseConfig, FilesPlace, InvoicingSection};
use crate::http::{App, AppParts, Authenticator};
use crate::rendering::{self, RenderingError};

/// How long a connection of the pool is waited for. This and [`APPEND_TIME_MAX`] are ten seconds together: within these a
/// request is answered while the database is away, even if it got a connection at the last moment.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(3);
/// How long something to append waits, for its turn and for its end.
const APPEND_TIME_MAX: Duration = Duration::from_secs(7);
/// How long it waits for a database that is away: a little less, so that those who wait alone hear that nothing was
/// appended.
const OUTAGE_TIME_MAX: Duration = Duration::from_secs(6);
/// A connection that was idle for longer is tested before it is used.
const UNTESTED_TIME_MAX: Duration = Duration::from_secs(1);

/// What a node does besides answering requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duties {
    /// It runs the projections and the workers too, where no other node does.
    All,
    /// Nothing: other nodes do.
    Requests,
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The database cannot be reached or is not as it must be.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The ledger cannot be opened.
    #[error("the ledger cannot be opened")]
    Ledger(#[from] LedgerError),
    /// The database is a copy that is not finished.
    #[error("the database is a copy that `comptoir audit replay` has not finished; give that command again")]
    UnfinishedReplica,
    /// The vault cannot be opened.
    #[error("the vault cannot be opened")]
    Vault(#[from] VaultError),
    /// The files cannot be kept where they are to be kept.
    #[error(transparent)]
    Files(#[from] FileStoreError),
    /// The files of documents cannot be made as it is configured.
    #[error(transparent)]
    Rendering(#[from] RenderingError),
    /// The section `hyperswitch` is wrong.
    #[error("the payment provider is not configured as it must be: {}", joined(.0))]
    Hyperswitch(Vec<ConfigProblem>),
}

fn joined(problems: &[ConfigProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Why the database cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It cannot be reached.
    #[error("the database (DATABASE_URL) cannot be reached")]
    Unreachable(#[from] sqlx::Error),
    /// It lacks migrations.
    #[error("the database lacks {missing} of {known} migrations; run `comptoir migrate` first")]
    Behind {
        /// How many are missing.
        missing: usize,
        /// How many this program has.
        known: usize,
    },
}

/// A running node.
#[derive(Debug)]
pub struct Node {
    app: App,
    engine: Engine,
    projections: Projections,
    workers: Option<Workers>,
    forgetting: Option<Workers>,
    stop: CancellationToken,
}

impl Node {
    /// Puts a node together over a migrated database.
    pub async fn start(config: &Config, duties: Duties) -> Result<Self, NodeError> {
        let pool = connect(&config.database).await?;
        check_schema(&pool).await?;
        let options = LedgerOptions {
            outage_max: OUTAGE_TIME_MAX,
            append_time_max: APPEND_TIME_MAX,
            ..LedgerOptions::default()
        };
        let (ledger, duties) = match replica::standing(&pool).await.map_err(SchemaError::Unreachable)? {
            Standing::Original => (Ledger::start(pool, options).await?, duties),
            Standing::Unfinished => return Err(NodeError::UnfinishedReplica),
            Standing::Replica(through) => {
                tracing::warn!(%through, "the database is a copy of another ledger: reads are answered, nothing is done");
                (Ledger::read_only(pool).await?, Duties::Requests)
            }
        };
        Self::over(ledger, config, duties).await
    }

    /// The same over an open ledger, whose clock and ids it takes.
    pub async fn over(ledger: Ledger, config: &Config, duties: Duties) -> Result<Self, NodeError> {
        let issuing = EngineConfig {
            invoicing: invoicing(config.invoicing.as_ref()).await?,
            ..engine_config(config)
        };
        let engine = engine_over(&ledger, config, issuing).await?;
        let stop = CancellationToken::new();
        let (projections, workers) = match duties {
            Duties::All => (
                Projections::start(&ledger, &stop),
                Some(engine.start_workers(stop.clone())),
            ),
            Duties::Requests => (Projections::observe(&ledger, &stop), None),
        };
        // In a copy nobody is erased.
        let forgetting = (!ledger.is_read_only()).then(|| engine.start_forgetting(stop.clone()));
        let app = App::new(AppParts {
            engine: engine.clone(),
            projections: projections.clone(),
            authenticator: Authenticator::new(&config.auth, Arc::clone(ledger.clock())),
            http: config.http.clone(),
        });
        Ok(Self {
            app,
            engine,
            projections,
            workers,
            forgetting,
            stop,
        })
    }

    /// What the router needs.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes the node apart: workers and projections finish what they have in hand, then the ledger closes.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Some(workers) = self.workers {
            workers.stop().await;
        }
        if let Some(forgetting) = self.forgetting {
            forgetting.stop().await;
        }
        self.projections.stopped().await;
        self.engine.ledger().stop().await;
        self.engine.ledger().pool().close().await;
    }
}

/// An engine without projections, workers and routes, which issues nothing: for commands that look at what is stored.
pub async fn engine_alone(config: &Config) -> Result<Engine, NodeError> {
    let pool = connect(&config.database).await?;
    check_schema(&pool).await?;
    let ledger = Ledger::start(pool, LedgerOptions::default()).await?;
    engine_over(&ledger, config, engine_config(config)).await
}

async fn engine_over(ledger: &Ledger, config: &Config, told: EngineConfig) -> Result<Engine, NodeError> {
    let options = VaultOptions {
        clock: Arc::clone(ledger.clock()),
        ..VaultOptions::default()
    };
    let vault = Vault::start(ledger.pool().clone(), config.master_key.clone(), options).await?;
    let hyperswitch = Hyperswitch::new(config.hyperswitch.clone()).map_err(NodeError::Hyperswitch)?;
    let files = match &config.files.place {
        FilesPlace::Folder(folder) => FileStore::folder(folder)?,
        FilesPlace::Bucket(bucket) => FileStore::bucket(bucket)?,
    };
    Ok(Engine::start(EngineOptions {
        ledger: ledger.clone(),
        vault,
        hyperswitch,
        files,
        config: told,
    }))
}

fn engine_config(config: &Config) -> EngineConfig {
    let usual = EngineConfig::new(config.tax);
    EngineConfig {
        checkout: CheckoutConfig {
            time_zone: config.time_zone,
            session_expiry: config.orders.session_expiry,
            return_url: config.orders.return_url.clone(),
            payment_patience: config.orders.payment_patience,
            ..usual.checkout
        },
        refund_windows: RefundWindows {
            seller_days: config.orders.seller_refund_days,
            ..usual.refund_windows
        },
        licences: config.licences.clone(),
        checkpoints: config.checkpoints.clone(),
        files: config.files.rules.clone(),
        workers: WorkerConfig {
            payment_retry_interval: config.orders.payment_retry_interval,
            payment_retry_after: config.orders.payment_retry_after,
            expiry_interval: config.orders.expiry_interval,
            reconcile_interval: config.reconciler.interval,
            reconcile_payment_after: config.reconciler.age_min,
            reconcile_closed_until: config.reconciler.closed_age_max,
            reconcile_pause_max: config.reconciler.pause_max,
            dispute_interval: config.reconciler.disputes_interval,
            reconcile_refund_after: config.reconciler.age_min,
            ..usual.workers
        },
        vies: config.vies.clone(),
        mail: config.mail.clone(),
        ..usual
    }
}

/// How documents are issued, with what makes their files.
async fn invoicing(section: Option<&InvoicingSection>) -> Result<Option<InvoicingConfig>, RenderingError> {
    let Some(section) = section.cloned() else {
        return Ok(None);
    };
    let InvoicingSection {
        platform,
        time_zone,
        locale,
        locale_abroad,
        platform_numbers,
        seller_numbers,
        first_numbers,
        since,
        retention_years,
        vat_due,
        template_folder,
        hand_over,
    } = section;
    let renderer = rendering::renderer(template_folder.as_deref()).await?;
    Ok(Some(InvoicingConfig {
        time_zone,
        locale,
        locale_abroad,
        platform_numbers,
        seller_numbers,
        first_numbers,
        since,
        retention_years,
        vat_due,
        hand_over,
        ..InvoicingConfig::new(platform, renderer)
    }))
}

/// A pool of connections, the first of them made.
pub async fn connect(config: &DatabaseConfig) -> Result<PgPool, SchemaError> {
    let options = config.connect_options()?;
    let pool = PgPoolOptions::new()
        .max_connections(config.connections_max)
        .acquire_timeout(CONNECT_TIME_MAX)
        // A connection that was just used needs no test, which would double the round trips.
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move {
                if known.idle_for >= UNTESTED_TIME_MAX {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// The versions of the migrations that were applied.
pub async fn applied_migrations(pool: &PgPool) -> Result<BTreeSet<i64>, SchemaError> {
    // The table is sqlx's own and may not exist yet, so that these statements cannot be checked at compile time.
    let exists: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(pool)
        .await?;
    if !exists {
        return Ok(BTreeSet::new());
    }
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(pool)
        .await?;
    Ok(versions.into_iter().collect())
}

/// Refuses a database that lacks a migration this program needs. One that has more is that of a newer release, and fine.
pub async fn check_schema(pool: &PgPool) -> Result<(), SchemaError> {
    let applied = applied_migrations(pool).await?;
    let known: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    let missing = known.iter().filter(|version| !applied.contains(version)).count();
    if missing == 0 {
        Ok(())
    } else {
        Err(SchemaError::Behind {
            missing,
            known: known.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    const MASTER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    fn workers_of(settings: &[(&str, &str)]) -> WorkerConfig {
        let needed = [
            ("DATABASE_URL", "postgres://comptoir@127.0.0.1/comptoir"),
            ("COMPTOIR_JWT_SECRET", "a-secret-a-secret-a-secret-a-secret"),
            ("COMPTOIR_MASTER_KEY", MASTER_KEY),
            ("HYPERSWITCH_BASE_URL", "http://127.0.0.1:1"),
            ("HYPERSWITCH_API_KEY", "snd_test"),
            ("HYPERSWITCH_PUBLISHABLE_KEY", "pk_snd_test"),
            ("HYPERSWITCH_WEBHOOK_SECRET", "a-webhook-secret"),
        ];
        let value = |name: &str| {
            let mut all = settings.iter().chain(&needed);
            all.find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let config = Source::from_variables(value).unwrap().config().unwrap();
        engine_config(&config).workers
    }

    #[test]
    fn the_bounds_of_the_reconciler_are_those_of_the_settings() {
        let bounds = |workers: WorkerConfig| (workers.reconcile_closed_until, workers.reconcile_pause_max);
        let usual = WorkerConfig::default();
        assert_eq!(bounds(workers_of(&[])), bounds(usual));
        let told = workers_of(&[
            ("COMPTOIR_RECONCILER_CLOSED_AGE_MAX_MS", "7200000"),
            ("COMPTOIR_RECONCILER_PAUSE_MAX_MS", "60000"),
        ]);
        assert_eq!(bounds(told), (Duration::from_hours(2), Duration::from_mins(1)));
    }
}
