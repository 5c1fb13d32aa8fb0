//! What the refund read model shows after which events.

use comptoir_domain::order::{Order, OrderEvent, RefundReason};
use comptoir_domain::refund::{Refund, RefundEvent};
use comptoir_domain::testing::samples::{self, at, buyer, eur, seller, stranger};
use comptoir_domain::values::{OrderId, ProviderCode, RefundId};

use super::query::{self, RefundFilter};
use super::{RefundProgress, Refunds};
use crate::listing::{PageLimit, PageRequest, QueryError};
use crate::orders::Orders;
use crate::runner::ApplyError;
use crate::testing::{Fixture, fixture, order_events, order_number, refund_events};

fn refund_of(order_id: OrderId) -> RefundId {
    RefundId::of_late_payment(order_id)
}

fn opened() -> Vec<OrderEvent> {
    let of_sale = |event: &OrderEvent| matches!(event, OrderEvent::Placed(_) | OrderEvent::RefundOpened(_));
    samples::events::order().into_iter().filter(of_sale).collect()
}

/// Orders 1 to 5, each with a refund after its first events: one is that it was requested.
async fn with_refunds(events: usize) -> Fixture {
    let fixture = fixture().await;
    for number in 1..=5 {
        let order_id = order_number(number);
        fixture
            .append::<Order>(order_id.as_uuid(), &order_events(order_id, opened()))
            .await;
        let refund_id = refund_of(order_id);
        let events = &refund_events(refund_id, order_id)[..events];
        fixture.append::<Refund>(refund_id.as_uuid(), events).await;
    }
    fixture.apply(Orders).await.unwrap();
    fixture.apply(Refunds).await.unwrap();
    fixture
}

#[tokio::test]
async fn a_refund_shows_how_far_it_is() {
    for (events, status, failure) in [
        (1, RefundProgress::Requested, None),
        (2, RefundProgress::Submitted, None),
        (3, RefundProgress::UnderReview, None),
        (4, RefundProgress::Succeeded, None),
        (5, RefundProgress::Failed, Some("expired_or_canceled_card")),
        (7, RefundProgress::Failed, Some("IR_13")),
    ] {
        let fixture = with_refunds(events).await;
        let view = query::get(&fixture.pool, refund_of(order_number(2)))
            .await
            .unwrap()
            .unwrap();
        let refund = view.refund;
        assert_eq!(refund.status, status);
        assert_eq!(refund.failure_code.as_ref().map(ProviderCode::as_str), failure);
        assert_eq!(refund.settled_at.is_some(), status == RefundProgress::Succeeded);
        assert_eq!((refund.amount, refund.opened_at), (eur(2990), at(20)));
        assert_eq!(
            (refund.reason, refund.parts.len()),
            (RefundReason::LatePaymentUnavailable, 1)
        );
        assert_eq!(
            (view.buyer_id, view.sellers),
            (Some(buyer().person_id), vec![seller().person_id])
        );
    }
}

#[tokio::test]
async fn buyers_sellers_and_orders_find_their_own() {
    let fixture = with_refunds(2).await;
    let (pool, page) = (&fixture.pool, PageRequest::default());
    let submitted = RefundFilter::Status(RefundProgress::Submitted);
    for (person, as_buyer, as_seller) in [(buyer(), 5, 0), (seller(), 0, 5), (stranger(), 0, 0)] {
        let person_id = person.person_id;
        let bought = query::list_for_buyer(pool, person_id, submitted, page)
            .await
            .unwrap();
        let sold = query::list_for_seller(pool, person_id, RefundFilter::Any, page)
            .await
            .unwrap();
        assert_eq!(
            (bought.items.len(), sold.items.len()),
            (as_buyer, as_seller),
            "{person:?}"
        );
    }
    let failed = RefundFilter::Status(RefundProgress::Failed);
    assert_eq!(query::list_all(pool, failed, page).await.unwrap().items.len(), 0);
    let of_order = query::list_for_order(pool, order_number(2)).await.unwrap();
    let ids: Vec<_> = of_order.iter().map(|view| view.refund.refund_id).collect();
    assert_eq!(ids, [refund_of(order_number(2))]);
}

#[tokio::test]
async fn refunds_are_listed_in_the_order_of_time_whatever_their_ids() {
    let fixture = with_refunds(1).await;
    let limit = PageLimit::try_new(2).unwrap();
    let mut page = PageRequest::first(limit);
    let mut seen = Vec::new();
    loop {
        let found = query::list_all(&fixture.pool, RefundFilter::Any, page)
            .await
            .unwrap();
        seen.extend(found.items.iter().map(|view| view.refund.refund_id));
        if !found.has_more {
            break;
        }
        page = PageRequest::after(limit, *seen.last().unwrap());
    }
    let newest_first: Vec<_> = (1..=5)
        .rev()
        .map(|number| refund_of(order_number(number)))
        .collect();
    assert_eq!(seen, newest_first);
    let known = PageRequest::after(limit, refund_of(order_number(2)));
    let foreign = query::list_for_buyer(&fixture.pool, stranger().person_id, RefundFilter::Any, known).await;
    assert!(matches!(foreign, Err(QueryError::UnknownCursor)));
    let unknown = PageRequest::after(limit, refund_of(order_number(9)));
    let refused = query::list_all(&fixture.pool, RefundFilter::Any, unknown).await;
    assert!(matches!(refused, Err(QueryError::UnknownCursor)));
}

#[tokio::test]
async fn an_event_of_a_refund_that_no_order_opened_is_refused() {
    let fixture = fixture().await;
    let order_id = order_number(1);
    let events: Vec<RefundEvent> = refund_events(refund_of(order_id), order_id);
    fixture
        .append::<Refund>(refund_of(order_id).as_uuid(), &events[..1])
        .await;
    let error = fixture.apply(Refunds).await.unwrap_err();
    assert!(matches!(error, ApplyError::Misplaced { .. }), "{error}");
}
