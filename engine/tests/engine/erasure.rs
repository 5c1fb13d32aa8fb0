//! Erasing a person: the event first, then the key, whatever crashes; and what is under way goes on to its end.

use std::time::Duration;

use comptoir_domain::licence::{Bearing, LicenceError};
use comptoir_domain::order::{CancelReason, OrderStatus, RefundGrounds, RefundStanding};
use comptoir_domain::person::{Acquaintance, ErasureReason, Person, PersonErased, PersonError, PersonEvent};
use comptoir_domain::review::ReviewConcern;
use comptoir_domain::values::{
    BillingDetails, LicenceKind, PersonId, Rating, RefundId, RefundNote, ReviewNote, ReviewText, Role,
    SubjectId, Title,
};
use comptoir_engine::vault::{KeyStanding, VaultError};
use comptoir_engine::{
    BILLING_CONTEXT, CreateProduct, Engine, Occasion, PersonErasure, PostReview, RefundOrder, RequestContext,
    UseCaseError,
};
use comptoir_ledger::{Append, Filter, Metadata, Position};
use comptoir_sandbox::hyperswitch::{DisputeStatus, PaymentStatus};
use tokio_util::sync::CancellationToken;

use crate::after_sale::{PRICE, amount, ask, bearing, deliver, paid, standing};
use crate::disputes::dispute;
use crate::given::{billing, buyer, keyed, order_id, payment_id, person, place, refusal, seller};
use crate::licences::{activate, held, licence_of, shown, use_terms};
use crate::world::{World, work};

const PATIENCE: Duration = Duration::from_secs(20);

fn admin() -> RequestContext {
    person(900, Role::Admin)
}

fn id(context: &RequestContext) -> PersonId {
    context.actor.person_id
}

async fn erase(engine: &Engine, person: &RequestContext) -> PersonErasure {
    let reason = Some(ErasureReason::ConsentWithdrawn);
    let erased = engine
        .erase_person(&admin(), id(person), Acquaintance::Known, reason)
        .await;
    erased.unwrap().answer
}

async fn key_of(engine: &Engine, person: &RequestContext) -> KeyStanding {
    let standing = engine.vault().standing(SubjectId::from(id(person))).await;
    standing.unwrap()
}

/// The billing details of an order, as an engine can open them.
async fn billing_of(
    world: &World,
    engine: &Engine,
    order: comptoir_domain::values::OrderId,
) -> Result<BillingDetails, VaultError> {
    let state = world.order_state(order).await;
    let sealed = state.facts().unwrap().billing.clone();
    engine.vault().open_json(&sealed, BILLING_CONTEXT).await
}

#[tokio::test]
async fn erasing_leaves_one_event_and_no_key_however_often_it_is_asked() {
    let world = World::new().await;
    let order = paid(&world).await;
    assert_eq!(billing_of(&world, &world.engine, order).await.unwrap(), billing());
    let request = keyed(admin(), "erase", 1);
    let person_id = id(&buyer(1));
    let ask = async |request: &RequestContext, reason| {
        let asked = world
            .engine
            .erase_person(request, person_id, Acquaintance::Known, reason);
        asked.await.unwrap()
    };
    let first = ask(&request, Some(ErasureReason::Objection)).await;
    let repeated = ask(&request, Some(ErasureReason::Objection)).await;
    let again = ask(&admin(), None).await;
    assert_eq!((repeated.answer, again.answer), (first.answer, first.answer));
    assert_eq!(first.occasion, Occasion::First);
    assert_eq!(
        world.names::<Person>(person_id.as_uuid()).await,
        ["person.erased"]
    );
    assert_eq!(key_of(&world.engine, &buyer(1)).await, KeyStanding::Destroyed);
    let opened = billing_of(&world, &world.engine, order).await;
    assert!(matches!(opened, Err(VaultError::Erased)), "{opened:?}");
    let event = world.category("person").await.remove(0);
    let actor = event.decode_metadata().unwrap().actor;
    assert_eq!(actor, Some(id(&admin()).to_string()));
    let PersonEvent::Erased(erased) = event.decode().unwrap();
    assert_eq!(erased.reason, Some(ErasureReason::Objection));
    hashes_verify(&world).await;
}

/// Every event is still the one that was hashed.
async fn hashes_verify(world: &World) {
    let page = world
        .ledger
        .read_page(Position::START, &Filter::All, 10_000)
        .await;
    for event in page.unwrap().events {
        assert_eq!(event.leaf_hash, event.leaf().hash(), "{}", event.position);
    }
}

#[tokio::test]
async fn an_engine_that_dies_between_event_and_key_has_its_work_finished_by_the_next() {
    let world = World::new().await;
    let order = paid(&world).await;
    // What is on disk when the engine dies right behind the append.
    let erased = PersonErased {
        person_id: id(&buyer(1)),
        reason: None,
        by: id(&admin()),
        at: world.engine.now(),
    };
    let append = Append::new(&Metadata::default()).write_new::<Person>(
        erased.person_id.as_uuid(),
        &[erased.into()],
        world.ledger.ids(),
    );
    world.ledger.append(append).await.unwrap();
    assert_eq!(key_of(&world.engine, &buyer(1)).await, KeyStanding::Held);

    let next = world.another_node(2).await;
    work(&next).await;
    assert_eq!(key_of(&next, &buyer(1)).await, KeyStanding::Destroyed);
    let opened = billing_of(&world, &next, order).await;
    assert!(matches!(opened, Err(VaultError::Erased)), "{opened:?}");
    // Whoever asks again, because there was no answer, gets one.
    erase(&next, &buyer(1)).await;
    assert_eq!(world.category("person").await.len(), 1);
}

#[tokio::test]
async fn another_node_forgets_the_key_that_it_has_in_memory() {
    let world = World::new().await;
    let order = paid(&world).await;
    let other = world.another_node(2).await;
    let stop = CancellationToken::new();
    let forgetting = other.start_forgetting(stop);
    assert_eq!(billing_of(&world, &other, order).await.unwrap(), billing());
    erase(&world.engine, &buyer(1)).await;
    let forgotten = async {
        while billing_of(&world, &other, order).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    // Without being told it would take a minute.
    tokio::time::timeout(PATIENCE, forgotten)
        .await
        .expect("the other node forgets");
    forgetting.stop().await;
}

#[tokio::test]
async fn only_admins_erase_and_only_who_is_known() {
    let world = World::new().await;
    let person_id = id(&buyer(1));
    let engine = &world.engine;
    assert_eq!(
        engine.acquaintance(person_id).await.unwrap(),
        Acquaintance::Unknown
    );
    let by_self = engine
        .erase_person(&buyer(1), person_id, Acquaintance::Known, None)
        .await;
    assert!(matches!(
        refusal(by_self),
        UseCaseError::Person(PersonError::NotAnAdmin)
    ));
    let unknown = engine
        .erase_person(&admin(), person_id, Acquaintance::Unknown, None)
        .await;
    assert!(matches!(
        refusal(unknown),
        UseCaseError::Person(PersonError::NotFound)
    ));
    assert_eq!(world.ledger.horizon(), Position::START);
    assert_eq!(key_of(engine, &buyer(1)).await, KeyStanding::Missing);
    let product = world.product(LicenceKind::Basic, PRICE).await;
    world.order(&buyer(1), product).await;
    assert_eq!(engine.acquaintance(person_id).await.unwrap(), Acquaintance::Known);
}

#[tokio::test]
async fn an_order_of_an_erased_buyer_is_paid_refunded_and_disputed_like_any_other() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let placed = world.order(&buyer(1), product).await;
    erase(&world.engine, &buyer(1)).await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let order = order_id(&placed);
    assert_eq!(world.status(order).await, Some(OrderStatus::Paid));
    assert_eq!(bearing(&world, order).await, None);
    dispute(&world, order, DisputeStatus::DisputeOpened).await;
    assert_eq!(bearing(&world, order).await, Some(Bearing::Suspends));
    dispute(&world, order, DisputeStatus::DisputeWon).await;
    assert_eq!(bearing(&world, order).await, None);
    let refund_id = ask(&world, order, PRICE).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
    hashes_verify(&world).await;
}

#[tokio::test]
async fn an_erased_buyer_can_cancel_and_withdraw_and_begin_nothing_new() {
    let world = World::new().await;
    let (paid, product) = (paid(&world).await, world.product(LicenceKind::Basic, PRICE).await);
    let open = world.order(&buyer(1), product).await;
    erase(&world.engine, &buyer(1)).await;
    let refused = refusal(world.engine.place_order(&buyer(1), place(&[product])).await);
    assert!(matches!(refused, UseCaseError::Erased), "{refused:?}");
    world.cancel(&open, CancelReason::Mistake).await;
    assert_eq!(world.status(order_id(&open)).await, Some(OrderStatus::Cancelled));
    world
        .engine
        .declare_withdrawal(&buyer(1), paid, None)
        .await
        .unwrap();
    world.engine.confirm_withdrawal(&buyer(1), paid).await.unwrap();
    world.work().await;
    deliver(&world).await;
    let refund_id = RefundId::of_withdrawal(paid, 0);
    assert_eq!(standing(&world, paid, refund_id).await, RefundStanding::Settled);
}

#[tokio::test]
async fn an_erased_buyer_posts_edits_and_votes_no_more_but_takes_back() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 0).await;
    let orders = [
        world.order(&buyer(1), product).await,
        world.order(&buyer(2), product).await,
    ];
    let [mine, theirs] = orders.each_ref().map(|placed| PostReview {
        product_id: product.0,
        order_id: order_id(placed),
        rating: Rating::try_new(4).unwrap(),
        body: None,
    });
    let engine = &world.engine;
    let theirs = engine
        .post_review(&buyer(2), theirs)
        .await
        .unwrap()
        .answer
        .review_id;
    engine.vote_review_helpful(&buyer(1), theirs).await.unwrap();
    erase(engine, &buyer(1)).await;
    let (head, note) = (world.ledger.horizon(), ReviewNote::try_new("Not fair.").ok());
    let refusals = [
        refusal(engine.post_review(&buyer(1), mine).await),
        refusal(
            engine
                .report_review(&buyer(1), theirs, ReviewConcern::Spam, None)
                .await,
        ),
        refusal(
            engine
                .report_review(&buyer(1), theirs, ReviewConcern::Spam, note.clone())
                .await,
        ),
    ];
    for refused in refusals {
        assert!(matches!(refused, UseCaseError::Erased), "{refused:?}");
    }
    assert_eq!(world.ledger.horizon(), head);
    engine.withdraw_helpful_vote(&buyer(1), theirs).await.unwrap();
    // An admin hides what an erased author wrote; there is nobody left to tell more than the reason.
    erase(engine, &buyer(2)).await;
    engine
        .hide_review(&admin(), theirs, ReviewConcern::Spam, note)
        .await
        .unwrap();
    engine.remove_review(&buyer(2), theirs).await.unwrap();
}

#[tokio::test]
async fn no_licence_is_passed_on_to_an_erased_person() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    world
        .order(&buyer(2), world.product(LicenceKind::Basic, 0).await)
        .await;
    erase(&world.engine, &buyer(2)).await;
    let before = (held(&world, licence_id).await, world.ledger.horizon());
    let engine = &world.engine;
    let refused = refusal(
        engine
            .transfer_licence(&buyer(1), licence_id, id(&buyer(2)))
            .await,
    );
    assert!(matches!(refused, UseCaseError::RecipientErased), "{refused:?}");
    assert_eq!((held(&world, licence_id).await, world.ledger.horizon()), before);
}

#[tokio::test]
async fn an_erased_holder_goes_on_using_a_licence_and_passes_it_on_without_getting_a_new_key() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let known = shown(&world, licence_id).await;
    erase(&world.engine, &buyer(1)).await;
    activate(&world.engine, known, "a").await.unwrap();
    let rotated = refusal(world.engine.rotate_licence_key(&buyer(1), licence_id).await);
    assert!(matches!(rotated, UseCaseError::Erased), "{rotated:?}");
    let moved = world
        .engine
        .transfer_licence(&buyer(1), licence_id, id(&buyer(3)))
        .await;
    moved.unwrap();
    let licence = held(&world, licence_id).await;
    assert_eq!(licence.holder_id, id(&buyer(3)));
    let key = licence.key.unwrap();
    assert!(world.engine.open_licence_key(&key).await.unwrap().is_some());
    let gone = refusal(world.engine.rotate_licence_key(&buyer(1), licence_id).await);
    assert!(
        matches!(
            gone,
            UseCaseError::Erased | UseCaseError::Licence(LicenceError::NotYours)
        ),
        "{gone:?}"
    );
}

#[tokio::test]
async fn an_erased_seller_sells_nothing_new_and_still_refunds() {
    let world = World::new().await;
    let order = paid(&world).await;
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let engine = &world.engine;
    erase(engine, &seller()).await;
    let create = CreateProduct {
        title: Title::try_new("One more").unwrap(),
        description: None,
    };
    let refused = refusal(engine.create_product(&seller(), create).await);
    assert!(matches!(refused, UseCaseError::Erased), "{refused:?}");
    engine.withdraw_product(&seller(), product.0).await.unwrap();
    let with_note = RefundOrder {
        grounds: RefundGrounds::Other,
        note: RefundNote::try_new("As agreed by telephone.").ok(),
        ..amount(1)
    };
    let refused = refusal(engine.refund_order(&seller(), order, with_note).await);
    assert!(matches!(refused, UseCaseError::Erased), "{refused:?}");
    let refund_id = ask(&world, order, PRICE).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
}

#[tokio::test]
async fn a_review_is_answered_by_nobody_who_was_erased() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 0).await;
    let placed = world.order(&buyer(1), product).await;
    let post = PostReview {
        product_id: product.0,
        order_id: order_id(&placed),
        rating: Rating::try_new(2).unwrap(),
        body: ReviewText::try_new("Too quiet.").ok(),
    };
    let engine = &world.engine;
    let review = engine
        .post_review(&buyer(1), post)
        .await
        .unwrap()
        .answer
        .review_id;
    erase(engine, &seller()).await;
    let answer = ReviewText::try_new("Turn it up.").unwrap();
    let refused = refusal(engine.answer_review(&seller(), review, answer).await);
    assert!(matches!(refused, UseCaseError::Erased), "{refused:?}");
}
