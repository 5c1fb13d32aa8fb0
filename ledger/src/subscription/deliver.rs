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

pub(super) trait Deliver: Send {
    fn deliver(
        &mut self,
        connection: &mut PgConnection,
        stretch: Stretch<'_>,
    ) -> impl Future<Output = Result<(), DeliverError>> + Send;
}

pub(super) struct Transactional<H>(pub(super) H);

impl<H: TransactionalHandler> Deliver for Transactional<H> {
    async fn deliver(
        &mut self,
        connection: &mut PgConnection,
        stretch: Stretch<'_>,
    ) -> Result<(), DeliverError> {
        let mut transaction = connection.begin().await?;
        if !stretch.events.is_empty() {
            self.0
                .handle(&mut transaction, stretch.events)
                .await
                .map_err(DeliverError::Handler)?;
        }
        advance(&mut transaction, stretch).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) struct AtLeastOnce<H>(pub(super) H);

impl<H: AtLeastOnceHandler> Deliver for AtLeastOnce<H> {
    async fn deliver(
        &mut self,
        connection: &mut PgConnection,
        stretch: Stretch<'_>,
    ) -> Result<(), DeliverError> {
        if !stretch.events.is_empty() {
            self.0
                .handle(stretch.events)
                .await
                .map_err(DeliverError::Handler)?;
        }
        advance(connection, stretch).await
    }
}

async fn advance(connection: &mut PgConnection, stretch: Stretch<'_>) -> Result<(), DeliverError> {
    let moved = checkpoint::advance(connection, stretch.name, stretch.from, stretch.through).await?;
    if moved {
        Ok(())
    } else {
        Err(DeliverError::CheckpointMoved)
    }
}
