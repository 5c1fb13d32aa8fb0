//! What can be ordered, and at which price.

use super::super::*;
use crate::decider::Decider as _;
use crate::product::{
    ExclusiveReserved, ExclusiveSold, OfferRepriced, OfferUnavailable, OfferWithdrawn, Product, ProductEvent,
    ProductWithdrawn,
};
use crate::tax::{Customer, Location, TaxSettings, assess};
use crate::testing::samples::*;
use crate::values::{CountryCode, Currency, LicenceKind, Money, OfferId, ProductId, QuantityError};

fn price(requests: &[LineRequest], more: Vec<ProductEvent>) -> Result<PricedOrder, PlaceError> {
    let products = catalogue(&[published_product(), more].concat());
    price_lines(order_id(), requests, &products, pricing(&tax_terms()))
}

fn refused(requests: &[LineRequest], more: Vec<ProductEvent>) -> Vec<(String, LineRefusal)> {
    match price(requests, more) {
        Err(PlaceError::Lines(problems)) => problems
            .into_iter()
            .map(|problem| (problem.pointer(), problem.refusal))
            .collect(),
        other => panic!("problems with lines expected, got {other:?}"),
    }
}

fn one(pointer: &str, refusal: LineRefusal) -> Vec<(String, LineRefusal)> {
    vec![(pointer.to_owned(), refusal)]
}

fn unavailable(pointer: &str, reason: OfferUnavailable) -> Vec<(String, LineRefusal)> {
    one(pointer, LineRefusal::Unavailable(reason))
}

fn reserved(order: crate::values::OrderId) -> ProductEvent {
    ExclusiveReserved {
        offer_id: offer_id(LicenceKind::Exclusive),
        order_id: order,
        at: at(1),
    }
    .into()
}

fn sold(order: crate::values::OrderId) -> ProductEvent {
    ExclusiveSold {
        offer_id: offer_id(LicenceKind::Exclusive),
        order_id: order,
        at: at(1),
    }
    .into()
}

#[test]
fn totals_are_the_sums_of_the_lines() {
    let priced = price(
        &[
            line_request(LicenceKind::Basic, 3),
            line_request(LicenceKind::Premium, 1),
        ],
        vec![],
    )
    .unwrap();
    assert_eq!(priced.total(), eur(3 * 2990 + 9900));
    assert_eq!(priced.tax_total(), eur(1495 + 1650));
}

#[test]
fn an_order_has_from_one_to_a_hundred_lines_and_at_most_a_thousand_units() {
    assert_eq!(price(&[], vec![]), Err(PlaceError::NoLines));
    assert_eq!(
        price(&vec![line_request(LicenceKind::Basic, 1); 101], vec![]),
        Err(PlaceError::TooManyLines)
    );
    let many = [
        line_request(LicenceKind::Basic, 600),
        line_request(LicenceKind::Premium, 401),
    ];
    assert_eq!(price(&many, vec![]), Err(PlaceError::TooManyUnits));
}

#[test]
fn what_cannot_be_had_is_refused_with_its_reason() {
    let basic = || [line_request(LicenceKind::Basic, 1)];
    let unknown = LineRequest {
        product_id: ProductId::from_uuid(uuid(98)),
        ..line_request(LicenceKind::Basic, 1)
    };
    assert_eq!(
        refused(&[unknown], vec![]),
        unavailable("/lines/0/product_id", OfferUnavailable::UnknownProduct)
    );
    let unknown = LineRequest {
        offer_id: OfferId::from_uuid(uuid(98)),
        ..line_request(LicenceKind::Basic, 1)
    };
    assert_eq!(
        refused(&[unknown], vec![]),
        unavailable("/lines/0/offer_id", OfferUnavailable::UnknownOffer)
    );
    let withdrawn = OfferWithdrawn {
        offer_id: offer_id(LicenceKind::Basic),
        at: at(1),
    };
    assert_eq!(
        refused(&basic(), vec![withdrawn.into()]),
        unavailable("/lines/0/offer_id", OfferUnavailable::OfferWithdrawn)
    );
    assert_eq!(
        refused(&basic(), vec![ProductWithdrawn { at: at(1) }.into()]),
        unavailable("/lines/0/product_id", OfferUnavailable::ProductNotOnSale)
    );
    assert_eq!(
        refused(&basic(), vec![reserved(other_order_id())]),
        unavailable("/lines/0/product_id", OfferUnavailable::ExclusiveReserved)
    );
    assert_eq!(
        refused(&basic(), vec![sold(other_order_id())]),
        unavailable("/lines/0/product_id", OfferUnavailable::ExclusiveSold)
    );
}

#[test]
fn a_quantity_out_of_range_is_refused() {
    for quantity in [0, -1, 1001, i64::MAX, i64::MIN] {
        let requests = [line_request(LicenceKind::Basic, quantity)];
        assert_eq!(
            refused(&requests, vec![]),
            one("/lines/0/quantity", LineRefusal::Quantity(QuantityError))
        );
    }
}

#[test]
fn an_exclusive_licence_is_ordered_once_and_alone() {
    let two = [line_request(LicenceKind::Exclusive, 2)];
    assert_eq!(
        refused(&two, vec![]),
        one("/lines/0/quantity", LineRefusal::ExclusiveIsSingle)
    );
    for requests in [
        [
            line_request(LicenceKind::Exclusive, 1),
            line_request(LicenceKind::Basic, 1),
        ],
        [
            line_request(LicenceKind::Basic, 1),
            line_request(LicenceKind::Exclusive, 1),
        ],
    ] {
        assert_eq!(
            refused(&requests, vec![]),
            one("/lines/1/offer_id", LineRefusal::ExclusiveWithOthers)
        );
    }
}

#[test]
fn every_refused_line_is_named() {
    let requests = [
        line_request(LicenceKind::Basic, 0),
        line_request(LicenceKind::Premium, 1),
        line_request(LicenceKind::Premium, 1),
        line_request(LicenceKind::Unlimited, 1),
    ];
    let expected = [
        one("/lines/0/quantity", LineRefusal::Quantity(QuantityError)),
        one("/lines/2/offer_id", LineRefusal::Duplicate { first: 1 }),
        unavailable("/lines/3/offer_id", OfferUnavailable::UnknownOffer),
    ];
    assert_eq!(refused(&requests, vec![]), expected.concat());
}

#[test]
fn a_price_that_changed_since_the_quote_is_refused() {
    let quoted = LineRequest {
        expected_unit_price_minor: Some(2990),
        ..line_request(LicenceKind::Basic, 1)
    };
    assert!(price(std::slice::from_ref(&quoted), vec![]).is_ok());
    let repriced = OfferRepriced {
        offer_id: offer_id(LicenceKind::Basic),
        price: eur(3990),
        at: at(1),
    };
    let expected = one(
        "/lines/0/expected_unit_price",
        LineRefusal::PriceChanged { now: eur(3990) },
    );
    assert_eq!(refused(&[quoted], vec![repriced.into()]), expected);
}

#[test]
fn another_currency_than_the_offers_is_refused() {
    let products = catalogue(&published_product());
    let requests = [line_request(LicenceKind::Basic, 1)];
    let tax = tax_terms();
    let terms = PricingTerms {
        currency: Currency::USD,
        ..pricing(&tax)
    };
    let error = price_lines(order_id(), &requests, &products, terms).unwrap_err();
    let refusal = LineRefusal::WrongCurrency {
        offered: Currency::EUR,
    };
    assert_eq!(
        error,
        PlaceError::Lines(vec![LineProblem {
            line: 0,
            field: LineField::Offer,
            refusal
        }])
    );
}

/// Prices in dollars, of a French seller to a buyer there.
fn in_currency(code: &str, country: &str, invoices: Invoices) -> Result<PricedOrder, PlaceError> {
    let currency: Currency = code.parse().unwrap();
    let priced = OfferRepriced {
        offer_id: offer_id(LicenceKind::Basic),
        price: Money::new(2990, currency),
        at: at(1),
    };
    let location = Location::of_billing(CountryCode::try_new(country).unwrap());
    let settings = TaxSettings::of(CountryCode::FR);
    let tax = assess(settings, &location, &Customer::Consumer, at(0).date_naive());
    let tax = tax.unwrap().into();
    let terms = PricingTerms {
        currency,
        invoices,
        ..pricing(&tax)
    };
    let products = catalogue(&[published_product(), vec![priced.into()]].concat());
    price_lines(
        order_id(),
        &[line_request(LicenceKind::Basic, 1)],
        &products,
        terms,
    )
}

#[test]
fn what_cannot_be_invoiced_lawfully_is_not_sold_while_invoices_are_issued() {
    let refused = |code: &str, country| {
        let refusal = LineRefusal::CannotBeInvoiced {
            currency: code.parse().unwrap(),
        };
        let expected = Err(PlaceError::Lines(vec![LineProblem {
            line: 0,
            field: LineField::Offer,
            refusal,
        }]));
        assert_eq!(
            in_currency(code, country, Invoices::Issued),
            expected,
            "{code} {country}"
        );
        assert!(
            in_currency(code, country, Invoices::NotIssued).is_ok(),
            "{code} {country}"
        );
    };
    refused("USD", "FR");
    refused("USD", "DE");
    refused("KWD", "US");
    assert!(in_currency("USD", "US", Invoices::Issued).is_ok(), "without VAT");
    assert!(in_currency("EUR", "FR", Invoices::Issued).is_ok());
}

#[test]
fn the_highest_price_times_the_largest_quantity_fits() {
    let repriced = OfferRepriced {
        offer_id: offer_id(LicenceKind::Basic),
        price: eur(Product::PRICE_LIMIT_MINOR),
        at: at(1),
    };
    let priced = price(&[line_request(LicenceKind::Basic, 1000)], vec![repriced.into()]).unwrap();
    assert_eq!(priced.total(), eur(1000 * Product::PRICE_LIMIT_MINOR));
    let absurd = OfferRepriced {
        offer_id: offer_id(LicenceKind::Basic),
        price: eur(i64::MAX),
        at: at(1),
    };
    let requests = [line_request(LicenceKind::Basic, 2)];
    assert_eq!(
        refused(&requests, vec![absurd.into()]),
        one("/lines/0/quantity", LineRefusal::AmountOutOfRange)
    );
}

#[test]
fn a_closed_order_can_still_be_had_unless_something_in_it_is_gone() {
    let facts = |kind| {
        Order::replay(&placed(&[line_request(kind, 1)]))
            .facts()
            .unwrap()
            .clone()
    };
    let asked = |kind, more: Vec<ProductEvent>| {
        availability(&facts(kind), &catalogue(&[published_product(), more].concat()))
    };
    let repriced = OfferRepriced {
        offer_id: offer_id(LicenceKind::Basic),
        price: eur(1),
        at: at(1),
    };
    let withdrawn = OfferWithdrawn {
        offer_id: offer_id(LicenceKind::Basic),
        at: at(1),
    };
    assert_eq!(asked(LicenceKind::Basic, vec![]), Availability::StillToBeHad);
    assert_eq!(
        asked(LicenceKind::Basic, vec![repriced.into()]),
        Availability::StillToBeHad
    );
    assert_eq!(
        asked(LicenceKind::Exclusive, vec![reserved(order_id())]),
        Availability::StillToBeHad
    );
    assert_eq!(
        asked(LicenceKind::Basic, vec![withdrawn.into()]),
        Availability::Gone
    );
    assert_eq!(
        asked(LicenceKind::Exclusive, vec![reserved(other_order_id())]),
        Availability::Gone
    );
    assert_eq!(
        asked(LicenceKind::Exclusive, vec![sold(other_order_id())]),
        Availability::Gone
    );
    assert_eq!(
        asked(LicenceKind::Basic, vec![sold(other_order_id())]),
        Availability::Gone
    );
    assert_eq!(
        availability(&facts(LicenceKind::Basic), &std::collections::BTreeMap::new()),
        Availability::Gone
    );
}
