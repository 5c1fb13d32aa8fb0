//! The figures of an invoice are the order's, and what EN 16931 makes of them, whatever is bought.

use proptest::prelude::*;
use proptest::sample::select;

use super::basket::{basket, wish};
use super::desk::Desk;
use crate::promo::{Benefit, PromoTerms};
use crate::seller::SellerVat;
use crate::tax::TaxScheme;
use crate::testing::samples::promo_terms;
use crate::values::{BasisPoints, Money, PriceBasis};

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(|amount| amount.amount).sum()
}

fn off(amount: i64, rate: BasisPoints, tax: Money) -> u64 {
    let exact = Money::new(amount, tax.currency).share(rate).unwrap();
    (tax.amount - exact.amount).unsigned_abs()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn invoices_add_up_to_the_order_and_by_the_rules(
        lines in prop::collection::vec((0_u128..3, 0_i64..20_000, 1_i64..5), 1..12),
        (country, vat_id) in select(vec![
            ("FR", None), ("DE", None), ("HU", None), ("FI", None), ("LU", None), ("US", None),
            ("FR", Some("FR40303265045")), ("DE", Some("DE136695976")),
        ]),
        scheme in select(vec![TaxScheme::Destination, TaxScheme::Establishment, TaxScheme::SmallSeller]),
        excluded in any::<bool>(),
        sellers in any::<bool>(),
        identities in prop::collection::vec(
            (select(vec!["FR", "DE", "LU"]), select(vec![SellerVat::Registered, SellerVat::SmallSellerExemption])), 3),
        percent in 0_u32..=9_000,
    ) {
        let wishes: Vec<_> = lines.iter().map(|(seller, price, quantity)| wish(*seller, *price, *quantity)).collect();
        let mut order = basket(&wishes);
        (order.country, order.vat_id) = (country, vat_id);
        order.settings.scheme = scheme;
        if excluded {
            order.settings.price_basis = PriceBasis::TaxExcluded;
        }
        let is_worth_a_code = lines.iter().any(|(_, price, _)| *price > 10_000);
        if percent > 100 && is_worth_a_code {
            let benefit = Benefit::Percent { basis_points: BasisPoints::try_new(percent).unwrap() };
            order.promo = Some(PromoTerms { benefit, ..promo_terms() });
        }
        if sellers {
            for (seller, (country, vat)) in (0..).zip(identities) {
                order = order.identified(seller, country, vat);
            }
        }
        let mut desk = Desk::of(&order);
        desk.catch_up();
        let order = desk.facts();
        let contents: Vec<_> = desk.documents.values().map(|state| &state.facts().unwrap().content).collect();
        let billed = |line: &(u32, &crate::order::OrderLine)| {
            contents.iter().flat_map(|content| &content.lines).find(|billed| billed.order_line == line.0)
        };
        prop_assert_eq!(sum(contents.iter().map(|content| content.totals.gross)), order.total.amount);
        for (number, line) in (0_u32..).zip(&order.lines) {
            match billed(&(number, line)) {
                None => prop_assert!(line.total.is_zero()),
                Some(billed) => {
                    prop_assert_eq!((billed.gross, billed.tax), (line.total, line.tax_amount));
                    let net_off = sum(billed.allowances.iter().map(|allowance| allowance.net));
                    prop_assert_eq!(billed.net_before_allowances.amount, billed.net.amount + net_off);
                }
            }
        }
        for content in contents {
            prop_assert_eq!(content.check(), Ok(()));
            prop_assert_eq!(sum(content.lines.iter().map(|line| line.net)), content.totals.net.amount);
            prop_assert_eq!(content.totals.net.amount + content.totals.tax.amount, content.totals.gross.amount);
            for rate in &content.rates {
                // With tax included it may be the other one of the two nearest: some gross totals no net total gives.
                let tolerance = u64::from(!excluded);
                prop_assert!(off(rate.net.amount, rate.vat.rate, rate.tax) <= tolerance, "{:?}", rate);
            }
        }
    }
}
