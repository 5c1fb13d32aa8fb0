//! The two ways of handing events over: inside the checkpoint's transaction, or before it.

use std::future::Future;

use sqlx::{Connection, PgConnection};

use super::{AtLeastOnceHandler, HandlerError, TransactionalHandler, checkpoint};
use crate::event::RecordedEvent;
use crate::names::Position;

/// A stretch that is handed over: what is in it, and the checkpoint before and after.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) name: &'a str,
    pub(super) from: Position,
    pub(super) through: Position,
    pub(super) events: &'a [RecordedEvent],
}

/// Why a stretch was not handed over.
pub(super) enum DeliverError {
    /// The handler could not handle it; nothing of it was committed.
    Handler(HandlerError),
    /// The checkpoint's connection failed.
    Database(sqlx::Error),
    /// Somebody else moved the checkpoint.
    CheckpointMoved,
}

impl From<sqlx::Error> for DeliverError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Whether the checkpoint was written in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivered {
    WithCheckpoint,
    CheckpointToCome,
}

pub(super) trait Deliver: Send {
    fn deliver(
        &mut self,
        connection: &mut PgConnection,
        stretch: Stretch<'_>,
    ) -> impl Future<Output = Result<Delivered, DeliverError>> + Send;

    /// Everything up to here is done.
    fn passed(&mut self, through: Position);
}

pub(super) struct Transactional<H>(pub(super) H);

impl<H: TransactionalHandler> Deliver for Transactional<H> {
    async fn deliver(
        &mut self,
        connection: &mut PgConnection,
        stretch: Stretch<'_>,
    ) -> Result<Delivered, DeliverError> {
        let mut transaction = connection.begin().await?;
        self.0
            .handle(&mut transaction, stretch.events)
            .await
            .map_err(DeliverError::Handler)?;
        let Stretch {
            name, from, through, ..
        } = stretch;
        if !checkpoint::advance(&mut *transaction, name, from, through).await? {
            return Err(DeliverError::CheckpointMoved);
        }
        transaction.commit().await?;
        Ok(Delivered::WithCheckpoint)
    }

    fn passed(&mut self, through: Position) {
        self.0.passed(through);
    }
}

pub(super) struct AtLeastOnce<H>(pub(super) H);

impl<H: AtLeastOnceHandler> Deliver for AtLeastOnce<H> {
    async fn deliver(
        &mut self,
        _: &mut PgConnection,
        stretch: Stretch<'_>,
    ) -> Result<Delivered, DeliverError> {
        let handled = self.0.handle(stretch.events).await;
        handled.map_err(DeliverError::Handler)?;
        Ok(Delivered::CheckpointToCome)
    }

    fn passed(&mut self, _: Position) {}
}
