//! What the licence read model shows after which events.

use comptoir_domain::licence::{Licence, LicenceEvent, LicenceReinstated};
use comptoir_domain::testing::samples::{self, at, buyer, seller, stranger};
use comptoir_domain::values::LicenceId;

use super::query::{self, LicenceFilter};
use super::{LicenceStatus, Licences};
use crate::listing::{PageLimit, PageRequest, QueryError, Side};
use crate::testing::{Fixture, fixture, licence_issued, order_number};

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
    let issued = LicenceFilter::Status(LicenceStatus::Issued);
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
    let [suspended, revoked, _] = &samples::events::licence()[1..] else {
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
