//! What a promotion takes off which line.

use proptest::prelude::*;

use super::*;
use crate::values::ProductId;

fn line(product: u128, amount: i64) -> DiscountableLine {
    DiscountableLine {
        product_id: ProductId::from_uuid(uuid(product)),
        seller_id: PersonId::from_uuid(uuid(product / 10)),
        amount: eur(amount),
    }
}

fn with(benefit: Benefit) -> PromoTerms {
    PromoTerms {
        benefit,
        ..promo_terms()
    }
}

fn fixed(amount: i64) -> PromoTerms {
    with(Benefit::Fixed { amount: eur(amount) })
}

fn percent(basis_points: u32) -> PromoTerms {
    with(Benefit::Percent {
        basis_points: BasisPoints::try_new(basis_points).unwrap(),
    })
}

fn discounts(terms: &PromoTerms, lines: &[DiscountableLine]) -> Result<Vec<i64>, PromoRefusal> {
    let found = terms.discounts(lines, Currency::EUR).unwrap()?;
    Ok(found.into_iter().map(|discount| discount.amount).collect())
}

#[test]
fn a_discount_is_spread_by_largest_remainder() {
    let lines = [line(1, 1000), line(2, 1000), line(3, 1000)];
    assert_eq!(discounts(&fixed(100), &lines), Ok(vec![34, 33, 33]));
    assert_eq!(discounts(&percent(3333), &lines), Ok(vec![334, 333, 333]));
}

#[test]
fn an_amount_takes_off_no_more_than_there_is() {
    assert_eq!(
        discounts(&fixed(5000), &[line(1, 1000), line(2, 500)]),
        Ok(vec![1000, 500])
    );
}

#[test]
fn lines_that_it_is_not_for_stay_as_they_are() {
    let scope = PromoScope::Products {
        product_ids: [ProductId::from_uuid(uuid(2))].into(),
    };
    let terms = PromoTerms {
        scope,
        ..percent(5000)
    };
    assert_eq!(
        discounts(&terms, &[line(1, 1000), line(2, 500)]),
        Ok(vec![0, 250])
    );
    assert_eq!(
        discounts(&terms, &[line(1, 1000)]),
        Err(PromoRefusal::NotApplicable)
    );
    let scope = PromoScope::Sellers {
        seller_ids: [PersonId::from_uuid(uuid(2))].into(),
    };
    let terms = PromoTerms {
        scope,
        ..percent(5000)
    };
    assert_eq!(
        discounts(&terms, &[line(11, 1000), line(20, 500)]),
        Ok(vec![0, 250])
    );
}

#[test]
fn the_minimum_counts_what_it_is_for() {
    let minimum = eur(1000);
    let terms = PromoTerms {
        minimum: Some(minimum),
        ..fixed(100)
    };
    assert_eq!(discounts(&terms, &[line(1, 1000)]), Ok(vec![100]));
    assert_eq!(
        discounts(&terms, &[line(1, 999)]),
        Err(PromoRefusal::MinimumNotMet { minimum })
    );
}

#[test]
fn an_amount_in_another_currency_does_not_hold() {
    let currency = Currency::USD;
    let terms = with(Benefit::Fixed {
        amount: Money::new(100, currency),
    });
    let wrong = Err(PromoRefusal::WrongCurrency { currency });
    assert_eq!(discounts(&terms, &[line(1, 1000)]), wrong);
    let terms = PromoTerms {
        minimum: Some(Money::new(1, currency)),
        ..percent(1000)
    };
    assert_eq!(discounts(&terms, &[line(1, 1000)]), wrong);
}

#[test]
fn what_takes_nothing_off_does_not_hold() {
    assert_eq!(
        discounts(&percent(1), &[line(1, 10)]),
        Err(PromoRefusal::NotApplicable)
    );
    assert_eq!(
        discounts(&fixed(100), &[line(1, 0)]),
        Err(PromoRefusal::NotApplicable)
    );
}

proptest! {
    #[test]
    fn parts_add_up_and_no_line_goes_below_zero(
        amounts in prop::collection::vec(0..10_000_000_i64, 1..30),
        off in prop_oneof![
            (1_u32..=10_000).prop_map(percent),
            (1..20_000_000_i64).prop_map(fixed),
        ],
    ) {
        let lines: Vec<_> = (0..).zip(&amounts).map(|(product, amount)| line(product, *amount)).collect();
        let subtotal: i64 = amounts.iter().sum();
        let whole = match off.benefit {
            Benefit::Fixed { amount } => amount.amount.min(subtotal),
            Benefit::Percent { basis_points } => eur(subtotal).share(basis_points).unwrap().amount,
        };
        match discounts(&off, &lines) {
            Ok(parts) => {
                prop_assert_eq!(parts.iter().sum::<i64>(), whole);
                for (part, amount) in parts.iter().zip(&amounts) {
                    prop_assert!((0..=*amount).contains(part), "{} of {}", part, amount);
                    let exact = i128::from(*amount) * i128::from(whole);
                    let distance = i128::from(*part) * i128::from(subtotal) - exact;
                    prop_assert!(distance.abs() < i128::from(subtotal));
                }
            }
            Err(refusal) => {
                prop_assert_eq!(refusal, PromoRefusal::NotApplicable);
                prop_assert_eq!(whole, 0);
            }
        }
    }
}
