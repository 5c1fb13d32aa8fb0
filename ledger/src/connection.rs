//! Connections of the ledger's own, beside the pool, each for one purpose.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use tokio::time::Instant;

const RETRY_DELAY: Duration = Duration::from_millis(50);
const RETRY_DELAY_MAX: Duration = Duration::from_secs(1);

/// What a connection is for, which says how its session is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Commits batches without waiting for the disk; the flusher sees to that.
    Append,
    /// Moves the durable horizon.
    Flush,
    /// Tells the other nodes of it.
    Announce,
    /// Holds a subscription's lock and writes what it makes, which can be made again.
    Subscription,
    /// Holds the lock of one aggregate.
    Lock,
    /// Reads a long stretch, in the order of positions.
    Bulk,
    /// Keeps the Merkle tree, which can be made again.
    Checkpoint,
}

impl Purpose {
    const fn application_name(self) -> &'static str {
        match self {
            Self::Append => "comptoir append",
            Self::Flush => "comptoir flush",
            Self::Announce => "comptoir announce",
            Self::Subscription => "comptoir subscription",
            Self::Lock => "comptoir lock",
            Self::Bulk => "comptoir bulk read",
            Self::Checkpoint => "comptoir checkpoint",
        }
    }

    /// A node that is cut off or frozen while it holds the head's lock loses it after a few seconds, for the others to
    /// go on. Appending and flushing probe indexes for a few keys at a time. Their plans are made once, and must suit a
    /// table of millions even if they are made while it is empty.
    const fn settings(self) -> &'static str {
        match self {
            Self::Append => {
                "SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; SET jit = off; \
                 SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
                 SET idle_in_transaction_session_timeout = '3s'"
            }
            Self::Flush => {
                "SET synchronous_commit = on; SET plan_cache_mode = force_generic_plan; SET jit = off; \
                 SET enable_seqscan = off"
            }
            Self::Announce | Self::Subscription | Self::Lock => "SET synchronous_commit = off",
            Self::Checkpoint => "SET synchronous_commit = off; SET jit = off; SET enable_seqscan = off",
            Self::Bulk => {
                "SET jit = off; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off"
            }
        }
    }
}

/// The settings that every connection of the engine should start with. A statement is planned once for the life of its
/// connection, not for each execution (which costs several times what reading a row does); so a plan that was made while a
/// table was empty must still suit it when it is full, and none is worth compiling. What must be planned for the values it is
/// given says so itself.
#[must_use]
pub fn with_session_settings(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("comptoir").options([
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
    ])
}

/// Opens one connection.
pub(crate) async fn connect(
    options: &PgConnectOptions,
    purpose: Purpose,
) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options
        .clone()
        .application_name(purpose.application_name())
        .connect()
        .await?;
    sqlx::raw_sql(purpose.settings()).execute(&mut connection).await?;
    Ok(connection)
}

/// Opens one connection, trying again for as long as `patience`.
pub(crate) async fn connect_patiently(
    options: &PgConnectOptions,
    purpose: Purpose,
    patience: Duration,
) -> Result<PgConnection, sqlx::Error> {
    let deadline = Instant::now() + patience;
    let mut delay = RETRY_DELAY;
    loop {
        match connect(options, purpose).await {
            Ok(connection) => return Ok(connection),
            Err(error) if Instant::now() + delay >= deadline => return Err(error),
            Err(error) => tracing::debug!(?purpose, %error, "the database is not reachable; trying again"),
        }
        tokio::time::sleep(delay).await;
        delay = (delay * 2).min(RETRY_DELAY_MAX);
    }
}

/// What an error of the database says about the statement that met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The statement was undone; the values in it are to blame.
    Refused(String),
    /// The statement was undone; the same may work at another time.
    Undone(String),
    /// The connection is gone, and nobody knows whether the statement took effect.
    Lost(String),
}

pub(crate) fn verdict(error: &sqlx::Error) -> Verdict {
    let sqlx::Error::Database(database) = error else {
        return Verdict::Lost(error.to_string());
    };
    let code = database.code().unwrap_or_default();
    let text = format!("{} (SQLSTATE {code})", database.message());
    match code.get(..2).unwrap_or_default() {
        "22" | "23" | "54" => Verdict::Refused(text),
        "08" | "57" => Verdict::Lost(text),
        _ => Verdict::Undone(text),
    }
}
