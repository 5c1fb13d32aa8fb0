//! What stands beside the events, and the mark of a copy.

use sqlx::{Connection as _, PgConnection, PgPool};

use super::error::ReplayError;
use super::{Keys, ReplayAsked};

/// Head, horizon, checkpoints, followers and keys, as if the ledger ended here. Repeating it changes nothing.
pub(super) async fn settle(
    source: &PgPool,
    target: &PgPool,
    asked: &ReplayAsked<'_>,
) -> Result<(), ReplayError> {
    let mut connection = target.acquire().await?;
    let mut transaction = connection.begin().await?;
    set_ends(&mut transaction, asked).await?;
    copy_checkpoints(source, &mut transaction, asked).await?;
    stop_followers(source, &mut transaction, asked).await?;
    match asked.keys {
        Keys::LeftOut => leave_keys_out(source, &mut transaction).await?,
        Keys::Copied => copy_keys(source, &mut transaction).await?,
    }
    transaction.commit().await?;
    Ok(())
}

async fn set_ends(target: &mut PgConnection, asked: &ReplayAsked<'_>) -> Result<(), sqlx::Error> {
    let through = asked.through.get();
    sqlx::query!(
        "UPDATE ledger_head SET position = $1,
             recorded_at = coalesce((SELECT recorded_at FROM events WHERE position = $1), to_timestamp(0))",
        through
    )
    .execute(&mut *target)
    .await?;
    sqlx::query!("UPDATE ledger_horizon SET position = $1", through)
        .execute(target)
        .await?;
    Ok(())
}

/// Notes that were signed for what is in the copy. Nothing is signed anew.
async fn copy_checkpoints(
    source: &PgPool,
    target: &mut PgConnection,
    asked: &ReplayAsked<'_>,
) -> Result<(), sqlx::Error> {
    let signed = sqlx::query!(
        "SELECT size, root, note, signed_at FROM ledger_checkpoints WHERE size <= $1 ORDER BY size",
        asked.through.get()
    )
    .fetch_all(source)
    .await?;
    let sizes: Vec<i64> = signed.iter().map(|signed| signed.size).collect();
    let roots: Vec<Vec<u8>> = signed.iter().map(|signed| signed.root.clone()).collect();
    let notes: Vec<String> = signed.iter().map(|signed| signed.note.clone()).collect();
    let times: Vec<_> = signed.iter().map(|signed| signed.signed_at).collect();
    sqlx::query!(
        "INSERT INTO ledger_checkpoints (size, root, note, signed_at)
         SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::timestamptz[]) ON CONFLICT DO NOTHING",
        &sizes,
        &roots,
        &notes,
        &times
    )
    .execute(target)
    .await?;
    Ok(())
}

/// Whoever follows the ledger stands at its end: those of this program, and those that the source knows.
async fn stop_followers(
    source: &PgPool,
    target: &mut PgConnection,
    asked: &ReplayAsked<'_>,
) -> Result<(), sqlx::Error> {
    let mut names = sqlx::query_scalar!(
        "SELECT name FROM subscription_checkpoints
         WHERE name NOT IN (SELECT name FROM projection_state) AND name NOT LIKE '%@next'"
    )
    .fetch_all(source)
    .await?;
    names.extend(asked.followers.iter().map(|name| (*name).to_owned()));
    names.sort();
    names.dedup();
    sqlx::query!(
        "INSERT INTO subscription_checkpoints (name, position, leaf_hash)
         SELECT name, $2, (SELECT leaf_hash FROM events WHERE position = $2) FROM unnest($1::text[]) AS name
         ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position, leaf_hash = EXCLUDED.leaf_hash",
        &names,
        asked.through.get()
    )
    .execute(target)
    .await?;
    Ok(())
}

/// Rows without a key: what they sealed reads as forgotten, and none of them gets a new one.
async fn leave_keys_out(source: &PgPool, target: &mut PgConnection) -> Result<(), sqlx::Error> {
    let keys = sqlx::query!("SELECT subject, created_at FROM person_keys")
        .fetch_all(source)
        .await?;
    let subjects: Vec<String> = keys.iter().map(|key| key.subject.clone()).collect();
    let created: Vec<_> = keys.iter().map(|key| key.created_at).collect();
    sqlx::query!(
        "INSERT INTO person_keys (subject, wrapped_key, created_at, destroyed_at)
         SELECT subject, NULL, created_at, now() FROM unnest($1::text[], $2::timestamptz[]) AS k (subject, created_at)
         ON CONFLICT DO NOTHING",
        &subjects,
        &created
    )
    .execute(target)
    .await?;
    Ok(())
}

/// The keys as they are, sealed by the master key; those that were destroyed stay so, now and on a later attempt.
async fn copy_keys(source: &PgPool, target: &mut PgConnection) -> Result<(), sqlx::Error> {
    let keys = sqlx::query!("SELECT subject, wrapped_key, created_at, destroyed_at FROM person_keys")
        .fetch_all(source)
        .await?;
    for key in keys {
        sqlx::query!(
            "INSERT INTO person_keys (subject, wrapped_key, created_at, destroyed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (subject) DO UPDATE SET wrapped_key = EXCLUDED.wrapped_key, destroyed_at = EXCLUDED.destroyed_at",
            key.subject,
            key.wrapped_key,
            key.created_at,
            key.destroyed_at
        )
        .execute(&mut *target)
        .await?;
    }
    let check = sqlx::query_scalar!("SELECT sealed FROM vault_check")
        .fetch_optional(source)
        .await?;
    if let Some(sealed) = check {
        sqlx::query!(
            "INSERT INTO vault_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING",
            sealed
        )
        .execute(target)
        .await?;
    }
    Ok(())
}

/// From here on the database takes no event: whatever is started on it.
pub(super) async fn mark_finished(target: &PgPool, asked: &ReplayAsked<'_>) -> Result<(), ReplayError> {
    let mut connection = target.acquire().await?;
    let mut transaction = connection.begin().await?;
    // Only a copy has this trigger, so that it stands in no migration; DDL cannot be checked at compile time.
    sqlx::raw_sql(
        "CREATE OR REPLACE FUNCTION replica_takes_no_events() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             RAISE EXCEPTION 'this database is a copy of a ledger and takes no events'
                 USING ERRCODE = 'restrict_violation', HINT = 'Work on the original.';
         END
         $$;
         DROP TRIGGER IF EXISTS replica_takes_no_events ON events;
         CREATE TRIGGER replica_takes_no_events BEFORE INSERT ON events
             FOR EACH STATEMENT EXECUTE FUNCTION replica_takes_no_events()",
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "UPDATE ledger_replica SET finished_at = now() WHERE through = $1",
        asked.through.get()
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}
