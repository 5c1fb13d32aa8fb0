//! A stream that a read model cannot take is left out of it, on record, and comes back whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::testing::samples::{self, at};
use comptoir_domain::values::{OperatorName, StreamKey};
use comptoir_ledger::{
    Append, ExpectedRevision, Filter, Ledger, Metadata, NewEvent, Position, RecordedEvent, StreamName,
};
use sqlx::PgConnection;

use super::start;
use crate::orders::Orders;
use crate::runner::status::{QuarantineStanding, status};
use crate::runner::{
    ApplyError, Operator, Projection, RebuildError, RebuildOptions, Release, RetryOutcome, ask_retry,
    decisions, quarantine, rebuild, rebuild_with, release,
};
use crate::testing::{Fixture, append, fill, fixture, live_rows, node, order_events, order_number};

const PATIENCE: Duration = Duration::from_secs(20);

/// A program that cannot read one type of event, until it has learnt to.
#[derive(Debug, Clone, Default)]
struct Learning {
    has_learnt: Arc<AtomicBool>,
}

impl Projection for Learning {
    const NAME: &'static str = Orders::NAME;
    const VERSION: i32 = Orders::VERSION;
    const SCHEMA: &'static str = Orders::SCHEMA;

    fn event_types(&self) -> Vec<&'static str> {
        Orders.event_types()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let odd = events.iter().find(|event| event.metadata.contains("worker:odd"));
        if let (Some(odd), false) = (odd, self.has_learnt.load(Ordering::SeqCst)) {
            return Err(super::super::misplaced(odd, "this program knows no odd workers"));
        }
        Orders.apply(connection, events).await
    }
}

fn operator() -> Operator {
    Operator {
        name: OperatorName::try_new("ops-anna").unwrap(),
        at: at(500),
    }
}

fn stream_of(number: u128) -> StreamKey {
    StreamKey::try_new(StreamName::of::<Order>(order_number(number).as_uuid()).as_str()).unwrap()
}

/// The order `number` goes on with an event that the program does not know what to do with.
async fn odd_event(ledger: &Ledger, number: u128) -> Position {
    let order = order_number(number);
    let events = order_events(order, samples::events::order());
    let event = events
        .iter()
        .find(|event| matches!(event, OrderEvent::FlaggedForReview(_)))
        .unwrap();
    let metadata = Metadata {
        actor: Some("worker:odd".to_owned()),
        ..Metadata::default()
    };
    let stream = StreamName::of::<Order>(order.as_uuid());
    let event = NewEvent::of(ledger.ids().uuid_v7(), event);
    let append = Append::new(&metadata).write_raw(stream, ExpectedRevision::StreamExists, vec![event]);
    ledger.append(append).await.unwrap().position
}

async fn event_at(fixture: &Fixture, position: Position) -> RecordedEvent {
    let before = Position::new(position.get() - 1);
    let page = fixture
        .ledger
        .read_page_through(before, position, &Filter::All, 1)
        .await;
    page.unwrap().events.remove(0)
}

/// Leaves the stream of an event out, as the command does.
async fn leave_out(fixture: &Fixture, position: Position) {
    let event = event_at(fixture, position).await;
    let checkpoint = fixture.ledger.checkpoint(Orders::NAME).await.unwrap().unwrap();
    let cause = ApplyError::cause_of(&checkpoint.failure.unwrap_or_default());
    quarantine(&fixture.ledger, Orders::NAME, &event, cause, &operator())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_model_gets_past_a_stream_that_is_left_out_and_holds_it_whole_after_its_release() {
    let fixture = fixture().await;
    let learning = Learning::default();
    fill(&fixture.ledger, 0..4).await;
    let poison = odd_event(&fixture.ledger, 1).await;
    let orders = start(&fixture.ledger, learning.clone());
    orders
        .stands(Orders::NAME, |standing| standing.stuck_at == Some(poison))
        .await;
    let before: Vec<String> = live_rows::<Orders>(&fixture.pool).await;

    let stuck = status(&fixture.ledger, &learning).await.unwrap().stuck.unwrap();
    assert_eq!(
        (stuck.position, stuck.event_type.as_str()),
        (poison, "order.flagged_for_review")
    );
    assert_eq!(stuck.stream, stream_of(1).as_str());
    assert!(stuck.reason.contains("no odd workers"), "{}", stuck.reason);

    leave_out(&fixture, poison).await;
    let outcome = ask_retry(&fixture.ledger, Orders::NAME, PATIENCE).await.unwrap();
    assert_eq!(outcome, RetryOutcome::Passed);
    orders.shows_stale(&[stream_of(1)]).await;
    let later = odd_event(&fixture.ledger, 1).await;
    let last = fill(&fixture.ledger, 4..6).await;
    orders.reaches(Orders::NAME, last).await;

    let rows = live_rows::<Orders>(&fixture.pool).await;
    assert!(
        before.iter().all(|row| rows.contains(row)),
        "what was there stays as it was"
    );
    assert_eq!(rows.len(), before.len() + 4, "the other streams go on");
    let left_out = status(&fixture.ledger, &learning)
        .await
        .unwrap()
        .quarantined
        .remove(0);
    assert_eq!(left_out.stream, stream_of(1));
    assert_eq!(left_out.decision.from_position, poison.get());
    assert_eq!(left_out.decision.cause.as_str(), "misplaced");
    assert_eq!(
        (left_out.standing, left_out.parked_events),
        (QuarantineStanding::InForce, 2)
    );

    // As long as the program has not learnt, a release changes nothing, and says where it stands.
    let options = RebuildOptions {
        release: Release::Stream(stream_of(1)),
        ..RebuildOptions::default()
    };
    let refused = rebuild_with(&fixture.ledger, learning.clone(), &options, |_| {}).await;
    let Err(RebuildError::Poison { event, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(event.position, poison);
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
    assert!(
        decisions(&fixture.ledger, Orders::NAME)
            .await
            .unwrap()
            .is_quarantined(&stream_of(1))
    );

    // Without a release, a rebuild leaves the stream out as well.
    rebuild(&fixture.ledger, learning.clone(), |_| {}).await.unwrap();
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);

    learning.has_learnt.store(true, Ordering::SeqCst);
    rebuild_with(&fixture.ledger, learning.clone(), &options, |_| {})
        .await
        .unwrap();
    release(&fixture.ledger, Orders::NAME, &stream_of(1), &operator())
        .await
        .unwrap();
    orders.shows_stale(&[]).await;
    let whole = live_rows::<Orders>(&fixture.pool).await;
    let row = whole
        .iter()
        .find(|row| row.contains(&order_number(1).as_uuid().to_string()) && row.starts_with("orders"));
    assert!(
        row.unwrap().contains(&format!("\"position\": {later}")),
        "{row:?}"
    );

    // From now on it counts like any other.
    let newest = odd_event(&fixture.ledger, 1).await;
    orders.reaches(Orders::NAME, newest).await;
    let now = status(&fixture.ledger, &learning).await.unwrap();
    assert!(now.is_well(), "{now:?}");
    let followed = live_rows::<Orders>(&fixture.pool).await;
    rebuild(&fixture.ledger, learning, |_| {}).await.unwrap();
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, followed);
    assert!(
        followed
            .iter()
            .any(|row| row.contains(&format!("\"position\": {newest}")))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_stays_left_out_on_whatever_node_the_model_runs() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..2).await;
    let poison = odd_event(&fixture.ledger, 0).await;
    let one = start(&fixture.ledger, Learning::default());
    one.stands(Orders::NAME, |standing| standing.stuck_at == Some(poison))
        .await;
    let other_ledger = node(&fixture.database, &fixture.clock).await;
    let other = start(&other_ledger, Learning::default());
    // Decided on the node that does not run it.
    let event = event_at(&fixture, poison).await;
    let cause = comptoir_domain::projection::QuarantineCause::Misplaced;
    quarantine(&other_ledger, Orders::NAME, &event, cause, &operator())
        .await
        .unwrap();
    assert_eq!(
        ask_retry(&other_ledger, Orders::NAME, PATIENCE).await.unwrap(),
        RetryOutcome::Passed
    );
    one.end().await;
    odd_event(&other_ledger, 0).await;
    let last = fill(&other_ledger, 2..3).await;
    other.reaches(Orders::NAME, last).await;
    assert_eq!(other.progress.standing(Orders::NAME).stuck_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_came_after_the_model_had_passed_the_event_waits_for_a_rebuild() {
    let fixture = fixture().await;
    let known = Learning::default();
    known.has_learnt.store(true, Ordering::SeqCst);
    fill(&fixture.ledger, 0..2).await;
    let passed = odd_event(&fixture.ledger, 0).await;
    let orders = start(&fixture.ledger, known.clone());
    orders.reaches(Orders::NAME, passed).await;
    leave_out(&fixture, passed).await;
    orders.end().await;
    let again = start(&fixture.ledger, known.clone());
    let last = odd_event(&fixture.ledger, 0).await;
    again.reaches(Orders::NAME, last).await;
    let standing = status(&fixture.ledger, &known)
        .await
        .unwrap()
        .quarantined
        .remove(0);
    assert_eq!(
        (standing.standing, standing.parked_events),
        (QuarantineStanding::Decided, 0)
    );
    let rows = live_rows::<Orders>(&fixture.pool).await;
    assert!(
        rows.iter()
            .any(|row| row.contains(&format!("\"position\": {last}"))),
        "it still counts"
    );
    rebuild(&fixture.ledger, known.clone(), |_| {}).await.unwrap();
    let standing = status(&fixture.ledger, &known)
        .await
        .unwrap()
        .quarantined
        .remove(0);
    assert_eq!(
        (standing.standing, standing.parked_events),
        (QuarantineStanding::InForce, 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_that_nobody_makes_or_that_fails_again_says_so() {
    let fixture = fixture().await;
    let short = Duration::from_millis(300);
    assert_eq!(
        ask_retry(&fixture.ledger, Orders::NAME, short).await.unwrap(),
        RetryOutcome::NotStuck
    );
    fill(&fixture.ledger, 0..1).await;
    let poison = odd_event(&fixture.ledger, 0).await;
    let orders = start(&fixture.ledger, Learning::default());
    orders
        .stands(Orders::NAME, |standing| standing.stuck_at == Some(poison))
        .await;
    // The clock of this ledger stands still unless it is moved.
    fixture.clock.advance(chrono::TimeDelta::seconds(30));
    let again = ask_retry(&fixture.ledger, Orders::NAME, PATIENCE).await.unwrap();
    assert!(
        matches!(again, RetryOutcome::FailedAgain { position, .. } if position == poison),
        "{again:?}"
    );
    orders.end().await;
    assert_eq!(
        ask_retry(&fixture.ledger, Orders::NAME, short).await.unwrap(),
        RetryOutcome::NobodyThere
    );
}

#[test]
fn the_cause_is_read_from_the_text_that_is_stored() {
    let unreadable = "the event at position 17 cannot be read: unknown event type `order.sung`";
    let misplaced = "the event at position 18 does not fit: the order was never placed";
    let refused = "the database refused the change: duplicate key";
    assert_eq!(ApplyError::cause_of(unreadable).as_str(), "unreadable");
    assert_eq!(ApplyError::cause_of(misplaced).as_str(), "misplaced");
    assert_eq!(ApplyError::cause_of(refused).as_str(), "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_model_can_be_named_in_a_decision() {
    let fixture = fixture().await;
    append::<Order>(
        &fixture.ledger,
        order_number(0).as_uuid(),
        &samples::events::order()[..1],
    )
    .await;
    for model in crate::ReadModel::ALL {
        let decided = decisions(&fixture.ledger, model.name()).await.unwrap();
        assert_eq!(decided.quarantined().count(), 0);
    }
}
