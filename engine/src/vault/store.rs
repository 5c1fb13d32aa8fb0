//! The table of wrapped keys, and the one row that recognises the master key.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Whether there is a key for a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// There never was one.
    Missing,
    /// There is one.
    Held,
    /// There was one, or there was not to be one; it is gone for good.
    Destroyed,
}

/// What the table says about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StoredKey {
    /// The key, wrapped by the master key.
    Wrapped(Vec<u8>),
    /// There was one; it is gone for good.
    Destroyed,
    /// There never was one.
    Missing,
}

pub(super) async fn find(pool: &PgPool, subject: &str) -> Result<StoredKey, sqlx::Error> {
    let row = sqlx::query!("SELECT wrapped_key FROM person_keys WHERE subject = $1", subject)
        .fetch_optional(pool)
        .await?;
    Ok(match row {
        Some(row) => row.wrapped_key.map_or(StoredKey::Destroyed, StoredKey::Wrapped),
        None => StoredKey::Missing,
    })
}

pub(super) async fn standing(pool: &PgPool, subject: &str) -> Result<KeyStanding, sqlx::Error> {
    Ok(match find(pool, subject).await? {
        StoredKey::Wrapped(_) => KeyStanding::Held,
        StoredKey::Destroyed => KeyStanding::Destroyed,
        StoredKey::Missing => KeyStanding::Missing,
    })
}

/// Stores a new key unless the subject has one already, and says whether it did. The commit waits for the disk: an event
/// must never be durable before the key that opens it.
pub(super) async fn insert(
    pool: &PgPool,
    subject: &str,
    wrapped_key: &[u8],
    created_at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO person_keys (subject, wrapped_key, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (subject) DO NOTHING",
        subject,
        wrapped_key,
        created_at,
    )
    .execute(pool)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Forgets the key. A subject without one gets a tombstone, so that nothing is sealed for it later. Says whether there
/// was still something to forget.
pub(super) async fn destroy(pool: &PgPool, subject: &str, at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let destroyed = sqlx::query!(
        "INSERT INTO person_keys (subject, wrapped_key, created_at, destroyed_at) VALUES ($1, NULL, $2, $2)
         ON CONFLICT (subject) DO UPDATE SET wrapped_key = NULL, destroyed_at = excluded.destroyed_at
         WHERE person_keys.destroyed_at IS NULL",
        subject,
        at,
    )
    .execute(pool)
    .await?;
    Ok(destroyed.rows_affected() == 1)
}

/// The row that recognises the master key; `candidate` becomes it if there is none yet.
pub(super) async fn check_row(pool: &PgPool, candidate: &[u8]) -> Result<Vec<u8>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO vault_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING",
        candidate
    )
    .execute(pool)
    .await?;
    sqlx::query_scalar!("SELECT sealed FROM vault_check")
        .fetch_one(pool)
        .await
}
