//! Licences in use: keys, devices, rotation, passing on, and the licence file.

use chrono::TimeDelta;
use comptoir_domain::licence::{Device, HeldLicence, Licence, LicenceError, LicenceStanding, UseRefusal};
use comptoir_domain::values::{
    ActivationsMax, LicenceId, LicenceKind, Line, PersonId, SubjectId, UseTerms, ValidDays,
};
use comptoir_engine::{ActivateLicence, AddOffer, Engine, RequestContext, ShownKey, UseCaseError};
use comptoir_ledger::{Filter, Position};
use tokio::task::JoinSet;

use crate::given::{buyer, keyed, offer, order_id, person, refusal};
use crate::world::World;

fn person_id(context: &RequestContext) -> PersonId {
    context.actor.person_id
}

/// Ten days, and as many devices as said; may be passed on.
pub(crate) fn use_terms(activations_max: i64) -> UseTerms {
    UseTerms {
        activations_max: ActivationsMax::try_new(activations_max).ok(),
        valid_days: ValidDays::try_new(10).ok(),
        transferable: true,
    }
}

/// A licence that a buyer holds, of an offer that costs nothing.
pub(crate) async fn licence_of(world: &World, holder: &RequestContext, use_terms: UseTerms) -> LicenceId {
    let (product_id, _) = world.product(LicenceKind::Basic, 0).await;
    let offered = AddOffer {
        use_terms,
        ..offer(LicenceKind::Premium, 0)
    };
    let seller = crate::given::seller();
    let added = world
        .engine
        .add_offer(&seller, product_id, offered)
        .await
        .unwrap();
    let placed = world.order(holder, (product_id, added.answer.offer_id)).await;
    world.work().await;
    LicenceId::of_unit(order_id(&placed), 0, 0)
}

pub(crate) async fn held(world: &World, licence_id: LicenceId) -> HeldLicence {
    let loaded = world.ledger.load::<Licence>(licence_id.as_uuid()).await.unwrap();
    loaded.state.held().unwrap().clone()
}

pub(crate) async fn shown(world: &World, licence_id: LicenceId) -> ShownKey {
    let held = held(world, licence_id).await;
    ShownKey {
        licence_id,
        digest: held.key.unwrap().digest,
        product_id: held.grant.product_id,
    }
}

fn device(name: &str) -> ActivateLicence {
    ActivateLicence {
        device: Line::try_new(name).unwrap(),
        label: Line::try_new(format!("{name} of Ada")).ok(),
    }
}

pub(crate) async fn activate(engine: &Engine, shown: ShownKey, name: &str) -> Result<(), UseRefusal> {
    let used = engine.activate_licence(shown, device(name), None).await.unwrap();
    used.outcome.map(drop)
}

#[tokio::test]
async fn a_licence_comes_with_a_key_that_only_its_holder_can_read() {
    let world = World::new().await;
    let licence = held(&world, licence_of(&world, &buyer(1), use_terms(2)).await).await;
    let key = licence.key.unwrap();
    let whole = world.engine.open_licence_key(&key).await.unwrap().unwrap();
    assert!(whole.ends_with(key.hint.as_str()));
    assert_eq!(
        key.sealed.as_ref().map(|sealed| sealed.subject),
        Some(SubjectId::from(person_id(&buyer(1))))
    );
    assert_eq!(whole.len(), 34);
}

#[tokio::test]
async fn the_first_key_stays_when_a_licence_is_issued_again() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let before = held(&world, licence_id).await;
    // Another node begins at the start of the ledger, as if the checkpoint had been lost.
    sqlx::query("UPDATE subscription_checkpoints SET position = 0 WHERE name = 'policy_orders'")
        .execute(world.ledger.pool())
        .await
        .unwrap();
    crate::world::work(&world.another_node(2).await).await;
    assert_eq!(held(&world, licence_id).await, before);
    assert_eq!(
        world.names::<Licence>(licence_id.as_uuid()).await,
        ["licence.issued"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limit_holds_exactly_while_fifty_devices_ask_at_once_on_two_nodes() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(7)).await;
    let shown = shown(&world, licence_id).await;
    let nodes = [world.engine.clone(), world.another_node(2).await];
    let mut asking = JoinSet::new();
    for number in 0..50 {
        let engine = nodes[number % 2].clone();
        asking.spawn(async move { activate(&engine, shown, &format!("device {number}")).await });
    }
    let outcomes = asking.join_all().await;
    let allowed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(UseRefusal::ActivationLimitReached))
        .count();
    assert_eq!((allowed, refused), (7, 43));
    assert_eq!(held(&world, licence_id).await.activations.len(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_devices_that_may_all_are_all_activated() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(50)).await;
    let shown = shown(&world, licence_id).await;
    let mut asking = JoinSet::new();
    for number in 0..50 {
        let engine = world.engine.clone();
        asking.spawn(async move { activate(&engine, shown, &format!("device {number}")).await });
    }
    assert!(asking.join_all().await.iter().all(Result::is_ok));
    assert_eq!(held(&world, licence_id).await.activations.len(), 50);
}

#[tokio::test]
async fn a_device_that_asks_again_counts_once() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(1)).await;
    let shown = shown(&world, licence_id).await;
    let first = world
        .engine
        .activate_licence(shown, device("a"), None)
        .await
        .unwrap();
    let again = world
        .engine
        .activate_licence(shown, device("a"), None)
        .await
        .unwrap();
    assert_eq!(first.outcome, again.outcome);
    assert_eq!(
        activate(&world.engine, shown, "b").await,
        Err(UseRefusal::ActivationLimitReached)
    );
    let id = first.outcome.unwrap().unwrap();
    let validate = async |device| {
        world
            .engine
            .validate_licence(shown, device)
            .await
            .unwrap()
            .outcome
    };
    assert_eq!(validate(Device::Named(id)).await, Ok(Some(id)));
    let gone = world.engine.deactivate_licence(shown, id, None).await.unwrap();
    assert_eq!(gone.outcome, Ok(Some(id)));
    let again = world.engine.deactivate_licence(shown, id, None).await.unwrap();
    assert_eq!(again.outcome, Err(UseRefusal::ActivationUnknown));
    assert_eq!(
        validate(Device::Named(id)).await,
        Err(UseRefusal::ActivationUnknown)
    );
    assert_eq!(activate(&world.engine, shown, "b").await, Ok(()));
}

#[tokio::test]
async fn a_licence_ends_when_its_days_are_over() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(1)).await;
    let shown = shown(&world, licence_id).await;
    world.advance(TimeDelta::days(10) - TimeDelta::seconds(1));
    let valid = world.engine.validate_licence(shown, Device::Any).await.unwrap();
    assert_eq!(valid.outcome, Ok(None));
    world.advance(TimeDelta::seconds(1));
    let over = world.engine.validate_licence(shown, Device::Any).await.unwrap();
    assert_eq!(over.outcome, Err(UseRefusal::Expired));
    assert_eq!(over.licence.unwrap().standing, LicenceStanding::Expired);
    assert_eq!(
        activate(&world.engine, shown, "a").await,
        Err(UseRefusal::Expired)
    );
    let refused = refusal(world.engine.rotate_licence_key(&buyer(1), licence_id).await);
    assert!(
        matches!(refused, UseCaseError::Licence(LicenceError::NotLive(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn rotating_ends_the_old_key_at_once_and_keeps_the_devices() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(1)).await;
    let old = shown(&world, licence_id).await;
    activate(&world.engine, old, "a").await.unwrap();
    let request = keyed(buyer(1), "rotate", 1);
    let rotated = world
        .engine
        .rotate_licence_key(&request, licence_id)
        .await
        .unwrap();
    let key = rotated.answer.state.held().unwrap().key.clone();
    let again = world
        .engine
        .rotate_licence_key(&request, licence_id)
        .await
        .unwrap();
    assert_eq!(
        again.answer.state.held().unwrap().key,
        key,
        "a repeat makes no further key"
    );
    let refused = world.engine.validate_licence(old, Device::Any).await.unwrap();
    assert_eq!(
        (refused.outcome, refused.licence),
        (Err(UseRefusal::UnknownKey), None)
    );
    assert_eq!(held(&world, licence_id).await.activations.len(), 1);
    for stranger in [buyer(2), person(1, comptoir_domain::values::Role::Seller)] {
        let refused = refusal(world.engine.rotate_licence_key(&stranger, licence_id).await);
        assert!(
            matches!(refused, UseCaseError::Licence(LicenceError::NotYours)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn whoever_gets_a_licence_gets_a_key_of_their_own() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(1)).await;
    let old = shown(&world, licence_id).await;
    activate(&world.engine, old, "a").await.unwrap();
    let to = person_id(&buyer(2));
    world
        .engine
        .transfer_licence(&buyer(1), licence_id, to)
        .await
        .unwrap();
    let licence = held(&world, licence_id).await;
    assert_eq!((licence.holder_id, licence.activations.len()), (to, 0));
    let sealed = licence.key.unwrap().sealed.unwrap();
    assert_eq!(sealed.subject, SubjectId::from(to));
    assert_eq!(
        activate(&world.engine, old, "a").await,
        Err(UseRefusal::UnknownKey)
    );
    let back = refusal(
        world
            .engine
            .transfer_licence(&buyer(1), licence_id, person_id(&buyer(3)))
            .await,
    );
    assert!(
        matches!(back, UseCaseError::Licence(LicenceError::NotYours)),
        "{back:?}"
    );
}

#[tokio::test]
async fn a_refused_transfer_makes_no_key_for_the_person_it_names() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), UseTerms::default()).await;
    let to = person_id(&buyer(77));
    let refused = refusal(world.engine.transfer_licence(&buyer(1), licence_id, to).await);
    assert!(
        matches!(refused, UseCaseError::Licence(LicenceError::NotTransferable)),
        "{refused:?}"
    );
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM person_keys WHERE subject = $1")
        .bind(SubjectId::from(to).to_string())
        .fetch_one(world.ledger.pool())
        .await
        .unwrap();
    assert_eq!(keys, 0);
}

#[tokio::test]
async fn the_licences_of_a_person_who_was_erased_go_on_and_show_no_key() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let before = shown(&world, licence_id).await;
    activate(&world.engine, before, "a").await.unwrap();
    let subject = SubjectId::from(person_id(&buyer(1)));
    world.engine.vault().destroy(subject).await.unwrap();
    let licence = held(&world, licence_id).await;
    let key = licence.key.as_ref().unwrap();
    assert_eq!(world.engine.open_licence_key(key).await.unwrap(), None);
    let label = licence.activations.values().next().unwrap().label.as_ref();
    assert_eq!(world.engine.open_device_label(label).await.unwrap(), None);
    // A program does not notice; what it says of its device is not kept any more.
    activate(&world.engine, before, "b").await.unwrap();
    let labels: Vec<_> = held(&world, licence_id)
        .await
        .activations
        .into_values()
        .map(|device| device.label.is_some())
        .collect();
    assert_eq!(labels.iter().filter(|kept| **kept).count(), 1);
}

#[tokio::test]
async fn neither_keys_nor_devices_stand_in_events_in_plain() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let key = held(&world, licence_id).await.key.unwrap();
    let whole = world.engine.open_licence_key(&key).await.unwrap().unwrap();
    let known = shown(&world, licence_id).await;
    activate(&world.engine, known, "Quackenbush-9000").await.unwrap();
    let events = world
        .ledger
        .read_page(Position::START, &Filter::All, 1000)
        .await
        .unwrap()
        .events;
    for event in events {
        let text = event.data + &event.metadata;
        for secret in [
            whole.as_str(),
            &whole.replace('-', ""),
            &whole[..6],
            "Quackenbush",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn a_licence_file_is_for_the_holder_of_a_live_licence() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let signed = world
        .engine
        .sign_licence(&buyer(1), licence_id, None)
        .await
        .unwrap();
    assert_eq!(signed.split('.').count(), 3);
    let stranger = world.engine.sign_licence(&buyer(2), licence_id, None).await;
    assert!(
        matches!(stranger, Err(UseCaseError::Licence(LicenceError::NotYours))),
        "{stranger:?}"
    );
    world.advance(TimeDelta::days(10));
    let late = world.engine.sign_licence(&buyer(1), licence_id, None).await;
    assert!(
        matches!(late, Err(UseCaseError::Licence(LicenceError::NotLive(_)))),
        "{late:?}"
    );
    let keys = world.engine.licence_public_keys();
    let elsewhere = world.another_node(3).await.licence_public_keys();
    assert_eq!(keys, elsewhere, "every node signs with the same key");
}
