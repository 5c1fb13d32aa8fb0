//! Placing orders and making their payments.

use std::time::Duration;

use comptoir_domain::order::{LineRefusal, OrderError, OrderStatus, PaymentContact, PlaceError};
use comptoir_domain::product::OfferUnavailable;
use comptoir_domain::values::{LicenceKind, Quantity};
use comptoir_engine::gateway::hyperswitch::HyperswitchError;
use comptoir_engine::{Checkout, Occasion, PlaceOrder, UseCaseError};
use comptoir_sandbox::hyperswitch::{Down, Faults, PaymentStatus};

use crate::given::{buyer, keyed, order_id, payment_id, place, refusal, seller};
use crate::world::World;

const CREATE: &str = "POST /payments";
const RETRIEVE: &str = "GET /payments/{payment_id}";

fn client_secret(checkout: &Checkout) -> Option<&str> {
    match checkout {
        Checkout::Ready { client_secret, .. } => Some(client_secret.expose()),
        Checkout::Pending { .. } | Checkout::Closed => None,
    }
}

#[tokio::test]
async fn an_order_is_stored_and_its_payment_made() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;

    let Checkout::Ready {
        payment_id: ready,
        client_secret,
        publishable_key,
    } = &placed.checkout
    else {
        panic!("{:?}", placed.checkout)
    };
    assert_eq!(*ready, payment_id(&placed));
    assert_eq!(ready.to_string().len(), 30);
    assert!(client_secret.expose().starts_with(&ready.to_string()));
    assert!(publishable_key.starts_with("pk_snd_"));
    assert_eq!(
        world.order_names(order_id(&placed)).await,
        ["order.placed", "order.payment_initiated"]
    );
    assert_eq!(placed.order.state.status(), Some(OrderStatus::AwaitingPayment));
    assert_eq!((world.calls(CREATE), world.stand_in.counts()), (1, (1, 0)));
}

#[tokio::test]
async fn an_order_without_anything_to_pay_is_paid_and_no_payment_made() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 0).await)
        .await;
    assert_eq!(placed.checkout, Checkout::Closed);
    assert_eq!(
        world.order_names(order_id(&placed)).await,
        ["order.placed", "order.paid"]
    );
    assert_eq!(world.calls(CREATE), 0);
    world.work().await;
    assert_eq!(world.licences().await.len(), 1);
}

#[tokio::test]
async fn a_time_out_after_the_payment_was_made_leads_to_a_get_and_one_payment() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let late = Faults {
        late_ms: 2_000,
        route: Some(CREATE.to_owned()),
        calls: Some(1),
        ..Faults::default()
    };
    world.stand_in.set_faults(late);
    let placed = world.order(&buyer(1), product).await;
    assert!(client_secret(&placed.checkout).is_some(), "{:?}", placed.checkout);
    assert_eq!((world.calls(CREATE), world.calls(RETRIEVE)), (1, 1));
    assert_eq!(world.stand_in.counts(), (1, 0));
}

#[tokio::test]
async fn a_payment_that_exists_already_is_found() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    // The answer is late and the GET after it fails too: the payment is made, and nobody here knows.
    let late = Faults {
        late_ms: 2_000,
        ..Faults::default()
    };
    world.stand_in.set_faults(late);
    let placed = world.order(&buyer(1), product).await;
    assert_eq!(
        placed.checkout,
        Checkout::Pending {
            payment_id: payment_id(&placed)
        }
    );
    assert_eq!(world.order_names(order_id(&placed)).await, ["order.placed"]);

    world.stand_in.set_faults(Faults::default());
    let asked = world
        .engine
        .ask_payment(&buyer(1), order_id(&placed))
        .await
        .unwrap()
        .answer;
    assert!(client_secret(&asked.checkout).is_some());
    assert_eq!(
        world.order_names(order_id(&placed)).await,
        ["order.placed", "order.payment_initiated"]
    );
    assert_eq!(world.stand_in.counts(), (1, 0));
}

#[tokio::test]
async fn a_provider_that_is_down_leaves_the_payment_pending_and_asking_again_makes_it() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    for down in [Down::Unavailable, Down::Drop] {
        world.stand_in.set_faults(Faults {
            down,
            ..Faults::default()
        });
        let placed = world.order(&buyer(1), product).await;
        assert_eq!(
            placed.checkout,
            Checkout::Pending {
                payment_id: payment_id(&placed)
            }
        );
        let refused = refusal(world.engine.ask_payment(&buyer(1), order_id(&placed)).await);
        assert!(
            matches!(
                refused,
                UseCaseError::Provider(HyperswitchError::OutcomeUnknown(_))
            ),
            "{refused:?}"
        );

        world.stand_in.set_faults(Faults::default());
        let asked = world
            .engine
            .ask_payment(&buyer(1), order_id(&placed))
            .await
            .unwrap()
            .answer;
        assert!(client_secret(&asked.checkout).is_some());
        assert_eq!(
            asked.order.state.facts().unwrap().contact,
            PaymentContact::Initiated
        );
        let again = world
            .engine
            .ask_payment(&buyer(1), order_id(&placed))
            .await
            .unwrap()
            .answer;
        assert_eq!(again.checkout, asked.checkout);
    }
    assert_eq!(world.stand_in.counts(), (2, 0));
}

#[tokio::test]
async fn a_slow_provider_keeps_no_buyer_waiting() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world.stand_in.set_faults(Faults {
        slow_ms: 30_000,
        ..Faults::default()
    });
    let buyer = buyer(1);
    let placing = world.engine.place_order(&buyer, place(&[product]));
    let placing = tokio::time::timeout(Duration::from_secs(5), placing);
    let placed = placing.await.expect("well before the provider").unwrap().answer;
    assert_eq!(
        placed.checkout,
        Checkout::Pending {
            payment_id: payment_id(&placed)
        }
    );
}

#[tokio::test]
async fn a_repeat_gets_the_same_order_with_its_client_secret() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let request = keyed(buyer(1), "key-1", 1);
    let first = world
        .engine
        .place_order(&request, place(&[product]))
        .await
        .unwrap();
    let other_node = world.another_node(2).await;
    for engine in [&world.engine, &other_node] {
        let repeat = engine.place_order(&request, place(&[product])).await.unwrap();
        assert_eq!(repeat.occasion, Occasion::Repeat);
        assert_eq!(order_id(&repeat.answer), order_id(&first.answer));
        assert_eq!(repeat.answer.checkout, first.answer.checkout);
    }
    assert_eq!(world.stand_in.counts(), (1, 0));
    let refused = refusal(
        world
            .engine
            .place_order(&keyed(buyer(1), "key-1", 2), place(&[product]))
            .await,
    );
    assert!(
        matches!(refused, UseCaseError::IdempotencyKeyReused),
        "{refused:?}"
    );
}

#[tokio::test]
async fn many_equal_orders_at_once_are_one_order() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let other_node = world.another_node(2).await;
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..12 {
        let engine = if number % 2 == 0 {
            world.engine.clone()
        } else {
            other_node.clone()
        };
        requests.spawn(async move {
            engine
                .place_order(&keyed(buyer(1), "key-1", 1), place(&[product]))
                .await
        });
    }
    for result in requests.join_all().await {
        if let Err(error) = result {
            assert!(matches!(error, UseCaseError::IdempotencyKeyInUse), "{error:?}");
        }
    }
    let placed = world.category("order").await;
    assert_eq!(
        placed
            .iter()
            .filter(|event| event.event_type == "order.placed")
            .count(),
        1
    );
    assert_eq!(world.stand_in.counts(), (1, 0));
}

fn line_refusals(error: UseCaseError) -> Vec<(String, LineRefusal)> {
    let UseCaseError::Place(PlaceError::Lines(problems)) = error else {
        panic!("{error:?}")
    };
    problems
        .into_iter()
        .map(|problem| (problem.pointer(), problem.refusal))
        .collect()
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_line_by_line_and_nothing_is_stored() {
    let world = World::new().await;
    let (product_id, offer_id) = world.product(LicenceKind::Basic, 2990).await;
    let withdrawn = world.offer(product_id, LicenceKind::Premium, 4990).await;
    world
        .engine
        .withdraw_offer(&seller(), product_id, withdrawn)
        .await
        .unwrap();
    let events_before = world.ledger.horizon();

    let mut order = place(&[
        (product_id, offer_id),
        (product_id, withdrawn),
        (product_id, offer_id),
    ]);
    order.lines[0].quantity = i64::from(Quantity::LIMIT) + 1;
    let refused = line_refusals(refusal(world.engine.place_order(&buyer(1), order).await));
    assert_eq!(refused.len(), 3);
    assert_eq!(refused[0].0, "/lines/0/quantity");
    let unavailable = LineRefusal::Unavailable(OfferUnavailable::OfferWithdrawn);
    assert_eq!(refused[1], ("/lines/1/offer_id".to_owned(), unavailable));
    assert_eq!(
        refused[2],
        (
            "/lines/2/offer_id".to_owned(),
            LineRefusal::Duplicate { first: 0 }
        )
    );

    let mut order = place(&[(product_id, offer_id)]);
    order.lines[0].expected_unit_price_minor = Some(1);
    let refused = line_refusals(refusal(world.engine.place_order(&buyer(1), order).await));
    assert!(matches!(refused[0].1, LineRefusal::PriceChanged { now } if now.amount == 2990));
    let refused = refusal(
        world
            .engine
            .place_order(
                &buyer(1),
                PlaceOrder {
                    lines: vec![],
                    ..place(&[])
                },
            )
            .await,
    );
    assert!(matches!(refused, UseCaseError::Place(PlaceError::NoLines)));

    assert_eq!(world.ledger.horizon(), events_before);
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM person_keys")
        .fetch_one(world.ledger.pool())
        .await
        .unwrap();
    assert_eq!((keys, world.calls(CREATE)), (0, 0));
}

#[tokio::test]
async fn an_order_is_cancelled_by_its_buyer_only_and_its_payment_closed() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let reason = comptoir_domain::order::CancelReason::BuyerRequest;
    let refused = world
        .engine
        .cancel_order(&buyer(2), order_id(&placed), reason)
        .await;
    assert!(
        matches!(refused, Err(UseCaseError::Order(OrderError::NotYours))),
        "{refused:?}"
    );

    for _ in 0..2 {
        let cancelled = world
            .engine
            .cancel_order(&buyer(1), order_id(&placed), reason)
            .await
            .unwrap()
            .answer;
        assert_eq!(cancelled.state.status(), Some(OrderStatus::Cancelled));
    }
    let refused = refusal(world.engine.ask_payment(&buyer(1), order_id(&placed)).await);
    assert!(
        matches!(refused, UseCaseError::Order(OrderError::AlreadyCancelled)),
        "{refused:?}"
    );
    let names = world.order_names(order_id(&placed)).await;
    assert_eq!(
        names,
        ["order.placed", "order.payment_initiated", "order.cancelled"]
    );
    world.called("POST /payments/{payment_id}/cancel").await;
}

#[tokio::test]
async fn a_paid_order_is_not_asked_for_again() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let refused = refusal(world.engine.ask_payment(&buyer(1), order_id(&placed)).await);
    assert!(
        matches!(refused, UseCaseError::Order(OrderError::AlreadyPaid)),
        "{refused:?}"
    );
    let refused = refusal(world.engine.ask_payment(&buyer(2), order_id(&placed)).await);
    assert!(
        matches!(refused, UseCaseError::Order(OrderError::NotYours)),
        "{refused:?}"
    );
}
