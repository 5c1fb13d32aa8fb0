//! Licences that money went back for, or that are disputed, are refused in use; and what is used counts as delivered.

use std::collections::BTreeSet;

use comptoir_domain::licence::{Device, LicenceError, LicenceStanding, UseRefusal};
use comptoir_domain::order::{DeliveryAccess, OrderError};
use comptoir_domain::values::{LicenceId, OrderId};
use comptoir_engine::{Download, ShownKey, UseCaseError};
use comptoir_sandbox::hyperswitch::{DisputeStatus, RefundStatus};

use crate::after_sale::{PRICE, ask, deliver, paid};
use crate::disputes::dispute;
use crate::files::{link, read, upload};
use crate::given::buyer;
use crate::licences::{activate, held, shown};
use crate::world::World;

/// A licence that was paid for, in use: its key, one device, and a download that has begun.
struct InUse {
    order_id: OrderId,
    licence_id: LicenceId,
    key: ShownKey,
    token: String,
    download: Download,
}

impl InUse {
    async fn of(world: &World) -> Self {
        let order_id = paid(world).await;
        let licence_id = LicenceId::of_unit(order_id, 0, 0);
        let key = shown(world, licence_id).await;
        upload(world, key.product_id, "a.wav", &["0123456789"]).await;
        activate(&world.engine, key, "a").await.unwrap();
        let token = link(world, licence_id).await.unwrap();
        let download = world.engine.open_download(&token).await.unwrap();
        assert_eq!(read(world, &download, 0..4).await.unwrap(), "0123");
        Self {
            order_id,
            licence_id,
            key,
            token,
            download,
        }
    }

    /// Refused in validation, on any device, by any link, and to its holder.
    async fn is_refused(&self, world: &World, refusal: UseRefusal, standing: LicenceStanding) {
        let before = world.ledger.horizon();
        let validated = world
            .engine
            .validate_licence(self.key, Device::Any)
            .await
            .unwrap();
        assert_eq!(validated.outcome, Err(refusal));
        assert_eq!(validated.licence.unwrap().standing, standing);
        for device in ["a", "b"] {
            assert_eq!(activate(&world.engine, self.key, device).await, Err(refusal));
        }
        let engine = &world.engine;
        for refused in [
            link(world, self.licence_id).await.map(drop),
            engine.open_download(&self.token).await.map(drop),
            read(world, &self.download, 4..6).await.map(drop),
            engine
                .sign_licence(&buyer(1), self.licence_id, None)
                .await
                .map(drop),
            engine
                .rotate_licence_key(&buyer(1), self.licence_id)
                .await
                .map(drop),
        ] {
            assert!(
                matches!(&refused, Err(UseCaseError::Licence(LicenceError::NotLive(named))) if *named == standing),
                "{refused:?}"
            );
        }
        assert_eq!(world.ledger.horizon(), before);
    }

    /// The same key, device and links do again.
    async fn works(&self, world: &World) {
        assert_eq!(shown(world, self.licence_id).await, self.key);
        let validated = world
            .engine
            .validate_licence(self.key, Device::Any)
            .await
            .unwrap();
        assert_eq!(validated.outcome, Ok(None));
        activate(&world.engine, self.key, "a").await.unwrap();
        assert_eq!(held(world, self.licence_id).await.activations.len(), 1);
        assert_eq!(read(world, &self.download, 4..6).await.unwrap(), "45");
        world.engine.open_download(&self.token).await.unwrap();
    }
}

#[tokio::test]
async fn a_disputed_licence_is_refused_until_the_dispute_is_won() {
    let world = World::new().await;
    let used = InUse::of(&world).await;
    dispute(&world, used.order_id, DisputeStatus::DisputeOpened).await;
    used.is_refused(&world, UseRefusal::Suspended, LicenceStanding::Suspended)
        .await;
    dispute(&world, used.order_id, DisputeStatus::DisputeWon).await;
    used.works(&world).await;
}

#[tokio::test]
async fn a_licence_lost_in_a_dispute_is_refused() {
    let world = World::new().await;
    let used = InUse::of(&world).await;
    dispute(&world, used.order_id, DisputeStatus::DisputeOpened).await;
    dispute(&world, used.order_id, DisputeStatus::DisputeLost).await;
    used.is_refused(&world, UseRefusal::Revoked, LicenceStanding::Revoked)
        .await;
}

/// Banks take refunds back: the very licence comes back that was there before.
#[tokio::test]
async fn a_refunded_licence_is_refused_until_the_refund_turns_out_to_have_failed() {
    let world = World::new().await;
    let used = InUse::of(&world).await;
    let refund_id = ask(&world, used.order_id, PRICE).await;
    world.work().await;
    deliver(&world).await;
    used.is_refused(&world, UseRefusal::Revoked, LicenceStanding::Revoked)
        .await;
    world
        .stand_in
        .settle_refund(&refund_id.to_string(), RefundStatus::Failed)
        .unwrap();
    deliver(&world).await;
    used.works(&world).await;
}

async fn began(world: &World, order_id: OrderId) -> Vec<DeliveryAccess> {
    let state = world.order_state(order_id).await;
    let deliveries = state.facts().unwrap().withdrawal.deliveries.values();
    deliveries.map(|(access, _)| *access).collect()
}

#[tokio::test]
async fn the_first_use_begins_the_delivery_and_ends_the_right_of_withdrawal() {
    for access in [
        DeliveryAccess::Activation,
        DeliveryAccess::Download,
        DeliveryAccess::OfflineFile,
    ] {
        let world = World::new().await;
        let order_id = paid(&world).await;
        let licence_id = LicenceId::of_unit(order_id, 0, 0);
        let key = shown(&world, licence_id).await;
        upload(&world, key.product_id, "a.wav", &["0123"]).await;
        world.engine.validate_licence(key, Device::Any).await.unwrap();
        let token = link(&world, licence_id).await.unwrap();
        let download = world.engine.open_download(&token).await.unwrap();
        assert_eq!(began(&world, order_id).await, [], "nothing was handed out yet");
        for _ in 0..2 {
            match access {
                DeliveryAccess::Activation => activate(&world.engine, key, "a").await.unwrap(),
                DeliveryAccess::Download => drop(read(&world, &download, 0..1).await.unwrap()),
                DeliveryAccess::OfflineFile => {
                    let signed = world.engine.sign_licence(&buyer(1), licence_id, None).await;
                    drop(signed.unwrap());
                }
            }
        }
        activate(&world.engine, key, "b").await.unwrap();
        assert_eq!(began(&world, order_id).await, [access]);
        let names = world.order_names(order_id).await;
        let begun = names.iter().filter(|name| *name == "order.delivery_began");
        assert_eq!(begun.count(), 1);
        let lines = Some(BTreeSet::from([0]));
        let refused = world.engine.declare_withdrawal(&buyer(1), order_id, lines).await;
        assert!(
            matches!(refused, Err(UseCaseError::Order(OrderError::NothingToWithdraw))),
            "{refused:?}"
        );
    }
}
