//! What the dispute read model shows after which events.

use comptoir_domain::order::{DisputeOutcome, DisputeStanding, DisputeStatus, Order, OrderEvent};
use comptoir_domain::testing::samples::{self, at, buyer, eur, seller, stranger};
use comptoir_domain::values::DisputeId;

use super::Disputes;
use super::query::{self, DisputeFilter};
use crate::listing::{PageLimit, PageRequest, QueryError};
use crate::orders::Orders;
use crate::testing::{Fixture, fixture, order_events, order_number};

fn dispute_of(number: u128) -> DisputeId {
    DisputeId::of_provider(order_number(number), "dp_1")
}

/// Orders 1 to 3 with as many words about a dispute: 1 is opened only, 3 is closed.
async fn with_disputes() -> Fixture {
    let fixture = fixture().await;
    for number in 1..=3_usize {
        let of_dispute = |event: &OrderEvent| {
            matches!(
                event,
                OrderEvent::Placed(_)
                    | OrderEvent::Disputed(_)
                    | OrderEvent::DisputeChanged(_)
                    | OrderEvent::DisputeClosed(_)
            )
        };
        let events = samples::events::order()
            .into_iter()
            .filter(of_dispute)
            .take(1 + number)
            .collect();
        let order_id = order_number(number as u128);
        fixture
            .append::<Order>(order_id.as_uuid(), &order_events(order_id, events))
            .await;
    }
    fixture.apply(Orders).await.unwrap();
    fixture.apply(Disputes).await.unwrap();
    fixture
}

#[tokio::test]
async fn a_dispute_shows_the_newest_word_and_when_it_began() {
    let fixture = with_disputes().await;
    for (number, status, closed_at) in [
        (1, DisputeStatus::Opened, None),
        (2, DisputeStatus::Challenged, None),
        (3, DisputeStatus::Won, Some(at(35))),
    ] {
        let view = query::get(&fixture.pool, dispute_of(number))
            .await
            .unwrap()
            .unwrap();
        let dispute = view.dispute;
        assert_eq!((dispute.status, dispute.closed_at), (status, closed_at));
        assert_eq!((dispute.amount, dispute.opened_at), (eur(2990), at(31)));
        assert_eq!(dispute.provider_dispute_id.as_str(), "dp_example00000000000001");
        assert_eq!(
            (view.buyer_id, view.sellers),
            (Some(buyer().person_id), vec![seller().person_id])
        );
    }
    assert_eq!(query::get(&fixture.pool, dispute_of(9)).await.unwrap(), None);
    let of_order = query::list_for_order(&fixture.pool, order_number(2))
        .await
        .unwrap();
    let ids: Vec<_> = of_order.iter().map(|view| view.dispute.dispute_id).collect();
    assert_eq!(ids, [dispute_of(2)]);
}

#[tokio::test]
async fn buyers_and_sellers_find_their_own_and_lists_are_filtered() {
    let fixture = with_disputes().await;
    let (pool, page, any) = (&fixture.pool, PageRequest::default(), DisputeFilter::Any);
    for (person, as_buyer, as_seller) in [(buyer(), 3, 0), (seller(), 0, 3), (stranger(), 0, 0)] {
        let bought = query::list_for_buyer(pool, person.person_id, any, page)
            .await
            .unwrap();
        let sold = query::list_for_seller(pool, person.person_id, any, page)
            .await
            .unwrap();
        assert_eq!(
            (bought.items.len(), sold.items.len()),
            (as_buyer, as_seller),
            "{person:?}"
        );
    }
    for (standing, expected) in [
        (DisputeStanding::Open, vec![dispute_of(2), dispute_of(1)]),
        (DisputeStanding::Closed(DisputeOutcome::Won), vec![dispute_of(3)]),
        (DisputeStanding::Closed(DisputeOutcome::Lost), vec![]),
    ] {
        let found = query::list_all(pool, DisputeFilter::Standing(standing), page)
            .await
            .unwrap();
        let ids: Vec<_> = found.items.iter().map(|view| view.dispute.dispute_id).collect();
        assert_eq!(ids, expected);
    }
}

#[tokio::test]
async fn a_page_goes_on_behind_the_one_before() {
    let fixture = with_disputes().await;
    let limit = PageLimit::try_new(2).unwrap();
    let first = PageRequest::first(limit);
    let first = query::list_all(&fixture.pool, DisputeFilter::Any, first)
        .await
        .unwrap();
    assert!(first.has_more);
    let behind = PageRequest::after(limit, first.items[1].dispute.dispute_id);
    let second = query::list_all(&fixture.pool, DisputeFilter::Any, behind)
        .await
        .unwrap();
    assert_eq!(second.items[0].dispute.dispute_id, dispute_of(1));
    let known = PageRequest::after(limit, dispute_of(2));
    let foreign =
        query::list_for_seller(&fixture.pool, stranger().person_id, DisputeFilter::Any, known).await;
    assert!(matches!(foreign, Err(QueryError::UnknownCursor)));
    let unknown = PageRequest::after(limit, dispute_of(9));
    let refused = query::list_all(&fixture.pool, DisputeFilter::Any, unknown).await;
    assert!(matches!(refused, Err(QueryError::UnknownCursor)));
}
