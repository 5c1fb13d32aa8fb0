//! What is left to be done about documents: steps that failed and are tried again, and orders that wait for a seller. It is
//! stored, so that neither a restart nor a long outage loses anything, and nobody else waits for it.
//!
//! A task has a revision, which each writing raises. Whoever took it up ends or postpones that revision alone: if there was news
//! of it in the meantime, such as a mandate that the attempt had not seen, the task stays and comes again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::values::{DocumentId, OrderId, PersonId};
use comptoir_projections::QueryError;
use uuid::Uuid;

use crate::engine::Engine;
use crate::error::UseCaseError;

/// How long a step that was taken up is left to whoever took it up.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// A step of a document, or of all documents of an order, that is to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    /// What the order owes is to be issued.
    Issue(OrderId),
    /// The files are to be made.
    Render(DocumentId),
    /// The buyer is to be sent it.
    Mail(DocumentId),
    /// The e-invoicing platform is to get it.
    HandOver(DocumentId),
}

/// A step whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DueTask {
    /// Which.
    pub(crate) task: Task,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// Since when it is tried.
    pub(crate) first_at: DateTime<Utc>,
    /// As which revision it was taken up.
    revision: i64,
}

impl Task {
    /// The name, as the table has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Issue(_) => "issue",
            Self::Render(_) => "render",
            Self::Mail(_) => "mail",
            Self::HandOver(_) => "hand_over",
        }
    }

    const fn id(self) -> Uuid {
        match self {
            Self::Issue(order_id) => order_id.as_uuid(),
            Self::Render(document_id) | Self::Mail(document_id) | Self::HandOver(document_id) => {
                document_id.as_uuid()
            }
        }
    }

    fn read(name: &str, id: Uuid) -> Option<Self> {
        let document_id = DocumentId::from_uuid(id);
        match name {
            "issue" => Some(Self::Issue(OrderId::from_uuid(id))),
            "render" => Some(Self::Render(document_id)),
            "mail" => Some(Self::Mail(document_id)),
            "hand_over" => Some(Self::HandOver(document_id)),
            _ => None,
        }
    }
}

impl Engine {
    /// Notes a step that failed for the first time. One that is noted already keeps its pause, and is not ended by an attempt
    /// that began before.
    pub(crate) async fn note_task(&self, task: Task) -> Result<(), UseCaseError> {
        let now = self.now();
        sqlx::query!(
            "INSERT INTO document_tasks (task, id, attempts, first_at, next_at) VALUES ($1, $2, 1, $3, $4)
             ON CONFLICT (task, id) DO UPDATE SET revision = document_tasks.revision + 1",
            task.name(),
            task.id(),
            now,
            now + self.pause_after(1)
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }

    /// Takes up steps whose time has come, those that wait longest first. They come again by themselves should this process
    /// die over them.
    pub(crate) async fn take_due_tasks(
        &self,
        names: &[String],
        at_most: u32,
    ) -> Result<Vec<DueTask>, UseCaseError> {
        let now = self.now();
        let rows = sqlx::query!(
            "UPDATE document_tasks SET next_at = $2, revision = revision + 1 WHERE (task, id) IN (
                 SELECT task, id FROM document_tasks WHERE next_at <= $1 AND task = ANY($3)
                 ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED
             ) RETURNING task, id, attempts, first_at, revision",
            now,
            now + LEASE,
            names,
            i64::from(at_most)
        )
        .fetch_all(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        let known = rows.into_iter().filter_map(|row| {
            Some(DueTask {
                task: Task::read(&row.task, row.id)?,
                attempts: u32::try_from(row.attempts).unwrap_or(0),
                first_at: row.first_at,
                revision: row.revision,
            })
        });
        Ok(known.collect())
    }

    /// Notes that a step failed once more. If there was news of it since it was taken up, it comes when that said.
    pub(crate) async fn postpone_task(&self, due: DueTask) -> Result<(), UseCaseError> {
        let attempts = due.attempts.saturating_add(1);
        self.put_off(due, attempts, self.pause_after(attempts)).await
    }

    /// Gives back a step that was taken up and not tried.
    pub(crate) async fn give_back_task(&self, due: DueTask) -> Result<(), UseCaseError> {
        self.put_off(due, due.attempts, self.pause_after(1)).await
    }

    async fn put_off(&self, due: DueTask, attempts: u32, pause: TimeDelta) -> Result<(), UseCaseError> {
        sqlx::query!(
            "UPDATE document_tasks SET attempts = $4, next_at = $5, revision = revision + 1
             WHERE task = $1 AND id = $2 AND revision = $3",
            due.task.name(),
            due.task.id(),
            due.revision,
            i32::try_from(attempts).unwrap_or(i32::MAX),
            self.now() + pause
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }

    /// A step is done. If there was news of it since it was taken up, it is tried once more.
    pub(crate) async fn end_task(&self, due: DueTask) -> Result<(), UseCaseError> {
        sqlx::query!(
            "DELETE FROM document_tasks WHERE task = $1 AND id = $2 AND revision = $3",
            due.task.name(),
            due.task.id(),
            due.revision
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }

    /// Notes that an order waits for one of its sellers.
    pub(crate) async fn note_waiting(
        &self,
        seller_id: PersonId,
        order_id: OrderId,
    ) -> Result<(), UseCaseError> {
        sqlx::query!(
            "INSERT INTO documents_waiting (seller_id, order_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            seller_id.as_uuid(),
            order_id.as_uuid()
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }

    /// Lets what waits for a seller come to its turn with the next sweep, also what is being tried at this moment.
    pub(crate) async fn release_waiting(&self, seller_id: PersonId) -> Result<(), UseCaseError> {
        sqlx::query!(
            "WITH released AS (DELETE FROM documents_waiting WHERE seller_id = $1 RETURNING order_id)
             INSERT INTO document_tasks (task, id, attempts, first_at, next_at)
             SELECT 'issue', order_id, 0, $2, $2 FROM released
             ON CONFLICT (task, id) DO UPDATE
             SET attempts = 0, next_at = excluded.next_at, revision = document_tasks.revision + 1",
            seller_id.as_uuid(),
            self.now()
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }

    /// An order waits for a seller no longer.
    pub(crate) async fn end_waiting(
        &self,
        seller_id: PersonId,
        order_id: OrderId,
    ) -> Result<(), UseCaseError> {
        sqlx::query!(
            "DELETE FROM documents_waiting WHERE seller_id = $1 AND order_id = $2",
            seller_id.as_uuid(),
            order_id.as_uuid()
        )
        .execute(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(())
    }

    /// How many orders wait for a seller.
    pub(crate) async fn waiting_count(&self, seller_id: PersonId) -> Result<u64, UseCaseError> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM documents_waiting WHERE seller_id = $1"#,
            seller_id.as_uuid()
        )
        .fetch_one(self.ledger.pool())
        .await
        .map_err(QueryError::from)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The pause after so many attempts: it doubles, up to the longest one.
    fn pause_after(&self, attempts: u32) -> TimeDelta {
        let workers = &self.config.workers;
        let doubled = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        let pause = workers.document_retry_after.checked_mul(doubled);
        let pause = pause
            .unwrap_or(Duration::MAX)
            .min(workers.document_retry_pause_max);
        TimeDelta::from_std(pause).unwrap_or(TimeDelta::days(1))
    }
}

#[cfg(test)]
mod tests;
