//! Signs the tree as it grows, at most once in an interval.

use std::time::Duration;

use chrono::{DateTime, Utc};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, Signer};
use comptoir_proof::tree::Frontier;
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::stored::SignedCheckpoint;
use super::tree::{self, TreeError};
use crate::connection::{Purpose, connect_patiently};
use crate::ledger::Ledger;
use crate::names::Position;

const PATIENCE: Duration = Duration::from_hours(1);
const LOCK_RETRY: Duration = Duration::from_secs(1);
const FAILURE_RETRY: Duration = Duration::from_secs(1);
const FAILURE_RETRY_MAX: Duration = Duration::from_mins(1);

/// How checkpoints are signed.
#[derive(Debug, Clone)]
pub struct CheckpointSigning {
    /// The name of the ledger in the world.
    pub origin: String,
    /// The keys that sign, each of them every checkpoint: the current one first.
    pub signers: Vec<Signer>,
    /// The shortest time from one checkpoint to the next.
    pub interval: Duration,
}

impl Ledger {
    /// Keeps the tree and signs it until `stop`, on one node at a time. While the ledger grows, the newest checkpoint is at
    /// most an interval old, and what it takes to make one.
    pub async fn sign_checkpoints(&self, signing: &CheckpointSigning, stop: &CancellationToken) {
        let mut wait = FAILURE_RETRY;
        loop {
            let begun = Instant::now();
            match stop.run_until_cancelled(self.keep_signing(signing)).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::error!(%error, "the ledger's checkpoints are not signed"),
            }
            wait = if begun.elapsed() > FAILURE_RETRY_MAX {
                FAILURE_RETRY
            } else {
                FAILURE_RETRY_MAX.min(wait * 2)
            };
            if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                return;
            }
        }
    }

    async fn keep_signing(&self, signing: &CheckpointSigning) -> Result<(), TreeError> {
        let options = self.pool().connect_options();
        let mut connection = connect_patiently(&options, Purpose::Checkpoint, PATIENCE).await?;
        take_lock(&mut connection).await?;
        let mut horizon = self.watch_horizon();
        let mut pruned_at = None;
        loop {
            horizon.mark_unchanged();
            let turn = Instant::now();
            self.sign(&mut connection, signing).await?;
            if pruned_at.is_none_or(|at: Instant| at.elapsed() > Duration::from_hours(1)) {
                prune(&mut connection, self.clock().now()).await?;
                pruned_at = Some(turn);
            }
            if horizon.changed().await.is_err() {
                return Ok(());
            }
            tokio::time::sleep_until(turn + signing.interval).await;
        }
    }

    /// Brings the tree up to the horizon and signs it; none, if there is nothing new to sign.
    pub async fn sign_checkpoint(
        &self,
        signing: &CheckpointSigning,
    ) -> Result<Option<SignedCheckpoint>, TreeError> {
        let options = self.pool().connect_options();
        let mut connection = connect_patiently(&options, Purpose::Checkpoint, PATIENCE).await?;
        take_lock(&mut connection).await?;
        let signed = self.sign(&mut connection, signing).await?;
        connection.close().await?;
        Ok(signed)
    }

    async fn sign(
        &self,
        connection: &mut PgConnection,
        signing: &CheckpointSigning,
    ) -> Result<Option<SignedCheckpoint>, TreeError> {
        let end = self.horizon();
        loop {
            let mut transaction = connection.begin().await?;
            let mut tree = tree::lock(&mut transaction).await?;
            let is_empty = end == Position::START && tree.size() == 0;
            if is_empty
                || (Ok(tree.size()) == u64::try_from(end.get()) && is_signed(&mut transaction, end).await?)
            {
                return Ok(None);
            }
            tree::grow(&mut transaction, &mut tree, end).await?;
            let reached = Ok(tree.size()) == u64::try_from(end.get());
            let signed = if reached {
                Some(store(&mut transaction, signing, &tree, end, self.clock().now()).await?)
            } else {
                None
            };
            transaction.commit().await?;
            if reached {
                return Ok(signed);
            }
        }
    }
}

async fn is_signed(transaction: &mut PgConnection, end: Position) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM ledger_checkpoints WHERE size = $1) AS "signed!""#,
        end.get()
    )
    .fetch_one(transaction)
    .await
}

async fn store(
    transaction: &mut PgConnection,
    signing: &CheckpointSigning,
    tree: &Frontier,
    size: Position,
    now: DateTime<Utc>,
) -> Result<SignedCheckpoint, sqlx::Error> {
    let root = tree.root();
    let checkpoint = Checkpoint {
        origin: signing.origin.clone(),
        size: tree.size(),
        root,
    };
    let text = checkpoint.text();
    let sign = |note: Note, signer: &Signer| {
        let line = signer.sign(note.text(), now);
        note.with(line)
    };
    let note = signing
        .signers
        .iter()
        .fold(Note::unsigned(text), sign)
        .to_string();
    sqlx::query!(
        "INSERT INTO ledger_checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)",
        size.get(),
        &root[..],
        note,
        now
    )
    .execute(transaction)
    .await?;
    Ok(SignedCheckpoint {
        size,
        root: root.to_vec(),
        note,
        signed_at: now,
    })
}

/// Of checkpoints that are more than a day old the last one of each hour is kept.
async fn prune(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM ledger_checkpoints
         WHERE signed_at < $1::timestamptz - interval '1 day' AND size NOT IN (
             SELECT max(size) FROM ledger_checkpoints
             WHERE signed_at < $1::timestamptz - interval '1 day'
             GROUP BY date_bin('1 hour', signed_at, timestamptz 'epoch')
         )",
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Waits until no other node keeps the tree.
async fn take_lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    loop {
        let taken = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock(hashtextextended('comptoir checkpoints', 0)) AS "taken!""#
        )
        .fetch_one(&mut *connection)
        .await?;
        if taken {
            return Ok(());
        }
        tokio::time::sleep(LOCK_RETRY).await;
    }
}
