//! What the catalogue shows after which events.

use comptoir_domain::product::{
    ExclusiveReleaseReason, ExclusiveReleased, ExclusiveReserved, ExclusiveSold, OfferRepriced,
    OfferWithdrawn, Product, ProductEvent, ProductPublished, ProductWithdrawn, SaleStatus,
};
use comptoir_domain::testing::samples::{self, at, eur, offer_id, order_id, seller, stranger};
use comptoir_domain::values::{LicenceKind, ProductId, Sha256Hex};

use super::query::{self, ProductShelf};
use super::{OfferAvailability, ProductView, Products};
use crate::listing::{PageLimit, PageRequest, QueryError};
use crate::runner::ApplyError;
use crate::testing::{Fixture, fixture, product_events, product_number};

const BASIC: LicenceKind = LicenceKind::Basic;
const EXCLUSIVE: LicenceKind = LicenceKind::Exclusive;

async fn create(fixture: &Fixture, number: u128, more: &[ProductEvent]) {
    let product_id = product_number(number);
    let events = [samples::published_product(), more.to_vec()].concat();
    let events = product_events(product_id, events);
    fixture.append::<Product>(product_id.as_uuid(), &events).await;
}

/// The published product of the samples, after these events.
async fn product_after(more: &[ProductEvent]) -> ProductView {
    let fixture = fixture().await;
    create(&fixture, 1, more).await;
    fixture.apply(Products).await.unwrap();
    query::get(&fixture.pool, product_number(1))
        .await
        .unwrap()
        .unwrap()
}

fn availability(view: &ProductView, kind: LicenceKind) -> OfferAvailability {
    let offer = view.offers.iter().find(|offer| offer.kind == kind).unwrap();
    view.availability(offer)
}

fn reserved() -> ProductEvent {
    let (offer_id, order_id, at) = (offer_id(EXCLUSIVE), order_id(), at(3));
    ExclusiveReserved {
        offer_id,
        order_id,
        at,
    }
    .into()
}

#[tokio::test]
async fn a_published_product_shows_its_offers_in_order() {
    let view = product_after(&[]).await;
    assert_eq!(view.product.sale_status(), SaleStatus::OnSale);
    assert_eq!(view.product.title, samples::title("Night Drive"));
    assert_eq!(
        (view.product.created_at, view.product.published_at),
        (at(0), Some(at(1)))
    );
    let offers: Vec<_> = view
        .offers
        .iter()
        .map(|offer| (offer.kind, offer.price))
        .collect();
    let expected = [
        (BASIC, eur(2990)),
        (LicenceKind::Premium, eur(9900)),
        (EXCLUSIVE, eur(90_000)),
    ];
    assert_eq!(offers, expected);
    assert_eq!(view.offers[0].terms_hash, samples::terms().hash);
    assert_eq!(availability(&view, BASIC), OfferAvailability::Available);
}

#[tokio::test]
async fn an_offer_can_change_its_price_and_be_taken_back() {
    let basic = offer_id(BASIC);
    let view = product_after(&[
        OfferRepriced {
            offer_id: basic,
            price: eur(1990),
            at: at(2),
        }
        .into(),
        OfferWithdrawn {
            offer_id: offer_id(EXCLUSIVE),
            at: at(2),
        }
        .into(),
    ])
    .await;
    assert_eq!(view.offers[0].price, eur(1990));
    assert_eq!(availability(&view, BASIC), OfferAvailability::Available);
    assert_eq!(availability(&view, EXCLUSIVE), OfferAvailability::Withdrawn);
}

#[tokio::test]
async fn an_exclusive_buyer_takes_all_offers_away() {
    let (offer, order) = (offer_id(EXCLUSIVE), order_id());
    let view = product_after(&[reserved()]).await;
    assert_eq!(view.product.sale_status(), SaleStatus::Reserved);
    assert_eq!(availability(&view, BASIC), OfferAvailability::Reserved);

    let released = |reason| ExclusiveReleased {
        offer_id: offer,
        order_id: order,
        reason,
        at: at(4),
    };
    let not_paid = released(ExclusiveReleaseReason::NotPaid);
    let view = product_after(&[reserved(), not_paid.into()]).await;
    assert_eq!(availability(&view, EXCLUSIVE), OfferAvailability::Available);

    let sold = ExclusiveSold {
        offer_id: offer,
        order_id: order,
        at: at(4),
    };
    let view = product_after(&[reserved(), sold.clone().into()]).await;
    assert_eq!(view.product.sale_status(), SaleStatus::Sold);
    assert_eq!(availability(&view, BASIC), OfferAvailability::Sold);

    let taken_back = released(ExclusiveReleaseReason::TakenBack);
    let view = product_after(&[reserved(), sold.into(), taken_back.into()]).await;
    assert_eq!(view.product.sale_status(), SaleStatus::OnSale);
    assert_eq!(availability(&view, EXCLUSIVE), OfferAvailability::Available);
}

#[tokio::test]
async fn only_what_is_on_sale_is_listed_for_everybody() {
    let fixture = fixture().await;
    let (offer_id, order_id) = (offer_id(EXCLUSIVE), order_id());
    create(&fixture, 1, &[]).await;
    create(&fixture, 2, &[ProductWithdrawn { at: at(2) }.into()]).await;
    create(&fixture, 3, &[reserved()]).await;
    create(
        &fixture,
        4,
        &[
            reserved(),
            ExclusiveSold {
                offer_id,
                order_id,
                at: at(4),
            }
            .into(),
        ],
    )
    .await;
    let again = [
        ProductWithdrawn { at: at(2) }.into(),
        ProductPublished { at: at(3) }.into(),
    ];
    create(&fixture, 5, &again).await;
    let draft = product_events(product_number(6), vec![samples::product_created().into()]);
    fixture
        .append::<Product>(product_number(6).as_uuid(), &draft)
        .await;
    fixture.apply(Products).await.unwrap();

    let numbers = |views: &[ProductView]| -> Vec<u128> {
        let first = product_number(0).as_uuid().as_u128();
        views
            .iter()
            .map(|view| view.product.product_id.as_uuid().as_u128() - first)
            .collect()
    };
    let limit = PageLimit::try_new(2).unwrap();
    let first = query::list(&fixture.pool, ProductShelf::Catalogue, PageRequest::first(limit))
        .await
        .unwrap();
    assert_eq!((numbers(&first.items), first.has_more), (vec![5, 3], true));
    assert_eq!(first.items[0].offers.len(), 3);
    let page = PageRequest::after(limit, product_number(3));
    let second = query::list(&fixture.pool, ProductShelf::Catalogue, page)
        .await
        .unwrap();
    assert_eq!((numbers(&second.items), second.has_more), (vec![1], false));

    let all = PageRequest::default();
    let own = query::list(&fixture.pool, ProductShelf::Of(seller().person_id), all)
        .await
        .unwrap();
    assert_eq!(numbers(&own.items), [6, 5, 4, 3, 2, 1]);
    let foreign = query::list(&fixture.pool, ProductShelf::Of(stranger().person_id), all)
        .await
        .unwrap();
    assert_eq!(foreign.items, []);

    let behind = async |shelf, number| {
        let page = PageRequest::after(limit, product_number(number));
        let found = query::list(&fixture.pool, shelf, page).await;
        found.map(|page| numbers(&page.items))
    };
    // What was sold or withdrawn since it was listed still ends its page.
    for (number, next) in [(5, vec![3, 1]), (4, vec![3, 1]), (2, vec![1])] {
        let page = behind(ProductShelf::Catalogue, number).await;
        assert_eq!(page.unwrap(), next, "behind {number}");
    }
    let (own, foreign) = (
        ProductShelf::Of(seller().person_id),
        ProductShelf::Of(stranger().person_id),
    );
    assert_eq!(behind(own, 6).await.unwrap(), [5, 4]);
    for (shelf, number) in [
        (ProductShelf::Catalogue, 6),
        (ProductShelf::Catalogue, 7),
        (own, 7),
        (foreign, 6),
    ] {
        let refused = behind(shelf, number).await;
        assert!(
            matches!(refused, Err(QueryError::UnknownCursor)),
            "behind {number}"
        );
    }
}

#[tokio::test]
async fn the_wording_of_an_offer_can_be_read() {
    let fixture = fixture().await;
    create(&fixture, 1, &[]).await;
    fixture.apply(Products).await.unwrap();
    let product_id = product_number(1);
    let terms = query::terms(&fixture.pool, product_id, offer_id(BASIC))
        .await
        .unwrap();
    assert_eq!(terms, Some(samples::terms()));
    let unknown: ProductId = product_number(2);
    assert_eq!(
        query::terms(&fixture.pool, unknown, offer_id(BASIC))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn the_wording_that_was_bought_can_be_read_by_its_hash_after_its_offer_is_gone() {
    let fixture = fixture().await;
    let taken_back = OfferWithdrawn {
        offer_id: offer_id(BASIC),
        at: at(2),
    };
    let gone = [taken_back.into(), ProductWithdrawn { at: at(3) }.into()];
    create(&fixture, 1, &gone).await;
    fixture.apply(Products).await.unwrap();
    let (bought, other) = (samples::terms(), Sha256Hex::of("something else"));
    for (number, hash, expected) in [
        (1, bought.hash, Some(bought.text)),
        (1, other, None),
        (2, bought.hash, None),
    ] {
        let found = query::wording(&fixture.pool, product_number(number), hash).await;
        assert_eq!(found.unwrap(), expected, "{number} {hash}");
    }
}

#[tokio::test]
async fn an_event_of_a_product_that_was_never_created_is_refused() {
    let fixture = fixture().await;
    let stray = fixture
        .append::<Product>(product_number(1).as_uuid(), &[reserved()])
        .await;
    let error = fixture.apply(Products).await.unwrap_err();
    assert!(
        matches!(error, ApplyError::Misplaced { position, .. } if position == stray),
        "{error}"
    );
}
