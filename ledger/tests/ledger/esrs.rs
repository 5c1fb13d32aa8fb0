//! `esrs::manager::AggregateManager` drives the aggregates of the domain over the ledger.

use comptoir_domain::decider::{Decider, DomainEvent, UpcastError};
use comptoir_domain::product::{DescriptionChange, Product, ProductCommand, ProductError, ProductState};
use comptoir_domain::values::{Actor, PersonId, ProductId, Role, Title};
use comptoir_ledger::{
    Append, AppendError, EsrsStore, EsrsStoreError, ExpectedRevision, Ledger, Metadata, NewEvent, Revision,
    StreamName,
};
use esrs::AggregateState;
use esrs::manager::AggregateManager;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::common::sessions::{blocked, superuser};
use crate::common::{self, fixture, id};

#[tokio::test]
async fn a_manager_loads_decides_and_appends() {
    let fixture = fixture().await;
    let (manager, product) = (manager::<Product>(&fixture.ledger), id());
    assert!(manager.load(product).await.unwrap().is_none());
    let state = manager
        .handle_command(AggregateState::with_id(product), create(product))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(title_of(&state), "First title");
    let loaded = manager.load(product).await.unwrap().expect("it exists");
    assert_eq!((loaded.sequence_number(), loaded.inner()), (&1, &state));
    let described = manager
        .handle_command(loaded, describe("Second title"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(title_of(&described), "Second title");
    let ours = fixture.ledger.load::<Product>(product).await.unwrap();
    assert_eq!((ours.revision, ours.state), (Some(Revision::new(1)), described));
    common::verify::ledger_is_sound(&fixture.ledger).await;
}

#[tokio::test]
async fn a_command_that_the_domain_refuses_or_that_changes_nothing_appends_nothing() {
    let fixture = fixture().await;
    let (manager, product) = (manager::<Product>(&fixture.ledger), id());
    let absent = manager
        .handle_command(AggregateState::with_id(product), describe("x"))
        .await
        .unwrap();
    assert_eq!(absent, Err(ProductError::NotFound));
    manager
        .handle_command(AggregateState::with_id(product), create(product))
        .await
        .unwrap()
        .unwrap();
    let loaded = manager.load(product).await.unwrap().expect("it exists");
    let unchanged = manager
        .handle_command(loaded, describe("First title"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(title_of(&unchanged), "First title");
    assert_eq!(fixture.ledger.horizon().get(), 1);
}

#[tokio::test]
async fn of_two_managers_with_the_same_state_one_is_refused() {
    let fixture = fixture().await;
    let (manager, product) = (manager::<Product>(&fixture.ledger), id());
    manager
        .handle_command(AggregateState::with_id(product), create(product))
        .await
        .unwrap()
        .unwrap();
    let first = manager.load(product).await.unwrap().expect("it exists");
    let second = manager.load(product).await.unwrap().expect("it exists");
    manager
        .handle_command(first, describe("a"))
        .await
        .unwrap()
        .unwrap();
    let refused = manager.handle_command(second, describe("b")).await.unwrap_err();
    assert!(
        matches!(
            &refused,
            EsrsStoreError::Append(AppendError::WrongExpectedRevision { actual: Some(actual), .. }) if actual.get() == 1
        ),
        "{refused}"
    );
    let anew = manager
        .handle_command(AggregateState::with_id(product), create(product))
        .await;
    assert!(matches!(
        anew,
        Err(EsrsStoreError::Append(AppendError::WrongExpectedRevision { .. }))
    ));
}

#[tokio::test]
async fn lock_and_load_lets_managers_in_one_after_the_other() {
    let fixture = fixture().await;
    let elsewhere = common::start(&fixture.database, &fixture.clock).await;
    let admin = superuser(fixture.database.superuser_url()).await;
    let product = id();
    let here = manager::<Product>(&fixture.ledger);
    let held = here.lock_and_load(product).await.unwrap();
    assert!(!held.is_some());
    let waiting = tokio::spawn(async move {
        let there = manager::<Product>(&elsewhere);
        let loaded = there.lock_and_load(product).await.unwrap().unwrap();
        there
            .handle_command(loaded, describe("there"))
            .await
            .unwrap()
            .unwrap()
    });
    blocked(&admin, LOCK_SESSION, 1).await;
    here.handle_command(held.unwrap_or_default(), create(product))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(title_of(&waiting.await.unwrap()), "there");
}

/// Each lock takes a connection while its holder needs another one to load: the locks must not use up the pool.
#[tokio::test]
async fn more_managers_than_the_pool_has_connections_can_wait_for_a_lock() {
    let fixture = fixture().await;
    let product = id();
    let first = manager::<Product>(&fixture.ledger);
    first
        .handle_command(AggregateState::with_id(product), create(product))
        .await
        .unwrap()
        .unwrap();
    let describing = (0..20).map(async |n| {
        let manager = manager::<Product>(&fixture.ledger);
        let loaded = manager.lock_and_load(product).await.unwrap().unwrap();
        manager
            .handle_command(loaded, describe(&format!("title {n}")))
            .await
            .unwrap()
            .unwrap();
    });
    join_all(describing).await;
    let product = fixture.ledger.load::<Product>(product).await.unwrap();
    assert_eq!(product.revision, Some(Revision::new(20)));
}

#[tokio::test]
async fn the_store_refuses_to_delete() {
    let fixture = fixture().await;
    let (manager, product) = (manager::<Product>(&fixture.ledger), id());
    manager
        .handle_command(AggregateState::with_id(product), create(product))
        .await
        .unwrap()
        .unwrap();
    let refused = manager.delete(product).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("the ledger is append-only: the events of product-{product} stay")
    );
    assert!(manager.load(product).await.unwrap().is_some());
}

#[tokio::test]
async fn an_event_of_an_older_version_is_read_through_its_upcaster() {
    let fixture = fixture().await;
    let door = id();
    let old = NewEvent {
        event_id: id(),
        event_type: "door.opened".to_owned(),
        schema_version: 1,
        data: r#"{"person":"Ada"}"#.to_owned(),
    };
    let append = Append::new(&Metadata::default()).write_raw(
        StreamName::of::<Door>(door),
        ExpectedRevision::NoStream,
        vec![old],
    );
    fixture.ledger.append(append).await.unwrap();
    let manager = manager::<Door>(&fixture.ledger);
    let loaded = manager.load(door).await.unwrap().expect("it exists");
    assert_eq!(loaded.inner().0, ["Ada"]);
    let state = manager
        .handle_command(loaded, "Grace".to_owned())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(state.0, ["Ada", "Grace"]);
    let stored = fixture
        .ledger
        .read_stream(&StreamName::of::<Door>(door), Revision::FIRST)
        .await
        .unwrap();
    let versions: Vec<_> = stored
        .iter()
        .map(|event| (event.schema_version, event.data.as_str()))
        .collect();
    assert_eq!(versions, [(1, r#"{"person":"Ada"}"#), (2, r#"{"by":"Grace"}"#)]);
    assert_eq!(fixture.ledger.load::<Door>(door).await.unwrap().state, state);
}

#[tokio::test]
async fn an_event_that_this_program_does_not_know_is_reported_with_its_position() {
    let fixture = fixture().await;
    let door = id();
    let newer = NewEvent {
        event_id: id(),
        event_type: "door.opened".to_owned(),
        schema_version: 3,
        data: "{}".to_owned(),
    };
    let append = Append::new(&Metadata::default()).write_raw(
        StreamName::of::<Door>(door),
        ExpectedRevision::NoStream,
        vec![newer],
    );
    fixture.ledger.append(append).await.unwrap();
    let error = fixture.ledger.load::<Door>(door).await.unwrap_err();
    assert_eq!(error.to_string(), "the event at position 1 cannot be read");
}

/// What the sessions that hold or wait for an aggregate's lock are called.
const LOCK_SESSION: &str = "comptoir lock";

fn manager<D: Decider + 'static>(ledger: &Ledger) -> AggregateManager<EsrsStore<D>>
where
    D::Event: Clone,
{
    AggregateManager::new(EsrsStore::new(ledger.clone(), Metadata::default()))
}

fn seller() -> Actor {
    Actor {
        person_id: PersonId::from_uuid(Uuid::from_u128(1)),
        roles: vec![Role::Seller],
    }
}

fn create(product: Uuid) -> ProductCommand {
    ProductCommand::Create {
        product_id: ProductId::from_uuid(product),
        actor: seller(),
        title: Title::try_new("First title").unwrap(),
        description: None,
        at: common::noon(),
    }
}

fn describe(title: &str) -> ProductCommand {
    ProductCommand::Describe {
        actor: seller(),
        title: Some(Title::try_new(title).unwrap()),
        description: DescriptionChange::Keep,
        at: common::noon(),
    }
}

fn title_of(state: &ProductState) -> &str {
    match state {
        ProductState::Absent => panic!("no product"),
        ProductState::Draft(facts) | ProductState::Published(facts) | ProductState::Withdrawn(facts) => {
            facts.title.as_str()
        }
    }
}

/// A door, and who opened it. Version 1 of its event called the opener `person`.
#[derive(Debug)]
struct Door;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Openers(Vec<String>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DoorOpened {
    by: String,
}

fn name_the_opener(mut old: serde_json::Value) -> Result<serde_json::Value, UpcastError> {
    let person = old
        .as_object_mut()
        .and_then(|fields| fields.remove("person"))
        .ok_or_else(|| UpcastError("no person".to_owned()))?;
    old["by"] = person;
    Ok(old)
}

comptoir_domain::wire_events! {
    /// What happens to a door.
    enum DoorEvent {
        /// Somebody opened it.
        Opened(DoorOpened) => ("door.opened", 2, [name_the_opener]),
    }
}

impl Decider for Door {
    const NAME: &'static str = "door";
    type State = Openers;
    type Command = String;
    type Event = DoorEvent;
    type Error = std::convert::Infallible;

    fn decide(_: &Openers, by: String) -> Result<Vec<DoorEvent>, Self::Error> {
        Ok(vec![DoorOpened { by }.into()])
    }

    fn evolve(mut state: Openers, event: &DoorEvent) -> Openers {
        assert_eq!(event.schema_version(), 2);
        match event {
            DoorEvent::Opened(opened) => state.0.push(opened.by.clone()),
        }
        state
    }
}
