//! The checkpoints that were signed.

use chrono::{DateTime, Utc};
use comptoir_proof::note::{Note, SignatureLine};

use crate::ledger::{Ledger, LedgerError};
use crate::names::Position;

/// A state of the ledger that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The newest position in it, which is also how many leaves its tree has.
    pub size: Position,
    /// The root of the tree: 32 bytes.
    pub root: Vec<u8>,
    /// The whole note, with its signatures.
    pub note: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
}

impl Ledger {
    /// The newest checkpoint; none, as long as nothing was signed.
    pub async fn newest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let newest = sqlx::query_as!(
            SignedCheckpoint,
            r#"SELECT size AS "size: Position", root, note, signed_at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"#
        )
        .fetch_optional(self.pool())
        .await?;
        Ok(newest)
    }

    /// The newest checkpoint of no more leaves than the events up to a position.
    pub async fn newest_checkpoint_within(
        &self,
        through: Position,
    ) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let newest = sqlx::query_as!(
            SignedCheckpoint,
            r#"SELECT size AS "size: Position", root, note, signed_at FROM ledger_checkpoints
               WHERE size <= $1 ORDER BY size DESC LIMIT 1"#,
            through.get()
        )
        .fetch_optional(self.pool())
        .await?;
        Ok(newest)
    }

    /// The checkpoints behind a position, in order, at most `limit` of them.
    pub async fn checkpoints_signed_after(
        &self,
        after: Position,
        limit: i64,
    ) -> Result<Vec<SignedCheckpoint>, LedgerError> {
        let signed = sqlx::query_as!(
            SignedCheckpoint,
            r#"SELECT size AS "size: Position", root, note, signed_at FROM ledger_checkpoints
               WHERE size > $1 ORDER BY size LIMIT $2"#,
            after.get(),
            limit
        )
        .fetch_all(self.pool())
        .await?;
        Ok(signed)
    }

    /// The oldest checkpoint of at least so many events; none, if nothing so large was signed.
    pub async fn checkpoint_covering(
        &self,
        position: Position,
    ) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let mut covering = self
            .checkpoints_signed_after(Position::new(position.get() - 1), 1)
            .await?;
        Ok(covering.pop())
    }

    /// Adds a signature of a witness to a checkpoint; false, if the checkpoint is not there any more.
    pub async fn add_cosignature(&self, size: Position, line: SignatureLine) -> Result<bool, LedgerError> {
        let mut transaction = self.pool().begin().await?;
        let note = sqlx::query_scalar!(
            "SELECT note FROM ledger_checkpoints WHERE size = $1 FOR UPDATE",
            size.get()
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(note) = note.and_then(|note| note.parse::<Note>().ok()) else {
            return Ok(false);
        };
        let note = note.with(line).to_string();
        sqlx::query!(
            "UPDATE ledger_checkpoints SET note = $2 WHERE size = $1",
            size.get(),
            note
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }
}
