//! Appending: expectations, atomicity, refusals among neighbours, event ids, idempotency, validation.

use crate::common::{self, append, fixture, id, new_stream, note, note_with_id};
use comptoir_ledger::{
    Append, AppendError, ExpectedRevision, Filter, Idempotency, InvalidAppend, Metadata, NewEvent, Position,
    Revision, StreamName,
};
use futures::future::join_all;

#[tokio::test]
async fn the_first_event_stands_at_position_one_and_revision_zero() {
    let fixture = fixture().await;
    let stream = new_stream();
    let appended = fixture
        .ledger
        .append(append(&stream, ExpectedRevision::NoStream, "a"))
        .await
        .unwrap();
    assert_eq!(appended.position, Position::new(1));
    assert_eq!(appended.revisions, vec![(stream.clone(), Revision::FIRST)]);
    assert_eq!(appended.recorded_at, common::noon());
    assert_eq!(fixture.ledger.horizon(), Position::new(1));
    let events = fixture
        .ledger
        .read_stream(&stream, Revision::FIRST)
        .await
        .unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].data, r#"{"text":"a"}"#);
    assert_eq!(events[0].metadata, "{}");
}

#[tokio::test]
async fn each_expectation_is_held_against_the_stream() {
    let fixture = fixture().await;
    let stream = new_stream();
    let expect = |expected| fixture.ledger.append(append(&stream, expected, "x"));
    let wrong = |result: Result<_, AppendError>, at: Option<i64>| {
        let Err(AppendError::WrongExpectedRevision { actual, .. }) = result else {
            panic!("not refused: {result:?}")
        };
        assert_eq!(actual, at.map(Revision::new));
    };
    wrong(
        expect(ExpectedRevision::Exact(Revision::new(0))).await.map(drop),
        None,
    );
    wrong(expect(ExpectedRevision::StreamExists).await.map(drop), None);
    expect(ExpectedRevision::NoStream).await.unwrap();
    wrong(expect(ExpectedRevision::NoStream).await.map(drop), Some(0));
    wrong(
        expect(ExpectedRevision::Exact(Revision::new(1))).await.map(drop),
        Some(0),
    );
    expect(ExpectedRevision::Exact(Revision::new(0))).await.unwrap();
    expect(ExpectedRevision::StreamExists).await.unwrap();
    let last = expect(ExpectedRevision::Any).await.unwrap();
    assert_eq!(last.position, Position::new(4));
    assert_eq!(last.revisions[0].1, Revision::new(3));
}

#[tokio::test]
async fn an_append_over_several_streams_happens_as_a_whole_or_not_at_all() {
    let fixture = fixture().await;
    let (taken, free) = (new_stream(), new_stream());
    fixture
        .ledger
        .append(append(&taken, ExpectedRevision::NoStream, "first"))
        .await
        .unwrap();
    let both = |expected| {
        Append::new(&Metadata::default())
            .write_raw(
                free.clone(),
                ExpectedRevision::NoStream,
                vec![note("a"), note("b")],
            )
            .write_raw(taken.clone(), expected, vec![note("c")])
    };
    let refused = fixture.ledger.append(both(ExpectedRevision::NoStream)).await;
    assert!(matches!(refused, Err(AppendError::WrongExpectedRevision { stream, .. }) if stream == taken));
    assert!(
        fixture
            .ledger
            .read_stream(&free, Revision::FIRST)
            .await
            .unwrap()
            .is_empty()
    );
    let appended = fixture
        .ledger
        .append(both(ExpectedRevision::Exact(Revision::FIRST)))
        .await
        .unwrap();
    assert_eq!(appended.position, Position::new(4));
    assert_eq!(
        appended.revisions,
        vec![(free, Revision::new(1)), (taken, Revision::new(1))]
    );
}

#[tokio::test]
async fn a_stream_that_is_only_checked_must_not_have_moved_and_gets_no_event() {
    let fixture = fixture().await;
    let (watched, written) = (new_stream(), new_stream());
    fixture
        .ledger
        .append(append(&watched, ExpectedRevision::NoStream, "a"))
        .await
        .unwrap();
    let checked = |revision| {
        append(&written, ExpectedRevision::Any, "w").write_raw(
            watched.clone(),
            ExpectedRevision::Exact(Revision::new(revision)),
            Vec::new(),
        )
    };
    assert!(matches!(
        fixture.ledger.append(checked(1)).await,
        Err(AppendError::WrongExpectedRevision { .. })
    ));
    let appended = fixture.ledger.append(checked(0)).await.unwrap();
    assert_eq!(appended.revisions, vec![(written, Revision::FIRST)]);
    assert_eq!(
        fixture
            .ledger
            .read_stream(&watched, Revision::FIRST)
            .await
            .unwrap()
            .len(),
        1
    );
}

/// Many appends at once land in common batches; every second one is refused, for one reason or another.
#[tokio::test]
async fn refused_appends_leave_their_neighbours_alone() {
    let fixture = fixture().await;
    let taken = new_stream();
    let used_id = id();
    let first = Append::new(&Metadata::default())
        .write_raw(
            taken.clone(),
            ExpectedRevision::NoStream,
            vec![note_with_id(used_id, "first")],
        )
        .idempotent(key("used"));
    fixture.ledger.append(first).await.unwrap();
    let appends = (0..200).map(|n| match n % 8 {
        1 => append(&taken, ExpectedRevision::NoStream, "taken"),
        3 => Append::new(&Metadata::default()).write_raw(
            new_stream(),
            ExpectedRevision::NoStream,
            vec![note("fresh"), note_with_id(used_id, "twice")],
        ),
        5 => append(&new_stream(), ExpectedRevision::NoStream, "key").idempotent(key("used")),
        7 => append(&new_stream(), ExpectedRevision::StreamExists, "missing"),
        _ => append(&new_stream(), ExpectedRevision::NoStream, "good"),
    });
    let results = join_all(appends.map(|append| fixture.ledger.append(append))).await;
    let mut positions = Vec::new();
    for (n, result) in results.into_iter().enumerate() {
        match (n % 8, result) {
            (1 | 7, Err(AppendError::WrongExpectedRevision { .. }))
            | (3, Err(AppendError::DuplicateEventId))
            | (5, Err(AppendError::IdempotencyKeyUsed)) => {}
            (0 | 2 | 4 | 6, Ok(appended)) => positions.push(appended.position.get()),
            (_, result) => panic!("append {n}: {result:?}"),
        }
    }
    positions.sort_unstable();
    assert_eq!(positions, (2..=101).collect::<Vec<_>>());
    common::verify::ledger_is_sound(&fixture.ledger).await;
    let batches: i64 = sqlx::query_scalar("SELECT count(DISTINCT xmin::text) FROM events")
        .fetch_one(fixture.ledger.pool())
        .await
        .unwrap();
    assert!(
        batches < 50,
        "the appends were not committed together: {batches} transactions"
    );
}

#[tokio::test]
async fn two_appends_to_one_stream_at_once_are_decided_one_after_the_other() {
    let fixture = fixture().await;
    let stream = new_stream();
    let appends = (0..100).map(|n| append(&stream, ExpectedRevision::Any, &n.to_string()));
    let results = join_all(appends.map(|append| fixture.ledger.append(append))).await;
    let mut revisions: Vec<i64> = results
        .into_iter()
        .map(|result| result.unwrap().revisions[0].1.get())
        .collect();
    revisions.sort_unstable();
    assert_eq!(revisions, (0..100).collect::<Vec<_>>());
    let contenders = (0..50).map(|_| append(&stream, ExpectedRevision::Exact(Revision::new(99)), "one wins"));
    let results = join_all(contenders.map(|append| fixture.ledger.append(append))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    common::verify::ledger_is_sound(&fixture.ledger).await;
}

#[tokio::test]
async fn an_idempotency_key_is_recorded_with_its_events_and_refuses_a_second_use() {
    let fixture = fixture().await;
    let stream = new_stream();
    let refused = append(&stream, ExpectedRevision::StreamExists, "no").idempotent(key("k"));
    fixture.ledger.append(refused).await.unwrap_err();
    assert_eq!(
        fixture.ledger.idempotent_answer("scope", "k").await.unwrap(),
        None
    );
    let first = append(&stream, ExpectedRevision::NoStream, "yes").idempotent(key("k"));
    let appended = fixture.ledger.append(first).await.unwrap();
    let recorded = fixture
        .ledger
        .idempotent_answer("scope", "k")
        .await
        .unwrap()
        .expect("recorded");
    assert_eq!(
        (recorded.position, recorded.answer.as_str()),
        (appended.position, r#"{"order":"k"}"#)
    );
    assert_eq!(recorded.fingerprint, vec![7; 32]);
    let again = append(&new_stream(), ExpectedRevision::NoStream, "again").idempotent(key("k"));
    assert_eq!(
        fixture.ledger.append(again).await,
        Err(AppendError::IdempotencyKeyUsed)
    );
    let elsewhere = Idempotency {
        scope: "another".to_owned(),
        ..key("k")
    };
    let other = append(&new_stream(), ExpectedRevision::NoStream, "other").idempotent(elsewhere);
    fixture.ledger.append(other).await.unwrap();
    let pruned = fixture
        .ledger
        .prune_idempotent_answers(common::noon() + chrono::TimeDelta::seconds(1))
        .await;
    assert_eq!(pruned.unwrap(), 2);
}

#[tokio::test]
async fn an_append_that_can_never_work_is_refused_before_it_meets_a_neighbour() {
    let fixture = fixture().await;
    let refused = |event: NewEvent, stream: &str| {
        let append = Append::new(&Metadata::default()).write_raw(
            StreamName::from_name(stream),
            ExpectedRevision::Any,
            vec![event],
        );
        let ledger = fixture.ledger.clone();
        async move {
            let Err(AppendError::Invalid(invalid)) = ledger.append(append).await else {
                panic!("accepted")
            };
            invalid
        }
    };
    let with = |data: &str| NewEvent {
        data: data.to_owned(),
        ..note("")
    };
    assert_eq!(
        refused(with("{"), "note-1").await,
        InvalidAppend::NotJson { field: "data" }
    );
    assert_eq!(
        refused(with("{} {}"), "note-1").await,
        InvalidAppend::NotJson { field: "data" }
    );
    assert_eq!(
        refused(with(r#"{"a":"\u0000"}"#), "note-1").await,
        InvalidAppend::Nul { field: "data" }
    );
    let large = format!("\"{}\"", "x".repeat(comptoir_ledger::DATA_BYTES_MAX));
    assert!(matches!(
        refused(with(&large), "note-1").await,
        InvalidAppend::DataTooLarge { .. }
    ));
    for name in ["note", "-1", "note-", "no\0te-1", &"n".repeat(300)] {
        assert!(
            matches!(refused(note("a"), name).await, InvalidAppend::StreamName { .. }),
            "{name:?}"
        );
    }
    let typed = |event_type: &str| NewEvent {
        event_type: event_type.to_owned(),
        ..note("")
    };
    assert!(matches!(
        refused(typed("Note Taken"), "note-1").await,
        InvalidAppend::EventType { .. }
    ));
    let unversioned = NewEvent {
        schema_version: 0,
        ..note("")
    };
    assert!(matches!(
        refused(unversioned, "note-1").await,
        InvalidAppend::SchemaVersion { .. }
    ));
    assert_eq!(fixture.ledger.horizon(), Position::START);
    let escaped = with(r#"{"a":"\\u0000"}"#);
    let fine =
        Append::new(&Metadata::default()).write_raw(new_stream(), ExpectedRevision::Any, vec![escaped]);
    fixture
        .ledger
        .append(fine)
        .await
        .expect("an escaped backslash before u0000 is no NUL");
}

#[tokio::test]
async fn payloads_come_back_byte_for_byte() {
    let fixture = fixture().await;
    let stream = new_stream();
    let data = "{ \"b\" : 1.0e0,\n\"a\":\"\\u00e9 é 🎵 \u{202e}\",\"a\":2 }";
    let event = NewEvent {
        data: data.to_owned(),
        ..note("")
    };
    let append =
        Append::new(&Metadata::default()).write_raw(stream.clone(), ExpectedRevision::NoStream, vec![event]);
    fixture.ledger.append(append).await.unwrap();
    let page = fixture
        .ledger
        .read_page(Position::START, &Filter::All, 10)
        .await
        .unwrap();
    assert_eq!(page.events[0].data, data);
    common::verify::ledger_is_sound(&fixture.ledger).await;
}

#[tokio::test]
async fn time_of_record_never_goes_back() {
    let fixture = fixture().await;
    fixture
        .ledger
        .append(append(&new_stream(), ExpectedRevision::Any, "a"))
        .await
        .unwrap();
    fixture.clock.advance(chrono::TimeDelta::hours(-1));
    let later = fixture
        .ledger
        .append(append(&new_stream(), ExpectedRevision::Any, "b"))
        .await
        .unwrap();
    assert_eq!(later.recorded_at, common::noon());
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_events() {
    let fixture = fixture().await;
    fixture
        .ledger
        .append(append(&new_stream(), ExpectedRevision::Any, "a"))
        .await
        .unwrap();
    let superuser = sqlx::PgPool::connect(fixture.database.superuser_url())
        .await
        .unwrap();
    for statement in [
        "UPDATE events SET data = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
    ] {
        let as_owner = sqlx::query(statement)
            .execute(fixture.ledger.pool())
            .await
            .unwrap_err();
        assert!(as_owner.to_string().contains("permission denied"), "{as_owner}");
        let as_superuser = sqlx::query(statement).execute(&superuser).await.unwrap_err();
        assert!(
            as_superuser.to_string().contains("the ledger is append-only"),
            "{as_superuser}"
        );
    }
}

fn key(key: &str) -> Idempotency {
    Idempotency {
        scope: "scope".to_owned(),
        key: key.to_owned(),
        fingerprint: [7; 32],
        answer: format!(r#"{{"order":"{key}"}}"#),
    }
}
