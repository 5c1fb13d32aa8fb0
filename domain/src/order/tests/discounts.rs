//! Prices with a promotion and with each price basis, and orders that knew neither.

use proptest::prelude::*;

use super::super::*;
use crate::decider::{Decider as _, DomainEvent as _};
use crate::product::Product;
use crate::promo::{Benefit, Promo, PromoRefusal, PromoScope, PromoTerms};
use crate::tax::{Customer, EvidenceStanding, Location, SupplierTaxes, TaxCustomer, TaxSettings, assess};
use crate::testing::samples::*;
use crate::values::{BasisPoints, CountryCode, LicenceKind, Money, PriceBasis, TaxTreatment};

fn tax(country: &str, price_basis: PriceBasis) -> SupplierTaxes {
    let settings = TaxSettings {
        price_basis,
        ..TaxSettings::of(CountryCode::FR)
    };
    let location = Location::of_billing(CountryCode::try_new(country).unwrap());
    assess(settings, &location, &Customer::Consumer, at(0).date_naive())
        .unwrap()
        .into()
}

fn price(
    requests: &[LineRequest],
    promo: PromoTerms,
    tax: &SupplierTaxes,
) -> Result<PricedOrder, PlaceError> {
    let state = Promo::replay(&promo_created(promo));
    let promotion = PromotionTerms {
        state: &state,
        buyer_id: buyer().person_id,
        at: at(2),
    };
    let terms = PricingTerms {
        promotion: Some(promotion),
        ..pricing(tax)
    };
    price_lines(order_id(), requests, &catalogue(&published_product()), terms)
}

fn two_lines() -> Vec<LineRequest> {
    vec![
        line_request(LicenceKind::Basic, 1),
        line_request(LicenceKind::Premium, 1),
    ]
}

fn fixed(amount: i64) -> PromoTerms {
    PromoTerms {
        benefit: Benefit::Fixed { amount: eur(amount) },
        ..promo_terms()
    }
}

#[test]
fn the_discount_comes_before_the_tax() {
    let priced = price(&two_lines(), fixed(1000), &tax("FR", PriceBasis::TaxIncluded)).unwrap();
    let lines: Vec<_> = priced
        .lines()
        .iter()
        .map(|line| (line.discount.amount, line.total.amount, line.tax_amount.amount))
        .collect();
    assert_eq!(lines, [(232, 2758, 460), (768, 9132, 1522)]);
    assert_eq!(
        (priced.discount_total(), priced.total(), priced.tax_total()),
        (eur(1000), eur(11_890), eur(1982))
    );
}

#[test]
fn without_tax_in_the_price_it_comes_on_top_of_what_the_discount_leaves() {
    let priced = price(&two_lines(), fixed(1000), &tax("DE", PriceBasis::TaxExcluded)).unwrap();
    let lines: Vec<_> = priced
        .lines()
        .iter()
        .map(|line| (line.discount.amount, line.total.amount, line.tax_amount.amount))
        .collect();
    assert_eq!(lines, [(232, 2758 + 524, 524), (768, 9132 + 1735, 1735)]);
}

#[test]
fn a_price_with_tax_included_is_the_same_for_every_buyer() {
    for (country, tax_amount) in [("FR", 498), ("HU", 636), ("US", 0)] {
        let tax = tax(country, PriceBasis::TaxIncluded);
        let products = catalogue(&published_product());
        let request = [line_request(LicenceKind::Basic, 1)];
        let priced = price_lines(order_id(), &request, &products, pricing(&tax)).unwrap();
        assert_eq!(
            (priced.total(), priced.tax_total()),
            (eur(2990), eur(tax_amount)),
            "{country}"
        );
    }
}

#[test]
fn a_code_that_does_not_hold_refuses_the_order() {
    let scope = PromoScope::Sellers {
        seller_ids: [stranger().person_id].into(),
    };
    let elsewhere = PromoTerms {
        scope,
        ..promo_terms()
    };
    let refused = price(&two_lines(), elsewhere, &tax("FR", PriceBasis::TaxIncluded));
    assert_eq!(refused, Err(PlaceError::Promotion(PromoRefusal::NotApplicable)));
}

/// Card processors refuse to charge less: such an order could never be paid.
#[test]
fn a_discount_leaves_nothing_or_as_much_as_can_be_charged() {
    let left = |amount| {
        let basic = [line_request(LicenceKind::Basic, 1)];
        price(&basic, fixed(2990 - amount), &tax("FR", PriceBasis::TaxIncluded)).map(|priced| priced.total())
    };
    assert_eq!(left(0), Ok(eur(0)));
    assert_eq!(left(50), Ok(eur(50)));
    for amount in [1, 49] {
        let refusal = PromoRefusal::BelowMinimumCharge {
            total: eur(amount),
            minimum: eur(50),
        };
        assert_eq!(left(amount), Err(PlaceError::Promotion(refusal)));
    }
}

#[test]
fn an_order_of_the_first_version_is_read_with_what_it_did_not_know() {
    let stored = include_str!("../../../golden/order.placed.v1.json");
    let OrderEvent::Placed(placed) = OrderEvent::from_json("order.placed", 1, stored).unwrap() else {
        panic!("an order.placed is read as one");
    };
    assert_eq!((placed.discount_total, placed.promotion), (eur(0), None));
    assert_eq!(placed.tax.customer, TaxCustomer::Consumer);
    assert_eq!(placed.tax.place.country, CountryCode::FR);
    assert_eq!(placed.tax.place.standing, EvidenceStanding::NotRecorded);
    let line = &placed.lines[0];
    assert_eq!((line.discount, line.tax.treatment), (eur(0), TaxTreatment::Taxed));
    assert_eq!(line.tax.legal_reference, None);
}

#[test]
fn a_payload_that_is_no_order_is_refused_and_not_read_as_one() {
    for stored in [
        "{}",
        "[]",
        "null",
        r#"{"lines":[]}"#,
        r#"{"lines":[1]}"#,
        r#"{"lines":[{}]}"#,
    ] {
        assert!(
            OrderEvent::from_json("order.placed", 1, stored).is_err(),
            "{stored}"
        );
    }
}

proptest! {
    #[test]
    fn parts_make_totals_whatever_is_ordered(
        prices in prop::collection::vec(0..5_000_000_i64, 2..=3),
        quantities in prop::collection::vec(1..50_i64, 2),
        off in prop_oneof![(1_u32..=10_000).prop_map(Err), (1..9_000_000_i64).prop_map(Ok)],
        country in prop::sample::select(vec!["FR", "DE", "HU", "FI", "LU", "US"]),
        excluded in any::<bool>(),
    ) {
        let basis = if excluded { PriceBasis::TaxExcluded } else { PriceBasis::TaxIncluded };
        let mut product = published_product();
        product[1] = offer_added(LicenceKind::Basic, eur(prices[0])).into();
        product[2] = offer_added(LicenceKind::Premium, eur(prices[1])).into();
        let products = [(product_id(), Product::replay(&product))].into();
        let benefit = match off {
            Ok(amount) => Benefit::Fixed { amount: eur(amount) },
            Err(rate) => Benefit::Percent { basis_points: BasisPoints::try_new(rate).unwrap() },
        };
        let state = Promo::replay(&promo_created(PromoTerms { benefit, ..promo_terms() }));
        let tax = tax(country, basis);
        let promotion = PromotionTerms { state: &state, buyer_id: buyer().person_id, at: at(2) };
        let terms = PricingTerms { promotion: Some(promotion), ..pricing(&tax) };
        let requests = [
            line_request(LicenceKind::Basic, quantities[0]),
            line_request(LicenceKind::Premium, quantities[1]),
        ];
        let priced = match price_lines(order_id(), &requests, &products, terms) {
            Ok(priced) => priced,
            Err(PlaceError::Promotion(PromoRefusal::BelowMinimumCharge { total, minimum })) => {
                prop_assert!(0 < total.amount && total.amount < minimum.amount);
                return Ok(());
            }
            Err(refused) => {
                prop_assert_eq!(refused, PlaceError::Promotion(PromoRefusal::NotApplicable));
                return Ok(());
            }
        };
        let sum = |part: fn(&OrderLine) -> Money| priced.lines().iter().map(|line| part(line).amount).sum::<i64>();
        prop_assert_eq!(sum(|line| line.total), priced.total().amount);
        prop_assert_eq!(sum(|line| line.tax_amount), priced.tax_total().amount);
        prop_assert_eq!(sum(|line| line.discount), priced.discount_total().amount);
        for line in priced.lines() {
            let gross = line.unit_price.amount * i64::from(line.quantity.get());
            prop_assert!((0..=gross).contains(&line.discount.amount));
            let on_top = if excluded { line.tax_amount.amount } else { 0 };
            prop_assert_eq!(line.total.amount, gross - line.discount.amount + on_top);
            prop_assert!((0..=line.total.amount).contains(&line.tax_amount.amount));
        }
    }
}
