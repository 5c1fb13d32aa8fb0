//! Streams that a read model leaves out: decided by an operator, on record in the ledger, in force with the tables.
//!
//! The record (the aggregate `projection`) says what was decided; the table `projection_quarantines` says what the tables in
//! use leave out, and changes only together with them. A runner that stands before an event looks the record up, since it
//! cannot come to read there what is written behind that event. A rebuild keeps to the record.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::projection::{
    DifferenceAccepted, Projection as Decisions, ProjectionCommand, ProjectionError, ProjectionEvent,
    ProjectionState, QuarantineCause, StreamQuarantined, StreamReleased,
};
use comptoir_domain::values::{OperatorName, ProjectionId, ProjectionName, StreamKey};
use comptoir_ledger::{Append, AppendError, Ledger, LedgerError, Metadata, Position, RecordedEvent};
use sqlx::PgConnection;

use super::difference::Difference;

/// How often a decision is taken anew because somebody else decided at the same time.
const ATTEMPTS_MAX: u32 = 12;

/// Why a decision about a read model was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] ProjectionError),
    /// What was decided before cannot be read.
    #[error("the decisions about this read model cannot be read")]
    Ledger(#[from] LedgerError),
    /// It cannot be recorded.
    #[error("the decision cannot be recorded")]
    Append(#[from] AppendError),
    /// The stream's name is of a form that no stream of the engine has.
    #[error("no stream of the engine has this name")]
    Name(#[from] comptoir_domain::values::TextError),
}

/// Who decides, and when.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The operator's account.
    pub name: OperatorName,
    /// When.
    pub at: DateTime<Utc>,
}

/// The streams that some tables leave out, each from one of its events on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LeftOut(BTreeMap<String, Position>);

impl LeftOut {
    /// What was decided and still holds.
    pub(super) fn on_record(state: &ProjectionState) -> Self {
        let pairs = state.quarantined().map(|(stream, quarantine)| {
            (
                stream.as_str().to_owned(),
                Position::new(quarantine.from_position),
            )
        });
        Self(pairs.collect())
    }

    /// Whether an event is left out.
    pub(super) fn has(&self, event: &RecordedEvent) -> bool {
        self.0
            .get(&event.stream)
            .is_some_and(|from| event.position >= *from)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn without(mut self, stream: &StreamKey) -> Self {
        self.0.remove(stream.as_str());
        self
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, Position)> {
        self.0.iter().map(|(stream, from)| (stream, *from))
    }

    /// Adds what another set has and this one lacks, if it begins at a position or behind it; what was added.
    pub(super) fn adopt(&mut self, other: &Self, from: Position) -> Vec<(String, Position)> {
        let news: Vec<(String, Position)> = other
            .iter()
            .filter(|(stream, begins)| *begins >= from && !self.0.contains_key(*stream))
            .map(|(stream, begins)| (stream.clone(), begins))
            .collect();
        self.0.extend(news.iter().cloned());
        news
    }
}

/// The name of a projection, as events have it.
pub(super) fn record_name(name: &str) -> ProjectionName {
    ProjectionName::try_new(name).expect("projections are named by code words")
}

/// What was decided about a read model.
pub async fn decisions(ledger: &Ledger, name: &str) -> Result<ProjectionState, LedgerError> {
    let id = ProjectionId::of(&record_name(name));
    Ok(ledger.load::<Decisions>(id.as_uuid()).await?.state)
}

/// What the tables in use leave out.
pub(super) async fn in_force(connection: &mut PgConnection, name: &str) -> Result<LeftOut, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT stream, from_position FROM public.projection_quarantines WHERE name = $1",
        name
    )
    .fetch_all(connection)
    .await?;
    let pairs = rows
        .into_iter()
        .map(|row| (row.stream, Position::new(row.from_position)));
    Ok(LeftOut(pairs.collect()))
}

/// The tables in use leave one more stream out.
pub(super) async fn put_in_force(
    connection: &mut PgConnection,
    name: &str,
    stream: &str,
    from: Position,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO public.projection_quarantines (name, stream, from_position) VALUES ($1, $2, $3)",
        name,
        stream,
        from.get()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Other tables are in use, which leave these streams out and no others.
pub(super) async fn replace_in_force(
    connection: &mut PgConnection,
    name: &str,
    left_out: &LeftOut,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM public.projection_quarantines WHERE name = $1", name)
        .execute(&mut *connection)
        .await?;
    for (stream, from) in left_out.iter() {
        put_in_force(connection, name, stream, from).await?;
    }
    Ok(())
}

/// Leaves the stream of an event out of a read model, from that event on. Streams that are left out already stay so; what
/// follows from it is the next retry's business.
pub async fn quarantine(
    ledger: &Ledger,
    name: &str,
    event: &RecordedEvent,
    cause: QuarantineCause,
    operator: &Operator,
) -> Result<ProjectionState, DecisionError> {
    let command = ProjectionCommand::QuarantineStream(StreamQuarantined {
        projection: record_name(name),
        stream: StreamKey::try_new(event.stream.as_str())?,
        from_position: event.position.get(),
        cause,
        by: operator.name.clone(),
        at: operator.at,
    });
    decide(ledger, name, command, operator).await
}

/// Records that a stream counts again: the tables in use were built with it.
pub async fn release(
    ledger: &Ledger,
    name: &str,
    stream: &StreamKey,
    operator: &Operator,
) -> Result<ProjectionState, DecisionError> {
    let command = ProjectionCommand::ReleaseStream(StreamReleased {
        projection: record_name(name),
        stream: stream.clone(),
        by: operator.name.clone(),
        at: operator.at,
    });
    decide(ledger, name, command, operator).await
}

/// Records that a rebuilt model may take over although it differs in this way.
pub async fn accept(
    ledger: &Ledger,
    name: &str,
    difference: &Difference,
    operator: &Operator,
) -> Result<ProjectionState, DecisionError> {
    let command = ProjectionCommand::AcceptDifference(DifferenceAccepted {
        projection: record_name(name),
        version: difference.version,
        digest: difference.digest,
        rows: difference.rows,
        by: operator.name.clone(),
        at: operator.at,
    });
    decide(ledger, name, command, operator).await
}

async fn decide(
    ledger: &Ledger,
    name: &str,
    command: ProjectionCommand,
    operator: &Operator,
) -> Result<ProjectionState, DecisionError> {
    let id = ProjectionId::of(&record_name(name)).as_uuid();
    let metadata = Metadata {
        actor: Some(format!("operator:{}", operator.name)),
        ..Metadata::default()
    };
    let mut attempts = 0;
    loop {
        let loaded = ledger.load::<Decisions>(id).await?;
        let events: Vec<ProjectionEvent> = loaded.decide(command.clone())?;
        if events.is_empty() {
            return Ok(loaded.state);
        }
        let append = Append::new(&metadata).write(&loaded, &events, ledger.ids());
        attempts += 1;
        match ledger.append(append).await {
            Ok(_) => return Ok(loaded.after(&events).state),
            Err(AppendError::WrongExpectedRevision { .. }) if attempts < ATTEMPTS_MAX => {}
            Err(error) => return Err(error.into()),
        }
    }
}
