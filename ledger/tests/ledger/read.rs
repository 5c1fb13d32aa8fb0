//! Reading: by stream, position, category and type, as of a time; beside writers, and never beyond the horizon.

mod bulk;
pub(crate) mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_ledger::{
    Append, ExpectedRevision, Filter, Ledger, LedgerOptions, Metadata, NewEvent, Position, Revision,
    StreamName,
};
use futures::future::join_all;

use crate::common::sessions::{blocked, hold, superuser};
use crate::common::{self, append, fixture, new_stream, note};

use self::support::*;

#[tokio::test]
async fn a_stream_longer_than_a_page_is_read_as_a_whole_from_any_revision() {
    let fixture = fixture().await;
    let (long, other) = (new_stream(), new_stream());
    for _ in 0..3 {
        fixture.ledger.append(notes(&long, 400)).await.unwrap();
        fixture.ledger.append(notes(&other, 1)).await.unwrap();
    }
    let revisions = async |from: i64| -> Vec<i64> {
        let events = fixture
            .ledger
            .read_stream(&long, Revision::new(from))
            .await
            .unwrap();
        assert!(events.iter().all(|event| event.stream == long.as_str()));
        events.iter().map(|event| event.revision.get()).collect()
    };
    assert_eq!(revisions(0).await, (0..1200).collect::<Vec<_>>());
    assert_eq!(revisions(199).await, (199..1200).collect::<Vec<_>>());
    assert_eq!(revisions(1199).await, [1199]);
    assert!(revisions(1200).await.is_empty());
    let page = fixture
        .ledger
        .read_stream_page(&long, Revision::new(5), 3)
        .await
        .unwrap();
    assert_eq!(
        page.iter().map(|event| event.revision.get()).collect::<Vec<_>>(),
        [5, 6, 7]
    );
    assert!(
        fixture
            .ledger
            .read_stream(&new_stream(), Revision::FIRST)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn pages_follow_one_another_to_the_horizon_whatever_their_size() {
    let fixture = fixture().await;
    for _ in 0..10 {
        fixture.ledger.append(notes(&new_stream(), 100)).await.unwrap();
    }
    for limit in [1, 7, 100, 999, 1000, 1001] {
        let after = if limit == 1 { 950 } else { 0 };
        let (events, pages) = read_on(&fixture.ledger, Position::new(after), &Filter::All, limit).await;
        assert_eq!(positions(&events), (after + 1..=1000).collect::<Vec<_>>());
        assert!(
            pages >= events.len().div_ceil(limit),
            "no page is larger than {limit}"
        );
    }
    let beyond = fixture
        .ledger
        .read_page(Position::new(5000), &Filter::All, 10)
        .await
        .unwrap();
    assert_eq!((beyond.events.len(), beyond.through), (0, Position::new(5000)));
}

#[tokio::test]
async fn a_category_is_the_part_before_the_first_dash_and_nothing_like_it() {
    let fixture = fixture().await;
    for name in [
        "note-1",
        "notes-1",
        "note_x-1",
        "note-a-b",
        "Note-1",
        "note-2",
        "no-note-1",
    ] {
        fixture
            .ledger
            .append(notes(&StreamName::from_name(name), 2))
            .await
            .unwrap();
    }
    let of = async |category: &str| {
        let filter = Filter::Category(category.to_owned());
        positions(&read_on(&fixture.ledger, Position::START, &filter, 3).await.0)
    };
    assert_eq!(of("note").await, [1, 2, 7, 8, 11, 12]);
    assert_eq!(of("notes").await, [3, 4]);
    assert_eq!(of("no").await, [13, 14]);
    assert!(of("not").await.is_empty());
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT * FROM events WHERE split_part(stream, '-', 1) = 'no' AND position > 0 AND position <= 14
         ORDER BY position LIMIT 3",
    )
    .fetch_all(&mut without_seqscan(&fixture).await)
    .await
    .unwrap();
    assert!(plan.concat().contains("events_category"), "{plan:#?}");
}

/// Few events among very many: every page stays short, and the reader still gets past the others.
#[tokio::test]
async fn rare_types_are_found_among_many_events_a_window_at_a_time() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 120_000).await;
    let rare = NewEvent {
        event_type: "note.lost".to_owned(),
        ..note("rare")
    };
    let append = Append::new(&Metadata::default()).write_raw(
        StreamName::from_name("note-rare"),
        ExpectedRevision::NoStream,
        vec![rare],
    );
    fixture.ledger.append(append).await.unwrap();
    let filter = Filter::types(["note.lost", "note.unheard_of"]);
    let first = fixture
        .ledger
        .read_page(Position::START, &filter, 10)
        .await
        .unwrap();
    assert!(first.events.is_empty());
    assert!(
        (1..=100_000).contains(&first.through.get()),
        "a page is bounded: {}",
        first.through
    );
    let (events, pages) = read_on(&fixture.ledger, Position::START, &filter, 10).await;
    assert_eq!(positions(&events), [120_001]);
    assert!(pages >= 3, "{pages} pages");
    let (everything, _) = read_on(&fixture.ledger, Position::new(60_000), &Filter::All, 5_000).await;
    assert_eq!(everything.len(), 60_001);
}

#[tokio::test]
async fn the_position_as_of_a_time_is_what_a_plain_scan_finds() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    assert_eq!(
        ledger.position_as_of(common::noon()).await.unwrap(),
        Position::START
    );
    let mut recorded = Vec::new();
    for (n, pause_us) in [0_i64, 0, 1, 0, 0, 0, 999_999, 1, 2, 0, 60_000_000, 0, 1]
        .into_iter()
        .enumerate()
    {
        fixture.clock.advance(TimeDelta::microseconds(pause_us));
        let appended = ledger.append(notes(&new_stream(), 1 + n % 4)).await.unwrap();
        recorded.resize(
            usize::try_from(appended.position.get()).unwrap(),
            appended.recorded_at,
        );
    }
    let scan = |at: DateTime<Utc>| {
        Position::new(
            recorded
                .iter()
                .filter(|time| **time <= at)
                .count()
                .try_into()
                .unwrap(),
        )
    };
    for time in &recorded {
        for offset_us in [-1, 0, 1] {
            let at = *time + TimeDelta::microseconds(offset_us);
            assert_eq!(ledger.position_as_of(at).await.unwrap(), scan(at), "as of {at}");
        }
    }
    let far = TimeDelta::days(365_000);
    assert_eq!(
        ledger.position_as_of(common::noon() - far).await.unwrap(),
        Position::START
    );
    assert_eq!(
        ledger.position_as_of(common::noon() + far).await.unwrap(),
        ledger.horizon()
    );
}

/// Two streams take turns, three events and one; the ledger is read up to the third turn of five, whatever has come since.
#[tokio::test]
async fn a_reader_to_whom_the_ledger_ends_earlier_sees_nothing_behind() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let (one, other) = (StreamName::from_name("note-1"), StreamName::from_name("other-1"));
    for _ in 0..5 {
        fixture.clock.advance(TimeDelta::minutes(1));
        ledger.append(notes(&one, 3)).await.unwrap();
        ledger.append(notes(&other, 1)).await.unwrap();
    }
    let end = ledger
        .position_as_of(common::noon() + TimeDelta::minutes(3))
        .await
        .unwrap();
    assert_eq!(end, Position::new(12));
    let through = async |end: Position, filter: &Filter| {
        let (mut events, mut after) = (Vec::new(), Position::START);
        loop {
            let page = ledger.read_page_through(after, end, filter, 2).await.unwrap();
            events.extend(positions(&page.events));
            if page.through == after {
                return (events, after);
            }
            after = page.through;
        }
    };
    let notes_of = |last: i64| (1..=last).filter(|n| n % 4 != 0).collect::<Vec<_>>();
    let (category, types) = (Filter::Category("note".to_owned()), Filter::types(["note.taken"]));
    assert_eq!(through(end, &Filter::All).await, ((1..=12).collect(), end));
    assert_eq!(through(end, &category).await, (notes_of(12), end));
    assert_eq!(through(end, &types).await, ((1..=12).collect(), end));
    let horizon = ledger.horizon();
    assert_eq!(through(Position::END, &category).await, (notes_of(20), horizon));
    let behind = ledger
        .read_page_through(end, Position::new(7), &Filter::All, 10)
        .await;
    assert_eq!(behind.unwrap().through, end, "there is nothing between");

    for (end, events) in [(0, 0), (9, 7), (10, 8), (12, 9), (99, 15)] {
        let read = ledger
            .read_stream_through(&one, Revision::FIRST, Position::new(end))
            .await
            .unwrap();
        assert_eq!(read.len(), events, "up to {end}");
    }
    let at = common::noon() + TimeDelta::minutes(3);
    let late = ledger
        .read_stream_as_of(&one, Revision::new(4), at)
        .await
        .unwrap();
    assert_eq!(positions(&late), [6, 7, 9, 10, 11]);
}

/// Several nodes write; on another one readers page from the start as fast as they can. A position that a page passes
/// over and that appears later would show as a gap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_read_while_writers_run_never_pass_over_an_event() {
    const NODES: usize = 3;
    const APPENDS_PER_NODE: usize = 150;
    let fixture = fixture().await;
    let total = Position::new((0..NODES * APPENDS_PER_NODE).map(size).sum());
    let readers: Vec<_> = [1, 17, 500]
        .into_iter()
        .map(|limit| tokio::spawn(read_without_gap(fixture.ledger.clone(), total, limit)))
        .collect();
    let mut writers = Vec::new();
    for node in 0..NODES {
        let ledger = common::start(&fixture.database, &fixture.clock).await;
        writers.push(tokio::spawn(async move {
            let mine: Vec<usize> = (0..APPENDS_PER_NODE)
                .map(|n| node * APPENDS_PER_NODE + n)
                .collect();
            for group in mine.chunks(8) {
                let appends = group
                    .iter()
                    .map(|n| ledger.append(notes(&new_stream(), usize::try_from(size(*n)).unwrap())));
                for appended in join_all(appends).await {
                    appended.unwrap();
                }
            }
        }));
    }
    for task in writers.into_iter().chain(readers) {
        task.await.unwrap();
    }
    common::verify::ledger_is_sound(&fixture.ledger).await;
}

/// The first append is held up inside the database after it was given its position: the reader stops before it, and
/// the second node's append does not overtake it.
#[tokio::test]
async fn a_reader_stops_before_an_append_that_is_committed_late() {
    let fixture = fixture().await;
    let second = common::start(&fixture.database, &fixture.clock).await;
    let admin = superuser(fixture.database.superuser_url()).await;
    sqlx::raw_sql(
        "CREATE FUNCTION wait_for_gate() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END';
         CREATE TRIGGER late BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.event_type = 'note.late')
             EXECUTE FUNCTION wait_for_gate()",
    )
    .execute(fixture.ledger.pool())
    .await
    .unwrap();
    let gate = hold(&admin, "SELECT pg_advisory_xact_lock(4711)").await;
    let late = NewEvent {
        event_type: "note.late".to_owned(),
        ..note("late")
    };
    let first =
        Append::new(&Metadata::default()).write_raw(new_stream(), ExpectedRevision::NoStream, vec![late]);
    let first = tokio::spawn({
        let ledger = fixture.ledger.clone();
        async move { ledger.append(first).await }
    });
    blocked(&admin, "comptoir append", 1).await;
    let behind = tokio::spawn({
        let ledger = second.clone();
        async move { ledger.append(notes(&new_stream(), 1)).await }
    });
    blocked(&admin, "comptoir append", 2).await;
    let page = second.read_page(Position::START, &Filter::All, 10).await.unwrap();
    assert_eq!((page.events.len(), page.through), (0, Position::START));
    assert!(!first.is_finished() && !behind.is_finished());
    gate.rollback().await.unwrap();
    assert_eq!(first.await.unwrap().unwrap().position, Position::new(1));
    assert_eq!(behind.await.unwrap().unwrap().position, Position::new(2));
    let (events, _) = read_on(&second, Position::START, &Filter::All, 10).await;
    assert_eq!(positions(&events), [1, 2]);
}

/// Another node has committed an event and died before it was flushed.
#[tokio::test]
async fn nothing_above_the_horizon_is_visible_until_the_next_flush_announces_it() {
    let fixture = fixture().await;
    let patient = LedgerOptions {
        tick: Duration::from_hours(1),
        clock: Arc::<comptoir_ledger::clock::ManualClock>::clone(&fixture.clock),
        ..LedgerOptions::default()
    };
    let ledger = Ledger::start(fixture.database.pool().await, patient)
        .await
        .unwrap();
    fixture.ledger.stop().await;
    let stream = StreamName::from_name("note-1");
    sqlx::raw_sql(
        "INSERT INTO events SELECT 1, 'note-1', 0, gen_random_uuid(), 'note.taken', 1, '2026-06-01 12:00:00Z', '{}', '{}',
             ledger_leaf_hash(1, 'note-1', 0, gen_random_uuid(), 'note.taken', 1, '2026-06-01 12:00:00Z', '{}', '{}');
         INSERT INTO idempotency_keys VALUES ('scope', 'key', '\\x07', '{}', 1, '2026-06-01 12:00:00Z');
         UPDATE ledger_head SET position = 1",
    )
    .execute(ledger.pool())
    .await
    .unwrap();
    for filter in [
        Filter::All,
        Filter::Category("note".to_owned()),
        Filter::types(["note.taken"]),
    ] {
        let page = ledger.read_page(Position::START, &filter, 10).await.unwrap();
        assert_eq!(
            (page.events.len(), page.through),
            (0, Position::START),
            "{filter:?}"
        );
    }
    assert!(
        ledger
            .read_stream(&stream, Revision::FIRST)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        ledger.position_as_of(common::noon()).await.unwrap(),
        Position::START
    );
    assert_eq!(ledger.idempotent_answer("scope", "key").await.unwrap(), None);
    assert!(!ledger.wait_for(Position::new(1), Duration::from_millis(1)).await);

    let appended = ledger
        .append(append(&stream, ExpectedRevision::Exact(Revision::FIRST), "next"))
        .await
        .unwrap();
    assert_eq!(appended.position, Position::new(2));
    let (events, _) = read_on(&ledger, Position::START, &Filter::All, 10).await;
    assert_eq!(positions(&events), [1, 2]);
    assert!(ledger.idempotent_answer("scope", "key").await.unwrap().is_some());
}
