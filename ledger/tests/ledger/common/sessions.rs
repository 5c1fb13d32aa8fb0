//! The database's other sessions, as a fault test meets them: seen, blocked and killed.

use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres, Transaction};

use super::eventually;

/// A few connections of the superuser, who can see and kill every session.
pub(crate) async fn superuser(url: &str) -> PgPool {
    PgPoolOptions::new()
        .max_connections(4)
        .connect(url)
        .await
        .expect("the superuser connects")
}

/// A transaction that holds the locks of this statement until it is rolled back.
pub(crate) async fn hold(admin: &PgPool, statement: &'static str) -> Transaction<'static, Postgres> {
    let mut transaction = admin.begin().await.expect("a transaction");
    sqlx::query(statement)
        .execute(&mut *transaction)
        .await
        .expect("the lock is taken");
    transaction
}

/// Waits until so many sessions under this application name wait for a lock.
pub(crate) async fn blocked(admin: &PgPool, application_name: &str, sessions: i64) {
    eventually("a session is blocked", async || {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = $1 AND wait_event_type = 'Lock'",
        )
        .bind(application_name)
        .fetch_one(admin)
        .await
        .unwrap();
        waiting == sessions
    })
    .await;
}

/// Kills the sessions under an application name, and says how many there were.
pub(crate) async fn terminate(admin: &PgPool, application_name: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1",
    )
    .bind(application_name)
    .fetch_one(admin)
    .await
    .unwrap()
}

/// Kills one session of the product, the `choice`-th as they are listed.
pub(crate) async fn terminate_one(admin: &PgPool, choice: i64) {
    sqlx::query(
        "WITH session AS (
             SELECT pid, row_number() OVER (ORDER BY application_name, pid) - 1 AS number, count(*) OVER () AS sessions
             FROM pg_stat_activity WHERE datname = current_database() AND usename = 'comptoir'
         )
         SELECT pg_terminate_backend(pid) FROM session WHERE number = $1 % sessions",
    )
    .bind(choice)
    .execute(admin)
    .await
    .unwrap();
}

/// Waits until so many nodes listen for the horizon.
pub(crate) async fn listening(admin: &PgPool, nodes: i64) {
    eventually("the nodes listen", async || {
        let listeners: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'comptoir listen'
                 AND state = 'idle' AND query ILIKE 'LISTEN%'",
        )
        .fetch_one(admin)
        .await
        .unwrap();
        listeners == nodes
    })
    .await;
}

/// Whether the product may open new sessions in this database. Those that are open stay.
pub(crate) async fn allow_connections(admin: &PgPool, limit: ConnectionLimit) {
    let number = match limit {
        ConnectionLimit::None => -1,
        ConnectionLimit::NoNewOnes => 0,
    };
    let name: String = sqlx::query_scalar("SELECT current_database()::text")
        .fetch_one(admin)
        .await
        .unwrap();
    let statement = format!("ALTER DATABASE {name} CONNECTION LIMIT {number}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(admin)
        .await
        .unwrap();
}

/// How many sessions the product may have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ConnectionLimit {
    None,
    NoNewOnes,
}
