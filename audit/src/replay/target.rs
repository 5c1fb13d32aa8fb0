//! The database that is to be filled: held by one replay at a time, empty or begun before, and never the source.

use comptoir_ledger::Position;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

use super::error::ReplayError;
use super::{Keys, ReplayAsked};

/// "replay", as the key of an advisory lock.
const LOCK: i64 = 0x7265_706c_6179;

/// Where sqlx notes what it has migrated: a database with nothing else is empty.
const MIGRATIONS: &str = "public._sqlx_migrations";

/// The locks of a replay; they go with its connections, however it ends.
pub(super) struct Held {
    _source: PoolConnection<Postgres>,
    _target: PoolConnection<Postgres>,
}

/// Locks both databases. An advisory lock is of one database: whoever holds it in the source and cannot have it in the target
/// has the same database twice, by whatever names.
pub(super) async fn hold(source: &PgPool, target: &PgPool) -> Result<Held, ReplayError> {
    let (mut of_source, mut of_target) = (source.acquire().await?, target.acquire().await?);
    // Others may replay from the same source at this time: the lock of the source is shared.
    shared_lock(&mut of_source).await?;
    if !try_lock(&mut of_target).await? {
        let holder = holds_lock_of(&mut of_target, backend_of(&mut of_source).await?).await?;
        return Err(if holder {
            ReplayError::SourceItself
        } else {
            ReplayError::Busy
        });
    }
    Ok(Held {
        _source: of_source,
        _target: of_target,
    })
}

async fn shared_lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_lock_shared($1)", LOCK)
        .execute(connection)
        .await?;
    Ok(())
}

async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "taken!""#, LOCK)
        .fetch_one(connection)
        .await
}

async fn backend_of(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT pg_backend_pid() AS "pid!""#)
        .fetch_one(connection)
        .await
}

/// Whether a lock of this very database is held by a backend: the one that reads the source.
async fn holds_lock_of(connection: &mut PgConnection, backend: i32) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM pg_locks
               WHERE locktype = 'advisory' AND pid = $1 AND granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           ) AS "held!""#,
        backend
    )
    .fetch_one(connection)
    .await
}

/// What a target holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing at all.
    Empty,
    /// The schema, and perhaps a replay that was begun.
    Migrated,
}

/// Looks into the target, and refuses one with anything in it that a replay would not have put there.
pub(super) async fn look(source: &PgPool, target: &PgPool) -> Result<Found, ReplayError> {
    let there = relations(target).await?;
    if there.iter().all(|name| name == MIGRATIONS) {
        return Ok(Found::Empty);
    }
    let ours = relations(source).await?;
    // A rebuild that was interrupted leaves the schema of the model that it built.
    let is_ours = |name: &String| ours.contains(name) || ours.contains(&name.replacen("_next.", ".", 1));
    if let Some(strange) = there.iter().find(|name| !is_ours(name)) {
        return Err(ReplayError::NotEmpty {
            what: format!("the table {strange}"),
        });
    }
    if ours.iter().any(|name| !there.contains(name)) {
        // Of an older release, or of a replay that was killed while it made them.
        return Err(ReplayError::NotEmpty {
            what: "only some of the tables of an engine".to_owned(),
        });
    }
    let begun = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM ledger_replica) AS "begun!""#)
        .fetch_one(target)
        .await?;
    if !begun {
        refuse_a_ledger(target).await?;
    }
    Ok(Found::Migrated)
}

/// Tables and the like that are no part of an extension, with their schemas.
async fn relations(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT format('%I.%I', nspname, relname) AS "name!"
           FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
           WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
               AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%'
               AND NOT EXISTS (
                   SELECT FROM pg_depend
                   WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
               )
           ORDER BY 1"#
    )
    .fetch_all(pool)
    .await
}

/// Refuses a database on which somebody has worked, even if it has no events yet.
async fn refuse_a_ledger(target: &PgPool) -> Result<(), ReplayError> {
    let used = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM events) AS "events!", EXISTS (SELECT FROM subscription_checkpoints) AS "nodes!",
               EXISTS (SELECT FROM person_keys) OR EXISTS (SELECT FROM vault_check) AS "keys!",
               EXISTS (SELECT FROM idempotency_keys) AS "answers!""#
    )
    .fetch_one(target)
    .await?;
    let what = [
        (used.events, "events of another ledger"),
        (used.nodes, "the traces of a node that works on it"),
        (used.keys, "keys of persons"),
        (used.answers, "answers to requests"),
    ];
    match what.into_iter().find(|(is_there, _)| *is_there) {
        Some((_, what)) => Err(ReplayError::NotEmpty {
            what: what.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Where the target stands once it is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    /// There is something left to do.
    Unfinished,
    /// An earlier replay has done all of it.
    Finished,
}

/// Marks the target as a copy that is being filled, before anything is put into it.
pub(super) async fn mark_begun(target: &PgPool, asked: &ReplayAsked<'_>) -> Result<Begun, ReplayError> {
    sqlx::query!(
        "INSERT INTO ledger_replica (through, keys, begun_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING",
        asked.through.get(),
        asked.keys.name()
    )
    .execute(target)
    .await?;
    let marked = sqlx::query!(
        r#"SELECT through AS "through: Position", keys, finished_at IS NOT NULL AS "is_finished!" FROM ledger_replica"#
    )
    .fetch_one(target)
    .await?;
    if marked.through != asked.through || marked.keys != asked.keys.name() {
        return Err(ReplayError::OtherReplay {
            through: marked.through,
            keys: told(&marked.keys).to_owned(),
        });
    }
    Ok(if marked.is_finished {
        Begun::Finished
    } else {
        Begun::Unfinished
    })
}

fn told(keys: &str) -> &'static str {
    if keys == Keys::Copied.name() {
        "copied"
    } else {
        "left out"
    }
}
