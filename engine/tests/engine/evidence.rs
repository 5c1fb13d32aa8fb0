//! What can be shown to a bank: who got at what, and what buyers were told when they bought.

use chrono::TimeDelta;
use comptoir_domain::order::{DeliveryAccess, RefundPolicy};
use comptoir_domain::values::{OrderId, PersonId, Role};
use comptoir_engine::{EngineConfig, Evidence, LicenceAccessKind, RequestContext};

use crate::after_sale::paid;
use crate::given::{buyer, person, tax};
use crate::licences::{activate, held, licence_of, shown, use_terms};
use crate::world::World;

fn person_id(context: &RequestContext) -> PersonId {
    context.actor.person_id
}

async fn evidence(world: &World, order_id: OrderId) -> Evidence {
    world.engine.evidence(order_id).await.unwrap().unwrap()
}

/// Sold under fourteen days, disputed under seven: a bank is shown what the buyer was.
#[tokio::test]
async fn the_refund_policy_is_that_of_the_sale_whatever_is_set_since() {
    let world = World::new().await;
    let order_id = paid(&world).await;
    let mut config = EngineConfig::new(tax());
    config.refund_windows.seller_days = 7;
    let restarted = world.another_node_with(2, config).await;
    let evidence = restarted.evidence(order_id).await.unwrap().unwrap();
    let policy = RefundPolicy {
        seller_days: 14,
        platform_days: 365,
    };
    assert_eq!(evidence.order.state.facts().unwrap().refund_policy, Some(policy));
}

/// What whoever got the licence as a gift did with it says nothing of the buyer.
#[tokio::test]
async fn accesses_after_a_licence_was_passed_on_are_those_of_its_new_holder() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let order_id = held(&world, licence_id).await.grant.order_id;
    activate(&world.engine, shown(&world, licence_id).await, "a")
        .await
        .unwrap();
    let to = person_id(&buyer(2));
    world
        .engine
        .transfer_licence(&buyer(1), licence_id, to)
        .await
        .unwrap();
    world.advance(TimeDelta::minutes(1));
    activate(&world.engine, shown(&world, licence_id).await, "b")
        .await
        .unwrap();
    world
        .engine
        .sign_licence(&buyer(2), licence_id, None)
        .await
        .unwrap();
    let accesses = evidence(&world, order_id).await.accesses;
    let seen: Vec<_> = accesses
        .iter()
        .map(|access| (access.holder_id, access.kind))
        .collect();
    let (first, second) = (person_id(&buyer(1)), to);
    assert_eq!(
        seen,
        [
            (first, LicenceAccessKind::Activation),
            (second, LicenceAccessKind::Activation),
            (second, LicenceAccessKind::OfflineFile),
        ]
    );
}

/// A program works by the file whatever becomes of the licence; so it counts before it is handed out, as a download does.
#[tokio::test]
async fn an_offline_file_is_recorded_and_one_for_the_platform_delivers_nothing() {
    let world = World::new().await;
    let licence_id = licence_of(&world, &buyer(1), use_terms(2)).await;
    let order_id = held(&world, licence_id).await.grant.order_id;
    let began = async || {
        let state = world.order_state(order_id).await;
        let deliveries = state.facts().unwrap().withdrawal.deliveries.clone();
        deliveries.values().map(|(access, _)| *access).collect::<Vec<_>>()
    };
    let admin = person(77, Role::Admin);
    world
        .engine
        .check_licence_file(&buyer(1), licence_id, None)
        .await
        .unwrap();
    world.engine.sign_licence(&admin, licence_id, None).await.unwrap();
    assert_eq!(began().await, []);
    assert_eq!(evidence(&world, order_id).await.accesses, []);
    for _ in 0..2 {
        world
            .engine
            .sign_licence(&buyer(1), licence_id, None)
            .await
            .unwrap();
    }
    assert_eq!(began().await, [DeliveryAccess::OfflineFile]);
    let names = world
        .names::<comptoir_domain::licence::Licence>(licence_id.as_uuid())
        .await;
    let files = names.iter().filter(|name| *name == "licence.offline_file_issued");
    assert_eq!(
        files.count(),
        3,
        "each is recorded, for each ends at its own time"
    );
    assert_eq!(evidence(&world, order_id).await.accesses.len(), 2);
}
