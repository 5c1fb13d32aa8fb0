//! The append connection is lost at the worst moment: the outcome is settled, and there is one copy.

use std::time::Duration;

use comptoir_ledger::{
    Append, AppendError, Appended, ExpectedRevision, Ledger, MIGRATOR, Metadata, NewEvent, Position,
    Revision, StreamName,
};
use comptoir_sandbox::postgres::TestDatabase;
use futures::future::join_all;
use sqlx::PgPool;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::node;
use crate::common::proxy::Proxy;
use crate::common::sessions::{blocked, hold, superuser, terminate};
use crate::common::{append, eventually, id, new_stream, note, note_with_id, verify};

const HEAD_LOCK: &str = "SELECT FROM ledger_head FOR UPDATE";

/// The two nodes move the head under each other all the time, so that both have to take its lock first.
#[tokio::test]
async fn nodes_that_take_turns_both_get_through() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let nodes = [node(database.url()).await, node(database.url()).await];
    let stream = new_stream();
    for turn in 0..40_i64 {
        let expected = if turn == 0 {
            ExpectedRevision::NoStream
        } else {
            ExpectedRevision::Exact(Revision::new(turn - 1))
        };
        let node = &nodes[usize::try_from(turn % 2).unwrap()];
        let appended = node.append(append(&stream, expected, "turn")).await.unwrap();
        assert_eq!(appended.position, Position::new(turn + 1));
    }
    let streams: Vec<StreamName> = (0..60).map(|_| new_stream()).collect();
    let contended = streams
        .iter()
        .flat_map(|stream| nodes.iter().map(move |node| (node, stream)))
        .map(|(node, stream)| node.append(append(stream, ExpectedRevision::NoStream, "race")));
    let results = join_all(contended).await;
    for of_both in results.chunks(2) {
        let refused = of_both
            .iter()
            .filter(|result| matches!(result, Err(AppendError::WrongExpectedRevision { .. })))
            .count();
        let made = of_both.iter().filter(|result| result.is_ok()).count();
        assert_eq!((made, refused), (1, 1), "one of two wins: {of_both:?}");
    }
    verify::ledger_is_sound(&nodes[0]).await;
}

/// The server was about to record the append, and was killed: nothing was recorded, so the append is made anew.
#[tokio::test]
async fn an_append_whose_session_is_killed_is_made_once() {
    let lost = Lost::while_waiting_for_the_head(Way::Direct).await;
    assert_eq!(terminate(&lost.admin, "comptoir append").await, 1);
    lost.head.rollback().await.unwrap();
    assert_eq!(lost.appending.await.unwrap().unwrap().position, Position::new(1));
    made_once(&lost.ledger, lost.event_id).await;
}

/// The network breaks, and the server, which does not know, records the append afterwards: it is found.
#[tokio::test]
async fn an_append_that_is_recorded_after_its_connection_was_lost_is_made_once() {
    let lost = Lost::while_waiting_for_the_head(Way::Proxy).await;
    lost.proxy.as_ref().expect("a proxy").cut();
    // The old session still waits for the head, and behind it a new one that wants to know what became of it.
    blocked(&lost.admin, "comptoir append", 2).await;
    lost.head.rollback().await.unwrap();
    assert_eq!(lost.appending.await.unwrap().unwrap().position, Position::new(1));
    made_once(&lost.ledger, lost.event_id).await;
}

/// The statement is on its way when the network breaks; its caller is told, truly, that nothing was appended. When the
/// server gets the statement after all, the fence turns it away.
#[tokio::test]
async fn a_statement_that_arrives_after_its_outcome_was_settled_does_nothing() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let admin = superuser(database.superuser_url()).await;
    let (proxy, url) = through_proxy(database.url()).await;
    let (near, far) = (node(database.url()).await, node(&url).await);
    far.append(append(&new_stream(), ExpectedRevision::NoStream, "first"))
        .await
        .unwrap();
    proxy.delay();
    let event_id = id();
    let late = Append::new(&Metadata::default()).write_raw(
        new_stream(),
        ExpectedRevision::NoStream,
        vec![note_with_id(event_id, "late")],
    );
    let appending = spawn(&far, late);
    eventually("the statement is on its way", async || {
        proxy.holds(event_id.as_bytes())
    })
    .await;
    // Settled, the append is tried again, and the database has no room for it.
    sqlx::raw_sql(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN RAISE EXCEPTION USING ERRCODE = ''disk_full''; END';
         CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no_room()",
    )
    .execute(near.pool())
    .await
    .unwrap();
    proxy.cut();
    let settled = appending.await.unwrap();
    assert!(
        matches!(settled, Err(AppendError::Unavailable { .. })),
        "{settled:?}"
    );
    sqlx::raw_sql("DROP TRIGGER no_room ON events")
        .execute(near.pool())
        .await
        .unwrap();
    let before = statements(&admin).await;
    proxy.deliver();
    eventually("the late statement was carried out", async || {
        statements(&admin).await > before
    })
    .await;
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM events")
        .fetch_one(&admin)
        .await
        .unwrap();
    assert_eq!(events, 1);
    verify::ledger_is_sound(&near).await;
}

/// A node that took turns holds the head's lock between two statements when its network breaks, and the server waits for
/// the next one. The other nodes must not wait as long as TCP would.
#[tokio::test]
async fn a_node_that_is_cut_off_with_the_head_locked_stops_nobody_for_long() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let admin = superuser(database.superuser_url()).await;
    let (proxy, url) = through_proxy(database.url()).await;
    let (near, far) = (node(database.url()).await, node(&url).await);
    for turn in [&far, &near, &far, &near] {
        turn.append(append(&new_stream(), ExpectedRevision::NoStream, "turn"))
            .await
            .unwrap();
    }
    let head = hold(&admin, HEAD_LOCK).await;
    let cut_off = spawn(&far, append(&new_stream(), ExpectedRevision::NoStream, "cut off"));
    blocked(&admin, "comptoir append", 1).await;
    proxy.cut();
    head.rollback().await.unwrap();
    let other = near.append(append(&new_stream(), ExpectedRevision::NoStream, "other"));
    let other = tokio::time::timeout(Duration::from_secs(20), other).await;
    other.expect("the other node gets through").unwrap();
    cut_off.await.unwrap().unwrap();
    assert!(near.wait_for(Position::new(6), Duration::from_secs(5)).await);
    verify::ledger_is_sound(&near).await;
}

/// Only one of its two event ids is in the ledger, by an older append: it was not made, and it never will be.
#[tokio::test]
async fn a_lost_append_is_not_mistaken_for_an_older_one_with_the_same_id() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let admin = superuser(database.superuser_url()).await;
    let ledger = node(database.url()).await;
    let used = id();
    let writing = |events: Vec<NewEvent>| {
        Append::new(&Metadata::default()).write_raw(new_stream(), ExpectedRevision::NoStream, events)
    };
    ledger
        .append(writing(vec![note_with_id(used, "first")]))
        .await
        .unwrap();
    for events in [
        vec![note("fresh"), note_with_id(used, "again")],
        vec![note_with_id(used, "again")],
    ] {
        let head = hold(&admin, HEAD_LOCK).await;
        let appending = spawn(&ledger, writing(events));
        blocked(&admin, "comptoir append", 1).await;
        terminate(&admin, "comptoir append").await;
        head.rollback().await.unwrap();
        assert_eq!(appending.await.unwrap(), Err(AppendError::DuplicateEventId));
    }
    verify::ledger_is_sound(&ledger).await;
    assert_eq!(ledger.horizon(), Position::new(1));
}

enum Way {
    Direct,
    Proxy,
}

/// An append whose statement is under way, and waits for the head.
struct Lost {
    _database: TestDatabase,
    admin: PgPool,
    proxy: Option<Proxy>,
    ledger: Ledger,
    head: sqlx::Transaction<'static, sqlx::Postgres>,
    event_id: Uuid,
    appending: JoinHandle<Result<Appended, AppendError>>,
}

impl Lost {
    async fn while_waiting_for_the_head(way: Way) -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let admin = superuser(database.superuser_url()).await;
        let (url, proxy) = match way {
            Way::Direct => (database.url().to_owned(), None),
            Way::Proxy => {
                let (proxy, url) = through_proxy(database.url()).await;
                (url, Some(proxy))
            }
        };
        let ledger = node(&url).await;
        let head = hold(&admin, HEAD_LOCK).await;
        let event_id = id();
        let append = Append::new(&Metadata::default()).write_raw(
            new_stream(),
            ExpectedRevision::NoStream,
            vec![note_with_id(event_id, "once")],
        );
        let appending = spawn(&ledger, append);
        blocked(&admin, "comptoir append", 1).await;
        Self {
            _database: database,
            admin,
            proxy,
            ledger,
            head,
            event_id,
            appending,
        }
    }
}

/// When an append session last began a statement that it is done with.
async fn statements(admin: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT coalesce(max(extract(epoch FROM query_start) * 1000000), 0)::bigint FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'comptoir append' AND state = 'idle'",
    )
    .fetch_one(admin)
    .await
    .unwrap()
}

/// A proxy, and the address of the database behind it.
async fn through_proxy(url: &str) -> (Proxy, String) {
    let server = url
        .parse::<sqlx::postgres::PgConnectOptions>()
        .expect("an address")
        .get_port();
    let proxy = Proxy::to(server).await;
    let url = url.replace(&format!(":{server}/"), &format!(":{}/", proxy.port));
    (proxy, url)
}

fn spawn(ledger: &Ledger, append: Append) -> JoinHandle<Result<Appended, AppendError>> {
    let ledger = ledger.clone();
    tokio::spawn(async move { ledger.append(append).await })
}

async fn made_once(ledger: &Ledger, event_id: Uuid) {
    let copies: Vec<Uuid> = sqlx::query_scalar("SELECT event_id FROM events")
        .fetch_all(ledger.pool())
        .await
        .unwrap();
    assert_eq!(copies, [event_id]);
    verify::ledger_is_sound(ledger).await;
}
