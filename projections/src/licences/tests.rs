//! What the licence read model shows after which events.

use chrono::TimeDelta;
use comptoir_domain::licence::{
    Licence, LicenceActivated, LicenceCause, LicenceDeactivated, LicenceEvent, LicenceReinstated,
    LicenceRevoked, LicenceStanding, LicenceSuperseded, LicenceSuspended, LicenceTransferred,
    UpgradeReleaseReason, UpgradeReleased,
};
use comptoir_domain::testing::samples::events::{activation_id, key_facts};
use comptoir_domain::testing::samples::{self, at, buyer, seller, stranger};
use comptoir_domain::values::{LicenceId, Sha256Hex, ValidDays};

use super::query::{self, LicenceFilter};
use super::{LicenceStatus, Licences};
use crate::listing::{PageLimit, PageRequest, QueryError, Side};
use crate::testing::{
    Fixture, apply_in, events_for, fixture, licence_events, licence_issued, live_rows, order_number,
};

/// Licences of the orders 1 to 5, issued in this order.
async fn with_licences() -> (Fixture, Vec<LicenceId>) {
    let fixture = fixture().await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        let issued = licence_issued(order_number(number));
        ids.push(issued.grant.licence_id);
        let id = issued.grant.licence_id.as_uuid();
        fixture
            .append::<Licence>(id, &[LicenceEvent::Issued(issued)])
            .await;
    }
    fixture.apply(Licences).await.unwrap();
    (fixture, ids)
}

#[tokio::test]
async fn a_licence_shows_what_was_granted() {
    let (fixture, ids) = with_licences().await;
    let grant = samples::events::licence_grant();
    let licence = query::get(&fixture.pool, ids[0]).await.unwrap().unwrap();
    assert_eq!(
        (licence.holder_id, licence.seller_id),
        (buyer().person_id, seller().person_id)
    );
    assert_eq!(
        (licence.product_id, licence.offer_id),
        (grant.product_id, grant.offer_id)
    );
    assert_eq!((licence.kind, licence.title), (grant.kind, grant.title));
    assert_eq!(
        (licence.terms_version, licence.terms_hash),
        (grant.terms_version, grant.terms_hash)
    );
    assert_eq!(
        (licence.status, licence.issued_at),
        (LicenceStatus::Issued, at(6))
    );
    assert_eq!((licence.issued_position.get(), licence.revision.get()), (1, 0));
}

#[tokio::test]
async fn licences_are_listed_in_the_order_of_time_whatever_their_ids() {
    let (fixture, ids) = with_licences().await;
    let limit = PageLimit::try_new(2).unwrap();
    let mut page = PageRequest::first(limit);
    let mut seen = Vec::new();
    loop {
        let found = query::list(&fixture.pool, Side::All, LicenceFilter::Any, page)
            .await
            .unwrap();
        seen.extend(found.items.iter().map(|licence| licence.licence_id));
        if !found.has_more {
            break;
        }
        page = PageRequest::after(limit, *seen.last().unwrap());
    }
    let newest_first: Vec<_> = ids.into_iter().rev().collect();
    assert_eq!(seen, newest_first);
}

#[tokio::test]
async fn a_page_behind_an_unknown_or_foreign_licence_is_refused() {
    let (fixture, ids) = with_licences().await;
    let unknown = LicenceId::of_unit(order_number(9), 0, 0);
    let held = Side::Buyer(buyer().person_id);
    let (foreign, not_sold) = (Side::Buyer(stranger().person_id), Side::Seller(buyer().person_id));
    for (side, licence_id) in [
        (Side::All, unknown),
        (held, unknown),
        (foreign, ids[4]),
        (not_sold, ids[4]),
    ] {
        let page = PageRequest::after(PageLimit::DEFAULT, licence_id);
        let refused = query::list(&fixture.pool, side, LicenceFilter::Any, page).await;
        assert!(matches!(refused, Err(QueryError::UnknownCursor)), "{side:?}");
    }
    let page = PageRequest::after(PageLimit::DEFAULT, ids[4]);
    let behind = query::list(&fixture.pool, held, LicenceFilter::Any, page).await;
    assert_eq!(behind.unwrap().items.len(), 4);
}

#[tokio::test]
async fn holders_sellers_and_orders_find_their_own() {
    let (fixture, ids) = with_licences().await;
    let (pool, page) = (&fixture.pool, PageRequest::default());
    let issued = LicenceFilter::Standing(LicenceStanding::Live, at(60));
    for (person, as_holder, as_seller) in [(buyer(), 5, 0), (seller(), 0, 5), (stranger(), 0, 0)] {
        let held = query::list(pool, Side::Buyer(person.person_id), issued, page)
            .await
            .unwrap();
        let sold = query::list(pool, Side::Seller(person.person_id), issued, page)
            .await
            .unwrap();
        assert_eq!(
            (held.items.len(), sold.items.len()),
            (as_holder, as_seller),
            "{person:?}"
        );
    }
    let of_order = query::list_for_order(pool, order_number(2)).await.unwrap();
    let of_order: Vec<_> = of_order.iter().map(|licence| licence.licence_id).collect();
    assert_eq!(of_order, [ids[1]]);
}

/// A revoked licence that came back with another key, or not at all.
#[tokio::test]
async fn a_licence_shows_why_it_is_not_live_and_comes_back_as_it_was() {
    let (fixture, ids) = with_licences().await;
    let id = ids[0].as_uuid();
    let before = query::get(&fixture.pool, ids[0]).await.unwrap().unwrap();
    let samples = samples::events::licence();
    let [.., suspended, revoked, _] = samples.as_slice() else {
        panic!("what happens to a licence after it was issued")
    };
    let (LicenceEvent::Suspended(suspending), LicenceEvent::Revoked(revoking)) = (suspended, revoked) else {
        panic!("a suspension and a revocation")
    };
    let lifted = |cause| LicenceEvent::from(LicenceReinstated { cause, at: at(40) });
    for (event, status, causes) in [
        (suspended.clone(), LicenceStatus::Suspended, 1),
        (revoked.clone(), LicenceStatus::Revoked, 2),
        (lifted(suspending.cause), LicenceStatus::Revoked, 1),
        (lifted(revoking.cause), LicenceStatus::Issued, 0),
    ] {
        let last = fixture.append::<Licence>(id, &[event]).await;
        let events = crate::testing::events_for(&fixture.ledger, &Licences).await;
        let newest: Vec<_> = events
            .into_iter()
            .filter(|event| event.position == last)
            .collect();
        let mut transaction = fixture.pool.begin().await.unwrap();
        crate::testing::apply_in(&mut transaction, Licences, &newest, &[1])
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        let licence = query::get(&fixture.pool, ids[0]).await.unwrap().unwrap();
        assert_eq!((licence.status, licence.causes.len()), (status, causes));
        assert_eq!(
            (licence.licence_id, licence.issued_at),
            (before.licence_id, before.issued_at)
        );
    }
}

fn activated(device: u128, minutes: i64) -> LicenceEvent {
    LicenceActivated {
        activation_id: activation_id(device),
        label: Some(samples::sealed()),
        at: at(minutes),
    }
    .into()
}

#[tokio::test]
async fn a_licence_shows_its_devices_and_who_holds_it_now() {
    let (fixture, ids) = with_licences().await;
    let gone = LicenceDeactivated {
        activation_id: activation_id(2),
        at: at(9),
    };
    let events = [activated(1, 7), activated(2, 8), gone.into(), activated(3, 10)];
    fixture.append::<Licence>(ids[0].as_uuid(), &events).await;
    fixture.apply_rest(Licences, 5).await;
    let pool = &fixture.pool;
    let devices = query::activations(pool, ids[0]).await.unwrap();
    let shown: Vec<_> = devices
        .iter()
        .map(|device| (device.activation_id, device.activated_at))
        .collect();
    assert_eq!(shown, [(activation_id(1), at(7)), (activation_id(3), at(10))]);
    assert_eq!(devices[0].label, Some(samples::sealed()));
    let licence = query::get(pool, ids[0]).await.unwrap().unwrap();
    assert_eq!(licence.activations_count, 2);

    let passed_on = LicenceTransferred {
        from: buyer().person_id,
        to: stranger().person_id,
        key: key_facts(9),
        at: at(11),
    };
    let events = [passed_on.into(), activated(4, 12)];
    fixture.append::<Licence>(ids[0].as_uuid(), &events).await;
    fixture.apply_rest(Licences, 9).await;
    let licence = query::get(pool, ids[0]).await.unwrap().unwrap();
    assert_eq!(
        (licence.holder_id, licence.key),
        (stranger().person_id, Some(key_facts(9)))
    );
    let devices = query::activations(pool, ids[0]).await.unwrap();
    assert_eq!((devices.len(), devices[0].activation_id), (1, activation_id(4)));
}

#[tokio::test]
async fn a_licence_is_found_by_the_key_it_has_now() {
    let (fixture, ids) = with_licences().await;
    let digest = Sha256Hex::of(order_number(1).to_string());
    let find = |key| query::find_by_key(&fixture.pool, key);
    assert_eq!(find(digest).await.unwrap(), Some(ids[0]));
    assert_eq!(find(Sha256Hex::of("another")).await.unwrap(), None);
    let events = licence_events(&licence_issued(order_number(1)));
    fixture.append::<Licence>(ids[0].as_uuid(), &events[1..]).await;
    fixture.apply_rest(Licences, 5).await;
    assert_eq!(find(digest).await.unwrap(), None);
    let newest = Sha256Hex::of(format!("{} transferred", order_number(1)));
    assert_eq!(find(newest).await.unwrap(), Some(ids[0]));
}

#[tokio::test]
async fn whatever_the_batches_the_rows_are_the_same() {
    let mut seen = Vec::new();
    for sizes in [&[1][..], &[2, 3], &[1000]] {
        let fixture = fixture().await;
        for number in 1..=3 {
            let events = licence_events(&licence_issued(order_number(number)));
            let id = LicenceId::of_unit(order_number(number), 0, 0).as_uuid();
            fixture.append::<Licence>(id, &events).await;
        }
        let events = events_for(&fixture.ledger, &Licences).await;
        let mut transaction = fixture.pool.begin().await.unwrap();
        apply_in(&mut transaction, Licences, &events, sizes)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        seen.push(live_rows::<Licences>(&fixture.pool).await);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

/// Licences that were over were listed among those that are issued.
#[tokio::test]
async fn a_list_by_standing_shows_what_has_it_at_that_moment() {
    let fixture = fixture().await;
    let ids: Vec<LicenceId> = (0..5)
        .map(|number| LicenceId::of_unit(order_number(number), 0, 0))
        .collect();
    let order_id = order_number(9);
    let by = LicenceId::of_unit(order_id, 0, 0);
    let (bearing, at_9) = (LicenceCause::Withdrawal, at(9));
    let more: [Vec<LicenceEvent>; 5] = [
        vec![],
        vec![
            LicenceSuperseded {
                order_id,
                by,
                at: at_9,
            }
            .into(),
        ],
        vec![
            LicenceSuspended {
                cause: bearing,
                at: at_9,
            }
            .into(),
        ],
        vec![
            LicenceSuperseded {
                order_id,
                by,
                at: at_9,
            }
            .into(),
            LicenceRevoked {
                cause: bearing,
                at: at_9,
            }
            .into(),
        ],
        vec![
            LicenceSuperseded {
                order_id,
                by,
                at: at_9,
            }
            .into(),
            UpgradeReleased {
                order_id,
                reason: UpgradeReleaseReason::TakenBack,
                at: at_9,
            }
            .into(),
        ],
    ];
    for (number, more) in (0..).zip(more) {
        let mut issued = licence_issued(order_number(number));
        issued.grant.use_terms.valid_days = ValidDays::try_new(1).ok();
        let events: Vec<_> = std::iter::once(issued.into()).chain(more).collect();
        fixture
            .append::<Licence>(ids[usize::try_from(number).unwrap()].as_uuid(), &events)
            .await;
    }
    fixture.apply(Licences).await.unwrap();
    let end = at(6) + TimeDelta::days(1);
    let before = end - TimeDelta::microseconds(1);
    for (standing, now, expected) in [
        (LicenceStanding::Live, before, vec![4, 0]),
        (LicenceStanding::Expired, before, vec![]),
        (LicenceStanding::Live, end, vec![]),
        (LicenceStanding::Expired, end, vec![4, 0]),
        (LicenceStanding::Superseded, end, vec![1]),
        (LicenceStanding::Suspended, end, vec![2]),
        (LicenceStanding::Revoked, end, vec![3]),
    ] {
        let expected: Vec<LicenceId> = expected.into_iter().map(|number: usize| ids[number]).collect();
        for side in [
            Side::All,
            Side::Buyer(buyer().person_id),
            Side::Seller(seller().person_id),
        ] {
            let filter = LicenceFilter::Standing(standing, now);
            let found = query::list(&fixture.pool, side, filter, PageRequest::default())
                .await
                .unwrap();
            assert!(found.items.iter().all(|row| row.standing(now) == standing));
            let found: Vec<LicenceId> = found.items.iter().map(|row| row.licence_id).collect();
            assert_eq!(found, expected, "{standing:?} {now}");
        }
    }
    let upgraded = query::get(&fixture.pool, ids[1]).await.unwrap().unwrap();
    assert_eq!(upgraded.superseded_by, Some(by));
}
