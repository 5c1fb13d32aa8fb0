//! What the order read model shows after which events.

use comptoir_domain::order::{
    CancelReason, DisputeStatus, DisputeSummary, Order, OrderCancelled, OrderEvent, OrderExpired, OrderPaid,
    OrderStatus, PaymentAwaiting, PaymentInitiated, PaymentSource, PaymentStatus, RefundReason,
    RefundedShare, ReportSource, ReviewReason,
};
use comptoir_domain::testing::samples::{self, at, buyer, eur, seller, stranger};
use comptoir_domain::values::{OrderId, PaymentId};

use super::query::{self, NonTerminalPayments, OrderFilter};
use super::{Orders, RefundRowStanding};
use crate::listing::{PageLimit, PageRequest, QueryError, Side};
use crate::runner::ApplyError;
use crate::testing::{Fixture, fixture, order_events, order_number};

/// The order after the first events of the samples: 1 is placed only, 12 is everything that can happen.
async fn order_after(events: usize) -> super::OrderView {
    let fixture = fixture().await;
    let order_id = samples::order_id();
    fixture
        .append::<Order>(order_id.as_uuid(), &samples::events::order()[..events])
        .await;
    fixture.apply(Orders).await.unwrap();
    query::get(&fixture.pool, order_id).await.unwrap().unwrap()
}

fn placed() -> OrderEvent {
    samples::events::order_placed().into()
}

fn initiated() -> OrderEvent {
    let (payment_id, at) = (PaymentId::of(samples::order_id()), at(3));
    let provider_status = PaymentStatus::RequiresPaymentMethod;
    PaymentInitiated {
        payment_id,
        provider_status,
        at,
    }
    .into()
}

async fn place_many(fixture: &Fixture, histories: &[(u128, Vec<OrderEvent>)]) {
    for (number, events) in histories {
        let order_id = order_number(*number);
        let events = order_events(order_id, events.clone());
        fixture.append::<Order>(order_id.as_uuid(), &events).await;
    }
    fixture.apply(Orders).await.unwrap();
}

fn numbers(ids: impl IntoIterator<Item = OrderId>) -> Vec<u128> {
    let first = order_number(0).as_uuid().as_u128();
    ids.into_iter().map(|id| id.as_uuid().as_u128() - first).collect()
}

#[tokio::test]
async fn a_placed_order_shows_what_was_ordered_and_stays_sealed() {
    let view = order_after(1).await;
    let placed = samples::events::order_placed_with_code();
    assert_eq!(view.lines, placed.lines);
    assert_eq!(
        (&view.order.promotion, &view.order.tax),
        (&placed.promotion, &placed.tax)
    );
    assert_eq!(view.order.status, OrderStatus::AwaitingPayment);
    assert_eq!(
        (view.order.total, view.order.tax_total),
        (placed.total, placed.tax_total)
    );
    assert_eq!(view.order.billing, samples::sealed());
    assert_eq!(view.order.consent, placed.consent);
    assert_eq!((view.order.placed_at, view.order.expires_at), (at(2), at(17)));
    assert_eq!((view.order.received, view.order.payment_status), (eur(0), None));
    assert_eq!((view.order.revision.get(), view.order.position.get()), (0, 1));
}

#[tokio::test]
async fn a_failed_attempt_shows_its_reason() {
    let order = order_after(5).await.order;
    assert_eq!(order.status, OrderStatus::PaymentFailed);
    assert_eq!(order.payment_status, Some(PaymentStatus::Failed));
    assert_eq!(order.failure_code.unwrap().as_str(), "DC_08");
}

#[tokio::test]
async fn a_paid_order_shows_the_money_and_no_old_failure() {
    let order = order_after(6).await.order;
    assert_eq!(order.status, OrderStatus::Paid);
    assert_eq!((order.received, order.paid_at), (eur(2990), Some(at(5))));
    assert_eq!(order.payment_status, Some(PaymentStatus::Succeeded));
    assert_eq!(order.failure_code, None);
}

#[tokio::test]
async fn flags_and_refunds_are_kept_with_the_order() {
    let order = order_after(12).await.order;
    assert!(order.needs_review());
    let flag = &order.review_flags[0];
    assert_eq!(
        (flag.reason, flag.received),
        (ReviewReason::AmountMismatch, eur(1990))
    );
    let refund = &order.refunds[0];
    assert_eq!(
        (refund.amount, refund.reason),
        (eur(2990), RefundReason::LatePaymentUnavailable)
    );
    assert_eq!(
        (refund.standing, refund.updated_at),
        (RefundRowStanding::Declined, at(24))
    );
    assert_eq!(order.revision.get(), 11);
}

#[tokio::test]
async fn the_answer_to_our_call_never_hides_what_the_provider_said() {
    let fixture = fixture().await;
    let awaiting = PaymentAwaiting {
        provider_status: PaymentStatus::RequiresCustomerAction,
        provider_updated: at(3),
        source: ReportSource::Webhook,
        at: at(3),
    };
    place_many(&fixture, &[(1, vec![placed(), awaiting.into(), initiated()])]).await;
    let order = query::get(&fixture.pool, order_number(1))
        .await
        .unwrap()
        .unwrap()
        .order;
    assert_eq!(order.payment_status, Some(PaymentStatus::RequiresCustomerAction));
}

#[tokio::test]
async fn a_revived_order_is_no_longer_closed() {
    let fixture = fixture().await;
    let cancelled = OrderCancelled {
        by: buyer().person_id,
        reason: CancelReason::Mistake,
        at: at(6),
    };
    let paid = OrderPaid {
        revived: true,
        ..samples::events::order_paid()
    };
    let closed = vec![placed(), cancelled.into()];
    let revived = [closed.clone(), vec![paid.into()]].concat();
    place_many(&fixture, &[(1, closed), (2, revived)]).await;
    let closed = query::get(&fixture.pool, order_number(1))
        .await
        .unwrap()
        .unwrap()
        .order;
    assert_eq!(
        (closed.closed_at, closed.cancel_reason),
        (Some(at(6)), Some(CancelReason::Mistake))
    );
    let revived = query::get(&fixture.pool, order_number(2))
        .await
        .unwrap()
        .unwrap()
        .order;
    assert_eq!((revived.status, revived.revived), (OrderStatus::Paid, true));
    assert_eq!((revived.closed_at, revived.cancel_reason), (None, None));
}

#[tokio::test]
async fn an_order_for_nothing_is_paid_without_a_payment() {
    let fixture = fixture().await;
    let paid = OrderPaid {
        amount: eur(0),
        source: PaymentSource::NothingToPay,
        provider_updated: None,
        ..samples::events::order_paid()
    };
    place_many(&fixture, &[(1, vec![placed(), paid.into()])]).await;
    let order = query::get(&fixture.pool, order_number(1))
        .await
        .unwrap()
        .unwrap()
        .order;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Paid, None));
}

#[tokio::test]
async fn lists_are_cut_into_pages_newest_first() {
    let fixture = fixture().await;
    let orders: Vec<_> = (1..=5).map(|number| (number, vec![placed()])).collect();
    place_many(&fixture, &orders).await;
    let limit = PageLimit::try_new(2).unwrap();
    let mut page = PageRequest::first(limit);
    let mut seen = Vec::new();
    loop {
        let found = query::list(&fixture.pool, Side::All, OrderFilter::Any, page)
            .await
            .unwrap();
        let ids: Vec<_> = found.items.iter().map(|view| view.order.order_id).collect();
        assert!(found.items.iter().all(|view| view.lines.len() == 1));
        seen.push((numbers(ids.clone()), found.has_more));
        if !found.has_more {
            break;
        }
        page = PageRequest::after(limit, *ids.last().unwrap());
    }
    assert_eq!(seen, [(vec![5, 4], true), (vec![3, 2], true), (vec![1], false)]);
}

#[tokio::test]
async fn buyers_and_sellers_find_their_own() {
    let fixture = fixture().await;
    place_many(&fixture, &[(1, vec![placed()])]).await;
    let (pool, any, page) = (&fixture.pool, OrderFilter::Any, PageRequest::default());
    for (person, as_buyer, as_seller) in [(buyer(), 1, 0), (seller(), 0, 1), (stranger(), 0, 0)] {
        let bought = query::list(pool, Side::Buyer(person.person_id), any, page)
            .await
            .unwrap();
        let sold = query::list(pool, Side::Seller(person.person_id), any, page)
            .await
            .unwrap();
        assert_eq!(
            (bought.items.len(), sold.items.len()),
            (as_buyer, as_seller),
            "{person:?}"
        );
    }
}

/// Otherwise the answer would tell who has ordered, or what the ids of others are.
#[tokio::test]
async fn a_page_begins_only_behind_an_order_that_the_list_could_have_had() {
    let fixture = fixture().await;
    place_many(&fixture, &[(1, vec![placed()])]).await;
    let behind = async |side, number| {
        let page = PageRequest::after(PageLimit::DEFAULT, order_number(number));
        query::list(&fixture.pool, side, OrderFilter::NeedsReview, page).await
    };
    let (bought, sold) = (Side::Buyer(buyer().person_id), Side::Seller(seller().person_id));
    for side in [bought, sold, Side::All] {
        assert_eq!(behind(side, 1).await.unwrap().items, []);
        let unknown = behind(side, 2).await;
        assert!(matches!(unknown, Err(QueryError::UnknownCursor)), "{side:?}");
    }
    for side in [
        Side::Buyer(seller().person_id),
        Side::Buyer(stranger().person_id),
        Side::Seller(buyer().person_id),
        Side::Seller(stranger().person_id),
    ] {
        let foreign = behind(side, 1).await;
        assert!(matches!(foreign, Err(QueryError::UnknownCursor)), "{side:?}");
    }
}

#[tokio::test]
async fn lists_can_be_filtered() {
    let fixture = fixture().await;
    let paid: OrderEvent = samples::events::order_paid().into();
    let everything = samples::events::order();
    place_many(
        &fixture,
        &[(1, vec![placed()]), (2, vec![placed(), paid]), (3, everything)],
    )
    .await;
    let (pool, page, buyer) = (&fixture.pool, PageRequest::default(), buyer().person_id);
    for (filter, expected) in [
        (OrderFilter::Any, vec![3, 2, 1]),
        (OrderFilter::Status(OrderStatus::Paid), vec![2]),
        (OrderFilter::Status(OrderStatus::Processing), vec![]),
        (OrderFilter::NeedsReview, vec![3]),
    ] {
        for side in [Side::All, Side::Buyer(buyer), Side::Seller(seller().person_id)] {
            let list = query::list(pool, side, filter, page).await.unwrap();
            let ids = list.items.iter().map(|view| view.order.order_id);
            assert_eq!(numbers(ids), expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn workers_find_what_is_due() {
    let fixture = fixture().await;
    let events = samples::events::order();
    let (awaiting, processing, failed) = (events[2].clone(), events[3].clone(), events[4].clone());
    place_many(
        &fixture,
        &[
            (1, vec![placed()]),
            (2, vec![placed(), initiated()]),
            (3, vec![placed(), initiated(), processing]),
            (4, vec![placed(), failed]),
            (5, vec![placed(), awaiting]),
            (6, vec![placed(), samples::events::order_paid().into()]),
            (7, vec![placed(), initiated(), OrderExpired { at: at(18) }.into()]),
        ],
    )
    .await;
    let pool = &fixture.pool;

    assert_eq!(query::due_for_expiry(pool, at(16), 10).await.unwrap(), []);
    let mut due = numbers(query::due_for_expiry(pool, at(17), 10).await.unwrap());
    due.sort_unstable();
    assert_eq!(due, [1, 2, 4, 5]);
    assert_eq!(query::due_for_expiry(pool, at(17), 3).await.unwrap().len(), 3);

    assert_eq!(
        query::awaiting_payment_initiation(pool, at(1), 10).await.unwrap(),
        []
    );
    let unknown = query::awaiting_payment_initiation(pool, at(2), 10).await.unwrap();
    assert_eq!(numbers(unknown), [1]);

    let mut wanted = NonTerminalPayments {
        updated_before: at(19),
        closed_after: at(17),
        starting_after: None,
        limit: 3,
    };
    let first = query::non_terminal_payments(pool, &wanted).await.unwrap();
    assert_eq!(numbers(first.iter().map(|payment| payment.order_id)), [2, 3, 4]);
    assert_eq!(first[0].payment_status, PaymentStatus::RequiresPaymentMethod);
    wanted.starting_after = first.last().map(|payment| payment.order_id);
    let second = query::non_terminal_payments(pool, &wanted).await.unwrap();
    assert_eq!(numbers(second.iter().map(|payment| payment.order_id)), [5, 7]);
    wanted.closed_after = at(18);
    let second = query::non_terminal_payments(pool, &wanted).await.unwrap();
    assert_eq!(numbers(second.iter().map(|payment| payment.order_id)), [5]);
    wanted.updated_before = at(2);
    assert_eq!(query::non_terminal_payments(pool, &wanted).await.unwrap(), []);
}

#[tokio::test]
async fn an_event_of_an_order_that_was_never_placed_is_refused() {
    let fixture = fixture().await;
    fixture
        .append::<Order>(order_number(1).as_uuid(), &[placed()])
        .await;
    let stray = [initiated(), initiated()];
    let stray = fixture.append::<Order>(order_number(2).as_uuid(), &stray).await;
    let error = fixture.apply(Orders).await.unwrap_err();
    let first_stray = stray.get() - 1;
    assert!(
        matches!(error, ApplyError::Misplaced { position, .. } if position.get() == first_stray),
        "{error}"
    );
}

#[tokio::test]
async fn what_comes_after_the_sale_is_kept_with_the_order() {
    let order = order_after(18).await.order;
    let after_sale = &order.after_sale;
    assert_eq!(after_sale.disputes[0].word.status, DisputeStatus::Won);
    assert_eq!(
        (order.dispute_summary(), order.refunded_share()),
        (DisputeSummary::Won, RefundedShare::None)
    );
    assert_eq!(
        (after_sale.deliveries[0].line, after_sale.deliveries[0].at),
        (0, at(40))
    );
    assert_eq!(after_sale.declared, None);
    assert_eq!(after_sale.withdrawals, [samples::events::withdrawal_confirmed()]);
    assert!(after_sale.withdrawal_facts().is_withdrawn(0));
    let before = order_after(17).await.order;
    assert_eq!(before.after_sale.declared.unwrap().lines, [0]);
    assert_eq!(order_after(11).await.order.refunded_share(), RefundedShare::Full);
}
