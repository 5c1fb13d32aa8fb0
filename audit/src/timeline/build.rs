//! Puts a timeline together: a few reads by key, whatever the length of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::order::Order;
use comptoir_domain::person::Person;
use comptoir_domain::values::{OrderId, PersonId};
use comptoir_ledger::{Ledger, Position, RecordedEvent, StreamName};
use comptoir_projections::history::orders_named;
use comptoir_projections::history::query::{newest, of_several, oldest};
use uuid::Uuid;

use super::TimelineError;
use super::actor::{Acted, person_of};
use super::entry::{Entry, Link, Related, StateLine, Timeline};
use super::find::{NotFound, Subject, object_id};
use super::told::{Line, Step, steps_of};

/// How many events that follow from one are listed.
const EFFECTS_MAX: i64 = 50;
/// How many events are looked through for related things.
const RELATED_EVENTS_MAX: i64 = 500;
/// Streams in which many orders meet: what they were at a moment of somebody's life is not folded for it.
const SHARED: [&str; 3] = ["promo", "invoicing", "access"];

/// How much of a timeline is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Where the ledger ends for it.
    pub through: Position,
    /// How many entries at most: the newest ones.
    pub entries_max: usize,
    /// Only entries before this position; none for all.
    pub before: Option<Position>,
}

impl Wanted {
    /// The newest position that an entry can have.
    fn last(&self) -> Position {
        let before = self
            .before
            .map_or(Position::END, |before| Position::new(before.get() - 1));
        self.through.min(before)
    }
}

/// What happened to a thing or a person, as far as it is wanted.
pub async fn timeline(
    ledger: &Ledger,
    subject: &Subject,
    wanted: &Wanted,
) -> Result<Timeline, TimelineError> {
    let (events, has_earlier, told) = match subject {
        Subject::Thing(stream) => of_thing(ledger, stream, wanted).await?,
        Subject::Person(person_id) => of_person(ledger, *person_id, wanted).await?,
    };
    let erased = erased_among(ledger, &events, wanted.through).await?;
    let (causes, effects) = causes_and_effects(ledger, &events, wanted.through).await?;
    let mut entries = Vec::with_capacity(events.len());
    for event in &events {
        let Told { step, before } = told.get(&event.position).cloned().unwrap_or_default();
        let cause = event
            .decode_metadata()
            .ok()
            .and_then(|metadata| metadata.causation_id);
        entries.push(Entry {
            position: event.position,
            event_id: event.event_id,
            event_type: event.event_type.clone(),
            object: object_id(&event.stream),
            recorded_at: event.recorded_at,
            actor: Acted::of(event, &step.people, &erased),
            cause: cause.and_then(|cause| causes.get(&cause).cloned()),
            effects: effects.get(&event.event_id).cloned().unwrap_or_default(),
            state: state_lines(&step.lines, &before),
            sentence: step.sentence,
        });
    }
    let (kind, id) = match subject {
        Subject::Thing(stream) => (stream.category().to_owned(), object_id(stream.as_str())),
        Subject::Person(person_id) => ("person".to_owned(), person_id.to_string()),
    };
    let (related, has_more_related) = related(ledger, subject, &events, wanted.through).await?;
    let state = match subject {
        Subject::Thing(_) => entries
            .last()
            .map(|entry| entry.state.clone())
            .unwrap_or_default(),
        Subject::Person(person_id) => state_of_person(ledger, *person_id, wanted.through).await?,
    };
    Ok(Timeline {
        kind,
        id,
        as_of_position: wanted.through,
        linked_through: linked_through(ledger).await?,
        entries,
        has_earlier,
        state,
        related,
        has_more_related,
    })
}

/// An event told, and what was so before it.
#[derive(Debug, Clone, Default)]
struct Told {
    step: Step,
    before: Vec<Line>,
}

/// The events of a page, whether there are earlier ones, and what each says.
type Page = (Vec<RecordedEvent>, bool, BTreeMap<Position, Told>);

async fn of_thing(ledger: &Ledger, stream: &StreamName, wanted: &Wanted) -> Result<Page, TimelineError> {
    let first = comptoir_ledger::Revision::FIRST;
    let mut events = ledger.read_stream_through(stream, first, wanted.last()).await?;
    if events.is_empty() && wanted.before.is_none() {
        let text = object_id(stream.as_str());
        return Err(NotFound { text }.into());
    }
    let told = tell(&events);
    let earlier = events.len().saturating_sub(wanted.entries_max);
    events.drain(..earlier);
    Ok((events, earlier > 0, told))
}

async fn of_person(ledger: &Ledger, person_id: PersonId, wanted: &Wanted) -> Result<Page, TimelineError> {
    let before = Position::new(wanted.last().get().saturating_add(1));
    let probe = i64::try_from(wanted.entries_max)
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let mut positions = newest(ledger.pool(), person_id.as_uuid(), before, probe).await?;
    let has_earlier = positions.len() > wanted.entries_max;
    positions.truncate(wanted.entries_max);
    let events = ledger.read_positions(&positions).await?;
    if events.is_empty() && wanted.before.is_none() {
        let text = person_id.to_string();
        return Err(NotFound { text }.into());
    }
    let streams: BTreeSet<&str> = events
        .iter()
        .filter(|event| !SHARED.contains(&event.category()))
        .map(|event| event.stream.as_str())
        .collect();
    let streams: Vec<StreamName> = streams.into_iter().map(StreamName::from_name).collect();
    let end = events.last().map_or(wanted.last(), |event| event.position);
    let mut told = BTreeMap::new();
    for stream in ledger
        .read_streams_through(&streams, end)
        .await?
        .chunk_by(|one, next| one.stream == next.stream)
    {
        told.append(&mut tell(stream));
    }
    for event in &events {
        told.entry(event.position).or_insert_with(|| Told {
            step: Step {
                sentence: super::told::sentence_of(event),
                ..Step::default()
            },
            before: Vec::new(),
        });
    }
    Ok((events, has_earlier, told))
}

/// Tells one stream from its first event on.
fn tell(events: &[RecordedEvent]) -> BTreeMap<Position, Told> {
    let category = events.first().map(RecordedEvent::category).unwrap_or_default();
    let (mut told, mut before) = (BTreeMap::new(), Vec::new());
    for (event, step) in events.iter().zip(steps_of(category, events)) {
        let lines = step.lines.clone();
        told.insert(event.position, Told { step, before });
        before = lines;
    }
    told
}

/// The lines of a state, with what each was before.
fn state_lines(lines: &[Line], before: &[Line]) -> Vec<StateLine> {
    let was = |label: &str| {
        before
            .iter()
            .find(|(other, _)| *other == label)
            .map(|(_, value)| value.clone())
    };
    let line = |(label, value): &Line| {
        let was = was(label);
        StateLine {
            label,
            value: value.clone(),
            changed: was.as_ref() != Some(value),
            before: was.filter(|was| was != value),
        }
    };
    lines.iter().map(line).collect()
}

/// What is so of a person: who they are as a seller, and whether they were erased.
async fn state_of_person(
    ledger: &Ledger,
    person_id: PersonId,
    through: Position,
) -> Result<Vec<StateLine>, TimelineError> {
    let id = person_id.as_uuid();
    let streams = ["seller", "person"].map(|category| StreamName::new(category, id));
    let mut lines = Vec::new();
    for stream in ledger
        .read_streams_through(&streams, through)
        .await?
        .chunk_by(|one, next| one.stream == next.stream)
    {
        let category = stream.first().map(RecordedEvent::category).unwrap_or_default();
        lines.extend(
            steps_of(category, stream)
                .pop()
                .map(|step| step.lines)
                .unwrap_or_default(),
        );
    }
    Ok(state_lines(&lines, &lines))
}

/// Those who acted and were erased by then.
async fn erased_among(
    ledger: &Ledger,
    events: &[RecordedEvent],
    through: Position,
) -> Result<BTreeSet<PersonId>, TimelineError> {
    let people: BTreeSet<PersonId> = events.iter().filter_map(person_of).collect();
    let streams: Vec<StreamName> = people
        .iter()
        .map(|id| StreamName::of::<Person>(id.as_uuid()))
        .collect();
    let erased = ledger.read_streams_through(&streams, through).await?;
    let ids = erased.iter().filter_map(RecordedEvent::aggregate_id);
    Ok(ids.map(PersonId::from_uuid).collect())
}

/// By its id, each event that one of these follows from; and by the id of each of these, what follows from it.
type Links = (BTreeMap<Uuid, Link>, BTreeMap<Uuid, Vec<Link>>);

async fn causes_and_effects(
    ledger: &Ledger,
    events: &[RecordedEvent],
    through: Position,
) -> Result<Links, TimelineError> {
    let cause_of = |event: &RecordedEvent| event.decode_metadata().ok()?.causation_id;
    let wanted: BTreeSet<Uuid> = events.iter().filter_map(cause_of).collect();
    let wanted: Vec<Uuid> = wanted.into_iter().collect();
    let causes = ledger.read_events(&wanted).await?;
    let causes = causes
        .iter()
        .map(|cause| (cause.event_id, Link::from(cause)))
        .collect();
    let ids: Vec<Uuid> = events.iter().map(|event| event.event_id).collect();
    let positions = of_several(ledger.pool(), &ids, through, EFFECTS_MAX).await?;
    let mut effects: BTreeMap<Uuid, Vec<Link>> = BTreeMap::new();
    for effect in ledger.read_positions(&positions).await? {
        // An event is linked to its correlation too, which may be one of these.
        if let Some(cause) = cause_of(&effect).filter(|cause| ids.contains(cause)) {
            effects.entry(cause).or_default().push(Link::from(&effect));
        }
    }
    Ok((causes, effects))
}

/// What else belongs to a thing: what names it, and where it belongs to one order, what names that one.
async fn related(
    ledger: &Ledger,
    subject: &Subject,
    events: &[RecordedEvent],
    through: Position,
) -> Result<(Vec<Related>, bool), TimelineError> {
    let Subject::Thing(own) = subject else {
        return Ok((Vec::new(), false));
    };
    let mut ids: BTreeSet<Uuid> = own.aggregate_id().into_iter().collect();
    let orders: BTreeSet<OrderId> = events.iter().flat_map(orders_named).collect();
    let mut roots = Vec::new();
    if let (Some(order), 1) = (orders.first(), orders.len()) {
        ids.insert(order.as_uuid());
        roots.push(StreamName::of::<Order>(order.as_uuid()));
    }
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut positions = Vec::new();
    for id in &ids {
        positions.extend(oldest(ledger.pool(), *id, Position::START, through, RELATED_EVENTS_MAX).await?);
    }
    let has_more = positions.len() >= usize::try_from(RELATED_EVENTS_MAX).unwrap_or(usize::MAX);
    positions.sort_unstable();
    positions.dedup();
    let mut found = ledger.read_positions(&positions).await?;
    for root in &roots {
        found.extend(
            ledger
                .read_stream_through(root, comptoir_ledger::Revision::FIRST, through)
                .await?
                .into_iter()
                .take(1),
        );
    }
    found.sort_by_key(|event| event.position);
    let mut seen = BTreeSet::from([own.as_str().to_owned()]);
    let first_of_each = found.iter().filter(|event| seen.insert(event.stream.clone()));
    let related = first_of_each.map(|event| Related {
        kind: event.category().to_owned(),
        id: object_id(&event.stream),
        position: event.position,
        recorded_at: event.recorded_at,
        sentence: super::told::sentence_of(event),
    });
    Ok((related.collect(), has_more))
}

/// How far the index has come.
async fn linked_through(ledger: &Ledger) -> Result<Position, TimelineError> {
    let position = sqlx::query_scalar!(
        r#"SELECT position AS "position: Position" FROM subscription_checkpoints WHERE name = 'history'"#
    )
    .fetch_optional(ledger.pool())
    .await?;
    Ok(position.unwrap_or(Position::START))
}
