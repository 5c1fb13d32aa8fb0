//! `GET /api/v1/audit/events`

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_audit::events::{EventFilter, Sequence, Window, window};
use comptoir_audit::timeline::{CATEGORIES, object_id, sentence_of};
use comptoir_domain::values::PersonId;
use comptoir_ledger::{Position, RecordedEvent};
use comptoir_projections::ReadModel;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Overseers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::Limit;
use crate::http::parameters::{Query, invalid};
use crate::http::problem::Problem;

/// Which events are wanted: those that pass every part that is given.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// Behind which position: the `next` of the page before.
    #[param(value_type = Option<i64>, minimum = 0)]
    starting_after: Option<i64>,
    /// The newest first, or the oldest.
    #[param(inline)]
    #[serde(default)]
    order: OrderOfQuery,
    /// Only those of one kind of thing, such as `order`.
    #[param(example = "order")]
    category: Option<String>,
    /// Only those of one type, such as `order.paid`.
    #[serde(rename = "type")]
    #[param(example = "order.paid")]
    event_type: Option<String>,
    /// Only what this person, or this part of the engine (`worker:policy`, `hyperswitch`), did.
    #[param(example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    actor: Option<String>,
    /// Only what this person did, or what concerns them as a buyer, a seller or a holder.
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    /// Only those recorded at this time or later (RFC 3339).
    from: Option<DateTime<Utc>>,
    /// Only those recorded at this time or before.
    to: Option<DateTime<Utc>>,
    /// Wait until the read has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// In which sequence events are listed.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum OrderOfQuery {
    #[default]
    Newest,
    Oldest,
}

/// A page of events.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EventList)]
pub(crate) struct EventListBody {
    /// The events, in the sequence that was asked for. A page may have fewer than `limit`, even none, and be followed by others: each
    /// looks through a bounded stretch of the ledger, so that it is quick however rare its events are.
    data: Vec<EventBody>,
    /// Whether another page follows: ask for it with `starting_after` and `next`.
    has_more: bool,
    /// The position that this page reaches.
    next: i64,
}

/// An event, as it is stored.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AuditEvent)]
pub(crate) struct EventBody {
    /// Its place in the ledger.
    position: i64,
    /// Its stream.
    stream: String,
    /// Its place in the stream.
    revision: i64,
    /// Its id.
    event_id: Uuid,
    /// What it is called.
    #[serde(rename = "type")]
    event_type: String,
    /// The version of its form.
    schema_version: i32,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// What it happened to.
    object: String,
    /// What it says, in words.
    sentence: String,
    /// Its payload, byte for byte as it is stored; what is sealed stays sealed.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
    /// Who and what led to it, byte for byte.
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    /// Its leaf hash in the ledger's Merkle tree, in hex.
    leaf_hash: String,
}

impl TryFrom<RecordedEvent> for EventBody {
    type Error = serde_json::Error;

    fn try_from(event: RecordedEvent) -> Result<Self, serde_json::Error> {
        use std::fmt::Write as _;
        let mut leaf_hash = String::with_capacity(64);
        for byte in &event.leaf_hash {
            // Writing to a text cannot fail.
            let _ = write!(leaf_hash, "{byte:02x}");
        }
        Ok(Self {
            position: event.position.get(),
            object: object_id(&event.stream),
            sentence: sentence_of(&event),
            revision: event.revision.get(),
            event_id: event.event_id,
            schema_version: event.schema_version,
            recorded_at: event.recorded_at,
            data: RawValue::from_string(event.data)?,
            metadata: RawValue::from_string(event.metadata)?,
            stream: event.stream,
            event_type: event.event_type,
            leaf_hash,
        })
    }
}

/// List the events of the ledger
///
/// For auditors and admins. In the order of positions, the newest first or the oldest.
#[utoipa::path(get, path = "/audit/events", tag = "audit", params(EventsQuery),
    responses((status = 200, description = "A page of events", body = EventListBody)))]
pub(crate) async fn list_events(
    _: CallerAs<Overseers>,
    State(app): State<App>,
    Query(wanted): Query<EventsQuery>,
    min: MinPosition,
) -> Result<Answer<EventListBody>, Problem> {
    let horizon = app.engine().ledger().horizon();
    let linked = wanted.person.is_some()
        || wanted
            .actor
            .as_deref()
            .is_some_and(|actor| actor.starts_with("person_"));
    let upto = if linked { MinPosition(Some(horizon)) } else { min };
    if linked || min.0.is_some() {
        app.reads().reach(&[ReadModel::History], upto).await?;
    }
    let (limit, sequence) = (i64::from(wanted.limit.0.get()), Sequence::from(wanted.order));
    let after = wanted.starting_after;
    let filter = wanted.filter()?;
    let page = window(
        app.engine().ledger(),
        &filter,
        sequence,
        after.map(Position::new),
        limit,
    )
    .await?;
    let Window {
        events,
        next,
        has_more,
    } = page;
    let data: Result<Vec<EventBody>, _> = events.into_iter().map(EventBody::try_from).collect();
    let body = EventListBody {
        data: data.map_err(|error| Problem::new(crate::http::problem::ProblemKind::Internal).cause(error))?,
        has_more,
        next: next.get(),
    };
    Ok(Answer::ok(body, horizon))
}

impl From<OrderOfQuery> for Sequence {
    fn from(order: OrderOfQuery) -> Self {
        match order {
            OrderOfQuery::Newest => Self::NewestFirst,
            OrderOfQuery::Oldest => Self::OldestFirst,
        }
    }
}

impl EventsQuery {
    fn filter(self) -> Result<EventFilter, Problem> {
        if let Some(category) = self.category.as_deref()
            && !CATEGORIES.contains(&category)
        {
            let known = CATEGORIES.join(", ");
            return Err(invalid(
                "category",
                "invalid_value",
                format!("must be one of {known}"),
            ));
        }
        if let Some((from, to)) = self.from.zip(self.to)
            && to < from
        {
            return Err(invalid("to", "invalid_value", "must not be before from"));
        }
        if self.starting_after.is_some_and(|position| position < 0) {
            return Err(invalid(
                "starting_after",
                "invalid_value",
                "must be a position: the next of the page before",
            ));
        }
        Ok(EventFilter {
            category: self.category,
            event_type: self.event_type,
            actor: self.actor,
            person: self.person,
            from: self.from,
            to: self.to,
        })
    }
}
