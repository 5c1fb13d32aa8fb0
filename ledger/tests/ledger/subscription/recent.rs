//! What a follower gets from the memory of its node is what the database holds.

use std::sync::{Arc, Mutex};

use comptoir_ledger::{
    Append, AtLeastOnceHandler, ExpectedRevision, Filter, HandlerError, Ledger, Metadata, Position,
    RecordedEvent, StreamName,
};
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use super::support::reached;
use crate::common::{fixture, new_stream, note};

/// Keeps every event that it is given.
#[derive(Clone, Default)]
struct Keeper(Arc<Mutex<Vec<RecordedEvent>>>);

impl AtLeastOnceHandler for Keeper {
    async fn handle(&mut self, events: &[RecordedEvent]) -> Result<(), HandlerError> {
        self.0.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
}

async fn all(ledger: &Ledger) -> Vec<RecordedEvent> {
    ledger
        .read_page(Position::START, &Filter::All, 10_000)
        .await
        .unwrap()
        .events
}

fn of(writes: &[(&StreamName, ExpectedRevision, usize)]) -> Append {
    let metadata = Metadata {
        actor: Some("tester:é".to_owned()),
        ..Metadata::default()
    };
    let append = Append::new(&metadata);
    writes.iter().fold(append, |append, (stream, expected, events)| {
        let events = (0..*events).map(|number| note(&format!("{number} ö"))).collect();
        append.write_raw((*stream).clone(), *expected, events)
    })
}

/// Batches of every kind: alone, with company, over several streams, with expectations that name no revision, and with
/// some in them who are refused, so that the others move up.
#[tokio::test]
async fn events_from_memory_are_those_of_the_database_to_the_byte() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let (keeper, stop) = (Keeper::default(), CancellationToken::new());
    let subscription = ledger.subscription("keeper").batch_events_max(7);
    let running = tokio::spawn(subscription.run_at_least_once(keeper.clone(), stop.clone()));
    let common = new_stream();
    ledger
        .append(of(&[(&common, ExpectedRevision::NoStream, 1)]))
        .await
        .unwrap();
    for round in 0..30 {
        let streams: Vec<StreamName> = (0..12).map(|_| new_stream()).collect();
        let appends = streams.iter().enumerate().map(|(number, stream)| {
            let append = match number % 4 {
                0 => of(&[(stream, ExpectedRevision::NoStream, 3)]),
                1 => of(&[(stream, ExpectedRevision::Any, 1)]),
                2 if round % 3 == 0 => of(&[(stream, ExpectedRevision::StreamExists, 1)]),
                2 => of(&[(&common, ExpectedRevision::StreamExists, 2)]),
                _ if round % 5 == 0 => of(&[(&common, ExpectedRevision::NoStream, 2)]),
                _ => of(&[
                    (stream, ExpectedRevision::NoStream, 2),
                    (&streams[0], ExpectedRevision::Any, 1),
                ]),
            };
            ledger.append(append)
        });
        join_all(appends).await;
    }
    let stored = all(ledger).await;
    assert!(stored.len() > 500, "{}", stored.len());
    reached(ledger, "keeper", stored.last().unwrap().position.get()).await;
    stop.cancel();
    running.await.unwrap();
    assert_eq!(*keeper.0.lock().unwrap(), stored);
}
