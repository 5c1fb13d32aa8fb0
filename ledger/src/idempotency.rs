//! The first answer of a request, for its repeats.

use chrono::{DateTime, Utc};

use crate::ledger::{Ledger, LedgerError};
use crate::names::Position;

/// What was answered to the first request under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAnswer {
    /// SHA-256 of the first request; a repeat with another one is not a repeat.
    pub fingerprint: Vec<u8>,
    /// The answer, byte for byte.
    pub answer: String,
    /// The last position that the first request appended.
    pub position: Position,
}

impl Ledger {
    /// The answer recorded under (scope, key), once it is durable.
    pub async fn idempotent_answer(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<RecordedAnswer>, LedgerError> {
        let answer = sqlx::query_as!(
            RecordedAnswer,
            r#"SELECT fingerprint, answer::text AS "answer!", position AS "position: Position"
               FROM idempotency_keys
               WHERE scope = $1 AND key = $2 AND position <= (SELECT position FROM ledger_horizon)"#,
            scope,
            key
        )
        .fetch_optional(self.pool())
        .await?;
        Ok(answer)
    }

    /// Forgets the answers recorded before a moment, and says how many. A repeat after that is a new request.
    pub async fn prune_idempotent_answers(&self, before: DateTime<Utc>) -> Result<u64, LedgerError> {
        let done = sqlx::query!("DELETE FROM idempotency_keys WHERE recorded_at < $1", before)
            .execute(self.pool())
            .await?;
        Ok(done.rows_affected())
    }
}
