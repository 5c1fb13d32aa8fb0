//! Noting who looks: what auditors ask, before they are answered, and what operators export, before it is written.

use std::collections::BTreeMap;

use comptoir_domain::Decider as _;
use comptoir_domain::access::{Access, AccessCommand, AccessError, AccessState, AccessText};
use comptoir_domain::values::{AccessId, Sha256Hex};
use comptoir_ledger::{Append, ExpectedRevision, Ledger, Metadata, NewEvent, Position, StreamName};

use crate::context::{RequestContext, by_worker};
use crate::engine::Engine;
use crate::error::UseCaseError;

/// What an auditor asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryRecord {
    /// Method and route, such as `GET /api/v1/orders/{order_id}`.
    pub route: String,
    /// The ids and filters, as they were given.
    pub parameters: BTreeMap<String, String>,
}

/// What an operator is about to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRecord {
    /// The form of the files, such as `parquet`.
    pub format: String,
    /// What was asked for: categories, times, and so on.
    pub parameters: BTreeMap<String, String>,
    /// The first position in it.
    pub from: Position,
    /// The last position in it.
    pub through: Position,
    /// How many events it has, where that is known.
    pub events: Option<u64>,
    /// SHA-256 of its manifest, where there is one already.
    pub manifest_digest: Option<Sha256Hex>,
}

impl Engine {
    /// Notes that an auditor is about to be answered. Whoever cannot have it noted must not answer.
    #[tracing::instrument(name = "engine.access.record_query", skip_all)]
    pub async fn record_query(
        &self,
        request: &RequestContext,
        query: QueryRecord,
    ) -> Result<Position, UseCaseError> {
        let at = self.now();
        let command = AccessCommand::Query {
            actor: request.actor.clone(),
            route: short(query.route),
            parameters: shortened(query.parameters),
            request_id: request.request_id.clone().map(short),
            at,
        };
        let stream = AccessId::of_auditor(request.actor.person_id, at);
        append(&self.ledger, stream, command, &request.metadata()).await
    }
}

/// Notes that an operator is about to export a part of the ledger. Whoever cannot have it noted must not export.
pub async fn record_export(ledger: &Ledger, export: ExportRecord) -> Result<Position, UseCaseError> {
    let at = ledger.clock().now();
    let command = AccessCommand::Export {
        format: short(export.format),
        parameters: shortened(export.parameters),
        from_position: export.from.get(),
        through_position: export.through.get(),
        events: export.events,
        manifest_digest: export.manifest_digest,
        at,
    };
    append(ledger, AccessId::of_exports(at), command, &by_worker("operator")).await
}

/// Nothing is decided by what was noted before, so that nothing need be read, and requests do not wait for each other.
async fn append(
    ledger: &Ledger,
    stream: AccessId,
    command: AccessCommand,
    metadata: &Metadata,
) -> Result<Position, UseCaseError> {
    let events = Access::decide(&AccessState::Absent, command)?;
    let events = events
        .iter()
        .map(|event| NewEvent::of(ledger.ids().uuid_v7(), event));
    let stream = StreamName::of::<Access>(stream.as_uuid());
    let append = Append::new(metadata).write_raw(stream, ExpectedRevision::Any, events.collect());
    Ok(ledger.append(append).await?.position)
}

fn shortened(parameters: BTreeMap<String, String>) -> BTreeMap<String, AccessText> {
    let short = |(name, value)| (name, short(value));
    parameters.into_iter().map(short).collect()
}

/// The text as it may be noted. What is too long, or no line, cannot have been an id or a filter.
fn short(text: String) -> AccessText {
    let noted =
        AccessText::try_new(text).or_else(|_| AccessText::try_new("(not noted: no id and no filter)"));
    noted.unwrap_or_else(|_| unreachable!("the words above are a short line"))
}

impl From<AccessError> for UseCaseError {
    /// The caller has looked at the roles and at the range before.
    fn from(error: AccessError) -> Self {
        Self::Unreadable(error.to_string())
    }
}
