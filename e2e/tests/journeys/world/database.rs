//! What stands in the database, seen with plain SQL.

use std::path::Path;

use comptoir_e2e::repository;
use comptoir_sandbox::postgres::TestDatabase;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;

use super::World;

/// A database with the migrations of this checkout.
pub(crate) async fn migrated() -> TestDatabase {
    let folder = repository::root().join("migrations");
    let migrator = Migrator::new(Path::new(&folder))
        .await
        .expect("the migrations can be read");
    TestDatabase::create(&migrator).await.expect("a test database")
}

/// A database with nothing in it.
pub(crate) async fn empty() -> TestDatabase {
    TestDatabase::create(&Migrator::DEFAULT)
        .await
        .expect("a test database")
}

impl World {
    /// How many streams have an event of one of these types.
    pub(crate) async fn count_streams_with(&self, event_types: &[&str]) -> i64 {
        let pool = self.database.pool().await;
        sqlx::query_scalar("SELECT count(DISTINCT stream) FROM events WHERE event_type = ANY($1)")
            .bind(event_types)
            .fetch_one(&pool)
            .await
            .expect("the events can be read")
    }

    /// How many events there are of a type.
    pub(crate) async fn count_events(&self, event_type: &str) -> i64 {
        let pool = self.database.pool().await;
        let count = sqlx::query_scalar("SELECT count(*) FROM events WHERE event_type = $1");
        count
            .bind(event_type)
            .fetch_one(&pool)
            .await
            .expect("the events can be read")
    }

    /// How many events there are.
    pub(crate) async fn count_all_events(&self) -> i64 {
        let pool = self.database.pool().await;
        sqlx::query_scalar("SELECT count(*) FROM events")
            .fetch_one(&pool)
            .await
            .expect("the events can be read")
    }

    /// The data of the events of a type, in order.
    pub(crate) async fn events(&self, event_type: &str) -> Vec<Value> {
        let pool = self.database.pool().await;
        let data =
            sqlx::query_scalar("SELECT data::text FROM events WHERE event_type = $1 ORDER BY position");
        let data: Vec<String> = data
            .bind(event_type)
            .fetch_all(&pool)
            .await
            .expect("the events can be read");
        data.iter()
            .map(|text| serde_json::from_str(text).expect("events are JSON"))
            .collect()
    }

    /// Fails unless positions and revisions have no gap.
    pub(crate) async fn assert_ledger_is_dense(&self) {
        let pool = self.database.pool().await;
        let gaps: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM events) p
                     WHERE position <> n)
                  + (SELECT count(*) FROM (SELECT revision, row_number() OVER (PARTITION BY stream ORDER BY revision) AS n
                     FROM events) r WHERE revision <> n - 1)",
        )
        .fetch_one(&pool)
        .await
        .expect("the events can be read");
        assert_eq!(gaps, 0, "positions and revisions have gaps");
    }

    /// Fails unless every event is still the one that was hashed when it was recorded.
    pub(crate) async fn assert_hashes_verify(&self) {
        let pool = self.database.pool().await;
        let differing: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM events WHERE leaf_hash <> ledger_leaf_hash(position, stream, revision, event_id,
                 event_type, schema_version, recorded_at, data::text, metadata::text)",
        )
        .fetch_one(&pool)
        .await
        .expect("the events can be read");
        assert_eq!(differing, 0, "events differ from their hashes");
    }

    /// How many events and keys of persons there are: what a refused request must not change.
    pub(crate) async fn stored(&self) -> (i64, usize) {
        let rows = self.all_rows().await;
        let keys = rows
            .iter()
            .filter(|row| row.starts_with("public.person_keys"))
            .count();
        (self.count_all_events().await, keys)
    }

    /// Every row of every table as text, with the table's name in front.
    pub(crate) async fn all_rows(&self) -> Vec<String> {
        let pool = self.database.pool().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
        )
        .fetch_all(&pool)
        .await
        .expect("the tables can be listed");
        let mut rows = Vec::new();
        for table in tables {
            let found: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(format!("SELECT t::text FROM {table} AS t")))
                    .fetch_all(&pool)
                    .await
                    .expect("the table can be read");
            rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
        }
        rows
    }
}
