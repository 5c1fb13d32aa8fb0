//! The ledger as the store of an `esrs::AggregateManager`.

use std::marker::PhantomData;
use std::sync::Mutex;

use async_trait::async_trait;
use comptoir_domain::{Decider, DomainEvent};
use esrs::AggregateState;
use esrs::store::{EventStore, EventStoreLockGuard, StoreEvent, UnlockOnDrop};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::append::{Append, AppendError};
use crate::connection::{Purpose, connect};
use crate::event::{Metadata, NewEvent, RecordedEvent};
use crate::ledger::{Ledger, LedgerError};
use crate::names::{ExpectedRevision, Revision, StreamName};

/// A decider of the domain as an aggregate of `esrs`.
#[derive(Debug, Clone, Copy, Default)]
pub struct EsrsAggregate<D>(PhantomData<D>);

impl<D: Decider> esrs::Aggregate for EsrsAggregate<D> {
    const NAME: &'static str = D::NAME;
    type State = D::State;
    type Command = D::Command;
    type Event = D::Event;
    type Error = D::Error;

    fn handle_command(state: &Self::State, command: Self::Command) -> Result<Vec<Self::Event>, Self::Error> {
        D::decide(state, command)
    }

    fn apply_event(state: Self::State, payload: Self::Event) -> Self::State {
        D::evolve(state, &payload)
    }
}

/// The streams of one kind of aggregate, for an `esrs::AggregateManager`. Its sequence numbers count from 1: they are
/// revisions plus one.
#[derive(Debug, Clone)]
pub struct EsrsStore<D> {
    ledger: Ledger,
    metadata: Metadata,
    kind: PhantomData<fn() -> D>,
}

/// Why the store could not do what the manager asked.
#[derive(Debug, thiserror::Error)]
pub enum EsrsStoreError {
    /// Nothing was appended.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The stream could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Events are never deleted.
    #[error("the ledger is append-only: the events of {stream} stay")]
    AppendOnly {
        /// The stream that was to be deleted.
        stream: StreamName,
    },
}

impl<D: Decider> EsrsStore<D> {
    /// A store whose events carry this metadata.
    pub fn new(ledger: Ledger, metadata: Metadata) -> Self {
        Self {
            ledger,
            metadata,
            kind: PhantomData,
        }
    }
}

#[async_trait]
impl<D> EventStore for EsrsStore<D>
where
    D: Decider + 'static,
    D::Event: Clone,
{
    type Aggregate = EsrsAggregate<D>;
    type Error = EsrsStoreError;

    /// The lock lives on a connection of its own, not of the pool: those who wait must leave the holder one to load.
    async fn lock(&self, aggregate_id: Uuid) -> Result<EventStoreLockGuard, Self::Error> {
        let mut connection = connect(&self.ledger.pool().connect_options(), Purpose::Lock)
            .await
            .map_err(LedgerError::from)?;
        let stream = StreamName::of::<D>(aggregate_id);
        sqlx::query!(
            "SELECT pg_advisory_lock(hashtextextended('comptoir aggregate ' || $1, 0))",
            stream.as_str()
        )
        .execute(&mut connection)
        .await
        .map_err(LedgerError::from)?;
        Ok(EventStoreLockGuard::new(Lock(Mutex::new(connection))))
    }

    async fn by_aggregate_id(&self, aggregate_id: Uuid) -> Result<Vec<StoreEvent<D::Event>>, Self::Error> {
        let stream = StreamName::of::<D>(aggregate_id);
        let events = self.ledger.read_stream(&stream, Revision::FIRST).await?;
        Ok(events
            .iter()
            .map(|event| store_event(aggregate_id, event))
            .collect::<Result<_, _>>()?)
    }

    async fn persist(
        &self,
        aggregate_state: &mut AggregateState<D::State>,
        events: Vec<D::Event>,
    ) -> Result<Vec<StoreEvent<D::Event>>, Self::Error> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let id = *aggregate_state.id();
        let seen = i64::from(*aggregate_state.sequence_number());
        let expected = if seen == 0 {
            ExpectedRevision::NoStream
        } else {
            ExpectedRevision::Exact(Revision::new(seen - 1))
        };
        let ids: Vec<Uuid> = events.iter().map(|_| self.ledger.ids().uuid_v7()).collect();
        let new = ids
            .iter()
            .zip(&events)
            .map(|(id, event)| NewEvent::of(*id, event))
            .collect();
        let append = Append::new(&self.metadata).write_raw(StreamName::of::<D>(id), expected, new);
        let appended = self.ledger.append(append).await?;
        Ok(ids
            .into_iter()
            .zip(events)
            .map(|(event_id, payload)| StoreEvent {
                id: event_id,
                aggregate_id: id,
                version: Some(payload.schema_version()),
                payload,
                occurred_on: appended.recorded_at,
                sequence_number: aggregate_state.next_sequence_number(),
            })
            .collect())
    }

    /// Nothing to do: subscriptions follow the ledger by themselves.
    async fn publish(&self, _store_events: &[StoreEvent<D::Event>]) {}

    async fn delete(&self, aggregate_id: Uuid) -> Result<(), Self::Error> {
        Err(EsrsStoreError::AppendOnly {
            stream: StreamName::of::<D>(aggregate_id),
        })
    }
}

fn store_event<E: DomainEvent>(
    aggregate_id: Uuid,
    event: &RecordedEvent,
) -> Result<StoreEvent<E>, LedgerError> {
    let payload = event.decode().map_err(|source| LedgerError::Decode {
        position: event.position,
        source,
    })?;
    Ok(StoreEvent {
        id: event.event_id,
        aggregate_id,
        payload,
        occurred_on: event.recorded_at,
        sequence_number: i32::try_from(event.revision.get() + 1).unwrap_or(i32::MAX),
        version: Some(event.schema_version),
    })
}

/// Holds the advisory lock as long as its connection: dropped, the connection is closed and the lock is free.
struct Lock(#[expect(dead_code, reason = "held for its drop")] Mutex<PgConnection>);

impl UnlockOnDrop for Lock {}
