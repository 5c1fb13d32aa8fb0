//! What the promotion read model shows after which events.

use comptoir_domain::promo::{
    Promo, PromoCreated, PromoDeactivated, PromoEvent, PromoRedeemed, PromoReleased, PromoReserved,
    ReleaseReason, UseCount,
};
use comptoir_domain::testing::samples::{admin, at, buyer, events, promo_terms, seller, stranger};
use comptoir_domain::values::{PersonId, PromoCode, PromoId};

use super::query;
use super::{Promotions, UseCounts, UseStandingName};
use crate::listing::{PageLimit, PageRequest, QueryError};
use crate::testing::{Fixture, apply_in, events_for, fixture, live_rows, order_number};

async fn made(fixture: &Fixture, code: &str, created_by: PersonId) -> PromoId {
    let code = PromoCode::try_new(code).unwrap();
    let promo_id = PromoId::of_code(&code);
    let created = PromoCreated {
        promo_id,
        code,
        terms: promo_terms(),
        created_by,
        at: at(0),
    };
    fixture
        .append::<Promo>(promo_id.as_uuid(), &[created.into()])
        .await;
    promo_id
}

fn reserved(number: u128) -> PromoEvent {
    PromoReserved {
        order_id: order_number(number),
        buyer_id: buyer().person_id,
        at: at(1),
    }
    .into()
}

fn redeemed(number: u128, count: UseCount) -> PromoEvent {
    PromoRedeemed {
        order_id: order_number(number),
        buyer_id: buyer().person_id,
        count,
        at: at(2),
    }
    .into()
}

fn released(number: u128) -> PromoEvent {
    PromoReleased {
        order_id: order_number(number),
        reason: ReleaseReason::Cancelled,
        at: at(3),
    }
    .into()
}

fn counts(reserved: i64, redeemed: i64, beyond_caps: i64) -> UseCounts {
    UseCounts {
        reserved,
        redeemed,
        beyond_caps,
    }
}

#[tokio::test]
async fn a_promotion_shows_its_terms_and_how_often_it_is_used() {
    let fixture = fixture().await;
    let promo_id = made(&fixture, "SPRING", admin().person_id).await;
    let events = [
        reserved(1),
        reserved(2),
        redeemed(2, UseCount::WithinCaps),
        reserved(3),
        released(3),
        redeemed(3, UseCount::BeyondCaps),
        reserved(4),
        released(4),
    ];
    fixture.append::<Promo>(promo_id.as_uuid(), &events).await;
    fixture.apply(Promotions).await.unwrap();
    let promotion = query::get(&fixture.pool, promo_id).await.unwrap().unwrap();
    assert_eq!(promotion.uses, counts(1, 1, 1));
    for (order, standing) in [
        (1, Some(UseStandingName::Reserved)),
        (2, Some(UseStandingName::Redeemed)),
        (3, Some(UseStandingName::RedeemedBeyondCaps)),
        (4, None),
    ] {
        let found = query::standing_of_use(&fixture.pool, promo_id, order_number(order)).await;
        assert_eq!(found.unwrap(), standing, "order {order}");
    }
    assert_eq!((promotion.terms, promotion.deactivated_at), (promo_terms(), None));
    assert_eq!((promotion.revision.get(), promotion.position.get()), (8, 9));
}

#[tokio::test]
async fn an_ended_promotion_says_since_when() {
    let fixture = fixture().await;
    let promo_id = made(&fixture, "SPRING", admin().person_id).await;
    let ended = PromoDeactivated {
        by: admin().person_id,
        at: at(4),
    };
    let events = [ended.into(), redeemed(1, UseCount::WithinCaps)];
    fixture.append::<Promo>(promo_id.as_uuid(), &events).await;
    fixture.apply(Promotions).await.unwrap();
    let promotion = query::get(&fixture.pool, promo_id).await.unwrap().unwrap();
    assert_eq!(promotion.deactivated_at, Some(at(4)));
}

#[tokio::test]
async fn promotions_are_listed_by_their_maker_newest_first() {
    let fixture = fixture().await;
    let mut ids = Vec::new();
    for code in ["ONE", "TWO", "THREE"] {
        ids.push(made(&fixture, code, seller().person_id).await);
    }
    made(&fixture, "FOUR", admin().person_id).await;
    fixture.apply(Promotions).await.unwrap();
    let (pool, limit) = (&fixture.pool, PageLimit::try_new(2).unwrap());
    let first = PageRequest::first(limit);
    let own = query::list_for_maker(pool, seller().person_id, first)
        .await
        .unwrap();
    let found: Vec<_> = own.items.iter().map(|row| row.promo_id).collect();
    assert_eq!((found, own.has_more), (vec![ids[2], ids[1]], true));
    let rest = PageRequest::after(limit, ids[1]);
    let own = query::list_for_maker(pool, seller().person_id, rest)
        .await
        .unwrap();
    assert_eq!((own.items[0].promo_id, own.has_more), (ids[0], false));
    let all = query::list_all(pool, PageRequest::default()).await.unwrap();
    assert_eq!(all.items.len(), 4);
    let others = query::list_for_maker(pool, stranger().person_id, first)
        .await
        .unwrap();
    assert_eq!(others.items, []);
}

#[tokio::test]
async fn a_page_behind_an_unknown_promotion_is_refused() {
    let fixture = fixture().await;
    let unknown = PromoId::of_code(&PromoCode::try_new("NOBODY").unwrap());
    let page = PageRequest::after(PageLimit::DEFAULT, unknown);
    let refused = query::list_all(&fixture.pool, page).await;
    assert!(matches!(refused, Err(QueryError::UnknownCursor)));
    // The id follows from the code: whoever could tell a foreign one from an unknown one could try out codes.
    let foreign = made(&fixture, "FOUR", admin().person_id).await;
    fixture.apply(Promotions).await.unwrap();
    let page = PageRequest::after(PageLimit::DEFAULT, foreign);
    let refused = query::list_for_maker(&fixture.pool, seller().person_id, page).await;
    assert!(matches!(refused, Err(QueryError::UnknownCursor)));
}

#[tokio::test]
async fn the_size_of_batches_makes_no_difference() {
    let fixture = fixture().await;
    for (place, code) in ["ONE", "TWO"].into_iter().enumerate() {
        let promo_id = made(&fixture, code, admin().person_id).await;
        let mut history = events::promo();
        history.remove(0);
        history.truncate(4 - place);
        fixture.append::<Promo>(promo_id.as_uuid(), &history).await;
    }
    let events = events_for(&fixture.ledger, &Promotions).await;
    fixture.apply(Promotions).await.unwrap();
    let whole = live_rows::<Promotions>(&fixture.pool).await;
    for size in 1..4 {
        let mut transaction = fixture.pool.begin().await.unwrap();
        sqlx::raw_sql("TRUNCATE read_promotions.promotions, read_promotions.promotion_uses")
            .execute(&mut *transaction)
            .await
            .unwrap();
        apply_in(&mut transaction, Promotions, &events, &[size])
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(
            live_rows::<Promotions>(&fixture.pool).await,
            whole,
            "batches of {size}"
        );
    }
}
