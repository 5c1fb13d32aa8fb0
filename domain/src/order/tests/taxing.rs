//! The tax of an order is what its invoices say: computed once for all lines of a supplier, and spread over them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use crate::decider::Decider as _;
use crate::product::{OfferAdded, Product, ProductCreated, ProductPublished};
use crate::tax::{Customer, Location, SupplierTaxes, TaxSettings, assess};
use crate::testing::samples::*;
use crate::values::{
    CountryCode, LicenceKind, Money, OfferId, PersonId, PriceBasis, ProductId, SupplierOfRecord,
};

fn seller_id(number: u128) -> PersonId {
    PersonId::from_uuid(uuid(800 + number))
}

fn tax(country: &str, price_basis: PriceBasis, supplier_of_record: SupplierOfRecord) -> SupplierTaxes {
    let settings = TaxSettings {
        supplier_of_record,
        price_basis,
        ..TaxSettings::of(CountryCode::FR)
    };
    let location = Location::of_billing(CountryCode::try_new(country).unwrap());
    assess(settings, &location, &Customer::Consumer, at(0).date_naive())
        .unwrap()
        .into()
}

/// An order of one unit each, of these sellers at these prices.
fn price(lines: &[(u128, i64)], tax: &SupplierTaxes) -> PricedOrder {
    let (mut products, mut requests) = (BTreeMap::new(), Vec::new());
    for (number, (seller, price)) in (0_u128..).zip(lines) {
        let product_id = ProductId::from_uuid(uuid(600 + number));
        let offer_id = OfferId::from_uuid(uuid(700 + number));
        let created = ProductCreated {
            product_id,
            seller_id: seller_id(*seller),
            ..product_created()
        };
        let added = OfferAdded {
            offer_id,
            ..offer_added(LicenceKind::Basic, eur(*price))
        };
        let published = ProductPublished { at: at(1) };
        let state = Product::replay(&[created.into(), added.into(), published.into()]);
        products.insert(product_id, state);
        requests.push(LineRequest {
            product_id,
            offer_id,
            ..line_request(LicenceKind::Basic, 1)
        });
    }
    price_lines(order_id(), &requests, &products, pricing(tax)).unwrap()
}

fn taxes(priced: &PricedOrder) -> Vec<i64> {
    priced.lines().iter().map(|line| line.tax_amount.amount).collect()
}

#[test]
fn tax_is_rounded_once_for_what_is_invoiced_together() {
    // 0.04 EUR hold 0.0067 of tax: a cent each if they were rounded by themselves, and two cents together.
    let lines = [(1, 4), (1, 4), (1, 4), (1, 0)];
    let priced = price(
        &lines,
        &tax("FR", PriceBasis::TaxIncluded, SupplierOfRecord::Platform),
    );
    assert_eq!((taxes(&priced), priced.tax_total()), (vec![1, 1, 0, 0], eur(2)));
    let priced = price(
        &lines,
        &tax("FR", PriceBasis::TaxExcluded, SupplierOfRecord::Platform),
    );
    assert_eq!((taxes(&priced), priced.total()), (vec![1, 1, 0, 0], eur(14)));
}

#[test]
fn each_seller_who_invoices_is_taxed_by_themselves() {
    let lines = [(1, 4), (2, 4), (1, 4), (2, 4)];
    let of = |supplier| taxes(&price(&lines, &tax("FR", PriceBasis::TaxIncluded, supplier)));
    assert_eq!(
        of(SupplierOfRecord::Platform),
        [1, 1, 1, 0],
        "0.16 EUR hold 0.0267"
    );
    assert_eq!(
        of(SupplierOfRecord::Seller),
        [1, 1, 0, 0],
        "0.08 EUR hold 0.0133, twice"
    );
}

/// What a line alone is taxed at, by itself.
fn alone(price: Money, line: &OrderLine) -> (Money, Money) {
    let taxed = line.tax.apply(price).unwrap();
    (taxed.total, taxed.tax)
}

proptest! {
    #[test]
    fn groups_add_up_and_no_line_is_off_by_more_than_a_unit(
        lines in prop::collection::vec((0_u128..3, 0_i64..3_000_000), 1..15),
        country in select(vec!["FR", "DE", "HU", "FI", "LU", "US"]),
        excluded in any::<bool>(),
        sellers in any::<bool>(),
    ) {
        let basis = if excluded { PriceBasis::TaxExcluded } else { PriceBasis::TaxIncluded };
        let record = if sellers { SupplierOfRecord::Seller } else { SupplierOfRecord::Platform };
        let priced = price(&lines, &tax(country, basis, record));
        let sum = |part: fn(&OrderLine) -> Money| priced.lines().iter().map(|line| part(line).amount).sum::<i64>();
        prop_assert_eq!(sum(|line| line.total), priced.total().amount);
        prop_assert_eq!(sum(|line| line.tax_amount), priced.tax_total().amount);
        let mut groups: BTreeMap<Option<PersonId>, (i64, i64)> = BTreeMap::new();
        for line in priced.lines() {
            let group = groups.entry(sellers.then_some(line.seller_id)).or_default();
            group.0 += line.unit_price.amount;
            group.1 += line.tax_amount.amount;
            let (total, tax) = alone(line.unit_price, line);
            prop_assert!((line.tax_amount.amount - tax.amount).abs() <= 1, "{:?}", line);
            let on_top = if excluded { line.tax_amount.amount - tax.amount } else { 0 };
            prop_assert_eq!(line.total.amount, total.amount + on_top);
            prop_assert!((0..=line.total.amount).contains(&line.tax_amount.amount));
        }
        let facts = &priced.lines()[0].tax;
        for (price, tax) in groups.into_values() {
            let taxed = facts.apply(eur(price)).unwrap();
            prop_assert_eq!(tax, taxed.tax.amount);
            let net = taxed.total.amount - tax;
            let exact = eur(net).share(facts.rate_basis_points).unwrap();
            prop_assert!((tax - exact.amount).abs() <= 1);
        }
    }

    #[test]
    fn an_order_of_one_line_is_taxed_as_its_line(price_minor in 0_i64..100_000_000, excluded in any::<bool>()) {
        let basis = if excluded { PriceBasis::TaxExcluded } else { PriceBasis::TaxIncluded };
        let priced = price(&[(1, price_minor)], &tax("HU", basis, SupplierOfRecord::Platform));
        let line = &priced.lines()[0];
        prop_assert_eq!((line.total, line.tax_amount), alone(eur(price_minor), line));
    }
}
