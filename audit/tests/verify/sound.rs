//! What is in order has no finding.

use chrono::TimeDelta;
use comptoir_audit::verify::{Amounts, Rule, VerifyOptions};
use comptoir_domain::order::RefundScope;
use comptoir_domain::testing::market::{Market, Wish};
use comptoir_domain::testing::samples::promo_terms;
use comptoir_domain::values::LicenceKind;

use crate::house::{House, history, kept};

#[tokio::test]
async fn a_sound_ledger_has_no_finding_and_its_money_is_told() {
    let rows = history();
    let house = House::with(&rows).await;
    let report = house
        .verify_with(vec![kept(&rows, 10), kept(&rows, rows.len())])
        .await;
    assert_eq!(report.findings, vec![]);
    assert!(report.sound && report.under_way.is_empty() && report.without_documents == 0);
    assert_eq!(report.events, rows.len() as u64);
    assert_eq!(report.orders, 8);
    assert!(report.checkpoints.signatures_checked);
    assert_eq!(report.checkpoints.newest_size, i64::try_from(rows.len()).unwrap());
    // 29.90; 198.00 back; 89.70 of which 15.00 back; 26.91; 99.00 back; 900.00 back; 900.00; 26.91 back.
    let amounts = report.totals.currencies[0].amounts;
    let expected = Amounts {
        revenue_minor: 2990 + 19_800 + 8970 + 2691 + 9900 + 90_000 + 90_000 + 2691,
        refunded_minor: 19_800 + 1500 + 9900 + 90_000 + 2691,
        pending_minor: 0,
        lost_minor: 0,
        balance_minor: 2990 + 7470 + 2691 + 90_000,
        tax_in_balance_minor: amounts.tax_in_balance_minor,
    };
    assert_eq!(amounts, expected);
    assert_eq!(report.totals.sellers[0].amounts, amounts);
}

#[tokio::test]
async fn an_empty_ledger_is_sound() {
    let report = House::with(&[]).await.verify().await;
    assert_eq!(report.findings, vec![]);
    assert_eq!(report.events, 0);
}

#[tokio::test]
async fn what_workers_have_still_to_do_is_under_way_until_it_takes_too_long() {
    let mut market = Market::open(promo_terms());
    let mut sold = market.sell(Wish::Units(LicenceKind::Basic, 1));
    market.open_refund(&mut sold, RefundScope::Whole);
    let mut rows = market.take_rows();
    let opened = i64::try_from(rows.len()).unwrap();
    let report = House::with(&rows).await.verify().await;
    assert_eq!(report.findings, vec![]);
    assert_eq!(report.under_way.len(), 1);
    assert_eq!(
        (report.under_way[0].rule, report.under_way[0].count),
        (Rule::RefundAsked, 1)
    );

    // Two hours later somebody else buys something.
    market.sell(Wish::Units(LicenceKind::Basic, 1));
    let later = market.take_rows().into_iter().map(|mut row| {
        row.recorded_at += TimeDelta::hours(2);
        row
    });
    rows.extend(later);
    let house = House::with(&rows).await;
    let report = house.verify().await;
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].rule, Rule::RefundAsked);
    assert_eq!(
        report.findings[0].position.map(comptoir_ledger::Position::get),
        Some(opened)
    );
    let patient = VerifyOptions {
        patience: TimeDelta::hours(3),
        ..VerifyOptions::default()
    };
    let report = house.verify_by(patient).await;
    assert_eq!(report.findings, vec![]);
    assert!(!report.checkpoints.signatures_checked);
}

#[tokio::test]
async fn states_that_memory_does_not_hold_any_more_are_read_again() {
    let mut market = Market::open(promo_terms());
    let mut early = market.sell(Wish::Units(LicenceKind::Basic, 1));
    for _ in 0..13_000 {
        market.place(Wish::Units(LicenceKind::Basic, 1));
    }
    market.refund(&mut early, RefundScope::Whole);
    let rows = market.take_rows();
    let report = House::with(&rows).await.verify().await;
    assert_eq!(report.findings, vec![]);
    assert_eq!(report.orders, 13_001);
}
