//! Does one history to both, and compares every answer.

use chrono::TimeDelta;
use comptoir_ledger::{
    Append, AppendError, Appended, ExpectedRevision, Filter, Idempotency, Metadata, NewEvent, Position,
    RecordedEvent, Revision, StreamName,
};
use futures::future::join_all;
use proptest::prelude::{TestCaseError, prop_assert, prop_assert_eq};
use uuid::Uuid;

use super::operation::{Draft, EventId, Expectation, Flaw, Operation, Selection};
use super::reference::{Held, Model, Outcome, Request};
use crate::common::{self, Fixture, fixture, id};

const SCOPE: &str = "model";

type Checked = Result<(), TestCaseError>;

pub(super) async fn history(operations: &[Operation]) -> Checked {
    let fixture = fixture().await;
    let mut model = Model::default();
    for operation in operations {
        match operation {
            Operation::Append(drafts) => together(&fixture, &mut model, drafts).await?,
            Operation::ReadStream { stream, from } => read_stream(&fixture, &model, *stream, *from).await?,
            Operation::ReadPages {
                after,
                selection,
                limit,
            } => {
                let after = Position::new(*after);
                read_pages(&fixture, &model, (after, Position::END), *selection, *limit).await?;
            }
            Operation::AsOf {
                minutes,
                stream,
                selection,
                limit,
            } => {
                let end = as_of(&fixture, &model, *minutes, *stream).await?;
                read_pages(&fixture, &model, (Position::START, end), *selection, *limit).await?;
            }
            Operation::Answer { key } => answer(&fixture, &model, *key).await?,
            Operation::AdvanceClock { minutes } => fixture.clock.advance(TimeDelta::minutes(*minutes)),
        }
    }
    let everything = (Position::START, Position::END);
    read_pages(&fixture, &model, everything, Selection::All, 100).await?;
    common::verify::ledger_is_sound(&fixture.ledger).await;
    Ok(())
}

/// The answers must be those of the model for some order: that of the positions for the appends that were made, and
/// any place among them for each one that was refused.
async fn together(fixture: &Fixture, model: &mut Model, drafts: &[Draft]) -> Checked {
    let requests: Vec<Request> = drafts.iter().map(|draft| settle(model, draft)).collect();
    let now = comptoir_ledger::clock::Clock::now(&*fixture.clock);
    let appends = requests
        .iter()
        .map(|request| fixture.ledger.append(request.to_append()));
    let outcomes: Vec<Outcome> = join_all(appends).await.into_iter().map(outcome).collect();
    let mut made: Vec<(&Request, &Appended)> = Vec::new();
    for (request, outcome) in requests.iter().zip(&outcomes) {
        if let Outcome::Appended(appended) = outcome {
            made.push((request, appended));
        }
    }
    made.sort_by_key(|(_, appended)| appended.position);
    let mut stages = vec![model.clone()];
    for (request, appended) in made {
        prop_assert_eq!(model.append(request, now), Outcome::Appended(appended.clone()));
        stages.push(model.clone());
    }
    for (request, outcome) in requests.iter().zip(&outcomes) {
        if !matches!(outcome, Outcome::Appended(_)) {
            let explained = stages
                .iter()
                .any(|stage| stage.clone().append(request, now) == *outcome);
            prop_assert!(explained, "{request:?} led to {outcome:?}");
        }
    }
    if outcomes.iter().any(|outcome| *outcome != Outcome::Invalid) {
        model.decided_at = model.decided_at.max(now);
    }
    prop_assert_eq!(fixture.ledger.horizon(), model.head());
    Ok(())
}

async fn read_stream(fixture: &Fixture, model: &Model, stream: u8, from: i64) -> Checked {
    let stream = stream_name(stream);
    let read = fixture
        .ledger
        .read_stream(&stream, Revision::new(from))
        .await
        .unwrap();
    let expected = numbered(model).filter(|(_, held)| held.stream == stream && held.revision.get() >= from);
    same(&read, expected)
}

/// Page after page, from behind the first position up to the second one or the end of the ledger.
async fn read_pages(
    fixture: &Fixture,
    model: &Model,
    (after, end): (Position, Position),
    selection: Selection,
    limit: usize,
) -> Checked {
    let (filter, wanted): (Filter, fn(&Held) -> bool) = match selection {
        Selection::All => (Filter::All, |_| true),
        Selection::Category => (Filter::Category("odd".to_owned()), |held| {
            held.stream.category() == "odd"
        }),
        Selection::Types => (Filter::types(["note.even"]), |held| {
            held.event.event_type == "note.even"
        }),
    };
    let (mut read, mut through) = (Vec::new(), after);
    loop {
        let page = if end == Position::END {
            fixture.ledger.read_page(through, &filter, limit).await
        } else {
            fixture
                .ledger
                .read_page_through(through, end, &filter, limit)
                .await
        };
        let page = page.unwrap();
        prop_assert!(page.events.len() <= limit);
        if page.through == through {
            break;
        }
        read.extend(page.events);
        through = page.through;
    }
    prop_assert_eq!(through, model.head().min(end).max(after));
    let expected =
        numbered(model).filter(|(position, held)| *position > after && *position <= end && wanted(held));
    same(&read, expected)
}

/// Where the ledger ended at a moment; one of its streams is read as of then.
async fn as_of(
    fixture: &Fixture,
    model: &Model,
    minutes: i64,
    stream: u8,
) -> Result<Position, TestCaseError> {
    let at = common::noon() + TimeDelta::minutes(minutes);
    let expected = model.events.iter().filter(|held| held.recorded_at <= at).count();
    let end = fixture.ledger.position_as_of(at).await.unwrap();
    prop_assert_eq!(end, Position::new(expected.try_into().unwrap()));
    let stream = stream_name(stream);
    let read = fixture
        .ledger
        .read_stream_as_of(&stream, Revision::FIRST, at)
        .await;
    let expected = numbered(model).filter(|(position, held)| *position <= end && held.stream == stream);
    same(&read.unwrap(), expected)?;
    Ok(end)
}

async fn answer(fixture: &Fixture, model: &Model, key: u8) -> Checked {
    let key = key_name(key);
    let recorded = fixture.ledger.idempotent_answer(SCOPE, &key).await.unwrap();
    prop_assert_eq!(
        recorded.map(|recorded| recorded.position),
        model.keys.get(&key).copied()
    );
    Ok(())
}

fn numbered(model: &Model) -> impl Iterator<Item = (Position, &Held)> {
    (1..).map(Position::new).zip(&model.events)
}

fn same<'a>(read: &[RecordedEvent], expected: impl Iterator<Item = (Position, &'a Held)>) -> Checked {
    let read: Vec<(Position, Held)> = read.iter().map(|event| (event.position, held(event))).collect();
    let expected: Vec<(Position, Held)> = expected
        .map(|(position, held)| (position, held.clone()))
        .collect();
    prop_assert_eq!(read, expected);
    Ok(())
}

fn held(event: &RecordedEvent) -> Held {
    Held {
        stream: StreamName::from_name(event.stream.as_str()),
        revision: event.revision,
        event: NewEvent {
            event_id: event.event_id,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            data: event.data.clone(),
        },
        recorded_at: event.recorded_at,
    }
}

fn outcome(result: Result<Appended, AppendError>) -> Outcome {
    match result {
        Ok(appended) => Outcome::Appended(appended),
        Err(AppendError::Invalid(_)) => Outcome::Invalid,
        Err(refusal) => Outcome::Refused(refusal),
    }
}

/// Even streams are of one category, odd ones of another.
fn stream_name(stream: u8) -> StreamName {
    let category = if stream.is_multiple_of(2) { "even" } else { "odd" };
    StreamName::from_name(format!("{category}-{stream}"))
}

fn key_name(key: u8) -> String {
    format!("key {key}")
}

fn settle(model: &Model, draft: &Draft) -> Request {
    let mut writes: Vec<_> = draft
        .writes
        .iter()
        .map(|write| {
            let stream = stream_name(write.stream);
            let expected = match write.expectation {
                Expectation::NoStream => ExpectedRevision::NoStream,
                Expectation::Any => ExpectedRevision::Any,
                Expectation::StreamExists => ExpectedRevision::StreamExists,
                Expectation::Actual { off } => match model.revision(&stream) {
                    Some(revision) => ExpectedRevision::Exact(Revision::new(revision.get() + off)),
                    None => ExpectedRevision::NoStream,
                },
            };
            (
                stream,
                expected,
                write.events.iter().map(|id| event(*id)).collect::<Vec<_>>(),
            )
        })
        .collect();
    let mut flawed = false;
    if let (Some(flaw), Some((stream, _, events))) = (draft.flaw, writes.last_mut()) {
        flawed = spoil(flaw, stream, events);
    }
    Request {
        writes,
        key: draft.key.map(key_name),
        flawed,
    }
}

fn event(event_id: EventId) -> NewEvent {
    let event_id = match event_id {
        EventId::Fresh => id(),
        EventId::Known(number) => Uuid::from_u128(u128::from(number) + 1),
    };
    let even = event_id.as_u128().is_multiple_of(2);
    NewEvent {
        event_id,
        event_type: if even { "note.even" } else { "note.odd" }.to_owned(),
        schema_version: 1,
        data: format!("{{\"é\": \"{event_id}\"}}"),
    }
}

/// Whether there was anything to spoil.
fn spoil(flaw: Flaw, stream: &mut StreamName, events: &mut [NewEvent]) -> bool {
    let Some(event) = events.last_mut() else {
        return false;
    };
    match flaw {
        Flaw::Json => event.data.push('}'),
        Flaw::Nul => "\"\\u0000\"".clone_into(&mut event.data),
        Flaw::Type => event.event_type.push(' '),
        Flaw::Version => event.schema_version = 0,
        Flaw::Stream => *stream = StreamName::from_name("nameless"),
    }
    true
}

impl Request {
    fn to_append(&self) -> Append {
        let mut append = Append::new(&Metadata::default());
        for (stream, expected, events) in &self.writes {
            append = append.write_raw(stream.clone(), *expected, events.clone());
        }
        match &self.key {
            Some(key) => append.idempotent(Idempotency {
                scope: SCOPE.to_owned(),
                key: key.clone(),
                fingerprint: [1; 32],
                answer: "{}".to_owned(),
            }),
            None => append,
        }
    }
}
