//! What each rule changes.

use comptoir_audit::what_if::{Books, WhatIfError};
use comptoir_domain::Decider as _;
use comptoir_domain::order::{Order, OrderCommand, OrderEvent};
use comptoir_domain::testing::samples::{
    admin, line_request, place_with_code, placed, placed_order, promo_created, promo_terms, seller,
};
use comptoir_domain::values::{LicenceKind, PersonId};

use crate::shop::{Shop, refund};

fn with_code() -> Vec<OrderEvent> {
    let place = place_with_code(&[line_request(LicenceKind::Basic, 1)], promo_terms());
    Order::decide(&Order::replay([]), OrderCommand::Place(place)).unwrap()
}

/// A basic licence at 29.90 and a premium one at 99.00, of two sellers; 20 % tax inside.
fn of_two_sellers() -> Vec<OrderEvent> {
    let mut events = placed(&[
        line_request(LicenceKind::Basic, 1),
        line_request(LicenceKind::Premium, 1),
    ]);
    let OrderEvent::Placed(placed) = &mut events[0] else {
        panic!("an order that was placed")
    };
    placed.lines[1].seller_id = PersonId::from_uuid(comptoir_domain::testing::samples::uuid(77));
    events
}

/// One order of each kind.
async fn shop() -> Shop {
    let mut shop = Shop::open().await;
    shop.promote(&promo_created(promo_terms())).await;
    shop.sell(placed_order(), refund(1, seller(), 1000, 10)).await;
    shop.sell(placed_order(), refund(2, admin(), 2990, 10)).await;
    shop.sell(of_two_sellers(), []).await;
    shop.sell(with_code(), []).await;
    shop
}

#[tokio::test]
async fn no_rules_change_nothing() {
    let shop = shop().await;
    let report = shop.ask("").await.unwrap();
    assert_eq!((report.orders, report.orders_changed), (4, 0));
    let euros = report.totals["EUR"];
    assert_eq!(euros.difference, Books::default());
    assert_eq!(euros.before, euros.after);
    // 2990 + 2990 + 12890 + 2691
    assert_eq!(
        (euros.before.paid, euros.before.refunded, euros.before.kept),
        (21_561, 3990, 17_571)
    );
    assert_eq!(euros.before.discount, 299);
}

#[tokio::test]
async fn a_seller_s_refund_outside_the_window_counts_as_not_made_and_the_platform_s_stays() {
    let shop = shop().await;
    let (before, after) = shop.euros("[refund_window]\nseller_days = 9").await;
    assert_eq!((before.refunded, after.refunded), (3990, 2990));
    assert_eq!((before.kept, after.kept), (17_571, 18_571));
    // On its last day it is within it; and no window brings a refund that nobody asked for.
    for days in [10, 300] {
        let (before, after) = shop
            .euros(&format!("[refund_window]\nseller_days = {days}"))
            .await;
        assert_eq!(before, after);
    }
}

#[tokio::test]
async fn a_fee_is_of_what_is_kept_rounded_once_for_an_order_and_spread_over_its_lines() {
    let mut shop = Shop::open().await;
    shop.sell(of_two_sellers(), []).await;
    let report = shop.ask("[platform_fee]\nbasis_points = 333").await.unwrap();
    // 12890 x 3.33 % = 429.237; 2990 of 12890 of it are 99.5, the other seller has the odd cent less.
    assert_eq!(report.totals["EUR"].after.fee, 429);
    let mut fees: Vec<i64> = report
        .sellers
        .values()
        .map(|euros| euros["EUR"].after.fee)
        .collect();
    fees.sort_unstable();
    assert_eq!(fees, [100, 329]);
    assert_eq!(
        report.totals["EUR"].difference,
        Books {
            fee: 429,
            ..Books::default()
        }
    );
    // Of what is kept without the tax: 12890 - 2148 = 10742; 10 % of it are 1074.2.
    let (_, after) = shop
        .euros("[platform_fee]\nbasis_points = 1000\nof = \"net\"")
        .await;
    assert_eq!((after.tax_kept, after.fee), (2148, 1074));
}

#[tokio::test]
async fn a_fee_takes_nothing_of_what_went_back() {
    let mut shop = Shop::open().await;
    shop.sell(placed_order(), refund(1, admin(), 2990, 1)).await;
    shop.sell(placed_order(), refund(2, admin(), 990, 1)).await;
    let (_, after) = shop.euros("[platform_fee]\nbasis_points = 1000").await;
    assert_eq!((after.kept, after.fee), (2000, 200));
}

#[tokio::test]
async fn a_rate_of_vat_moves_the_tax_inside_the_price_on_its_days_and_in_its_country() {
    let mut shop = Shop::open().await;
    shop.sell(placed_order(), []).await;
    let rule = |country: &str, days: &str| {
        format!("[[vat]]\ncountry = \"{country}\"\nrate_basis_points = 1000\n{days}")
    };
    // 2990 x 20 / 120 = 498.3; 2990 x 10 / 110 = 271.8
    let (before, after) = shop
        .euros(&rule("FR", "from = \"2026-03-01\"\nuntil = \"2026-03-01\""))
        .await;
    assert_eq!((before.tax_kept, after.tax_kept), (498, 272));
    assert_eq!((before.paid, before.kept), (after.paid, after.kept));
    for elsewhere in [
        rule("DE", ""),
        rule("FR", "from = \"2026-03-02\""),
        rule("FR", "until = \"2026-02-28\""),
    ] {
        let (before, after) = shop.euros(&elsewhere).await;
        assert_eq!(before, after, "{elsewhere}");
    }
}

#[tokio::test]
async fn another_percentage_amount_minimum_or_cap_of_a_promotion_prices_its_orders_again() {
    let mut shop = shop().await;
    shop.sell(with_code(), refund(3, seller(), 2691, 1)).await;
    let code = promo_terms_code();
    let rule = |terms: &str| format!("[[promotion]]\ncode = \"{code}\"\n{terms}");
    let discounts = async |terms: &str| {
        let (before, after) = shop.euros(&rule(terms)).await;
        assert_eq!(before.discount, 598);
        assert_eq!(after.paid - before.paid, before.discount - after.discount);
        (after.discount, after.refunded - before.refunded)
    };
    // The one that was refunded goes back whole, whatever was paid for it.
    assert_eq!(discounts("percent_basis_points = 500").await, (300, 149));
    assert_eq!(
        discounts("amount_minor = 1000\ncurrency = \"EUR\"").await,
        (2000, -701)
    );
    assert_eq!(
        discounts("minimum_minor = 2991\ncurrency = \"EUR\"").await,
        (0, 299)
    );
    assert_eq!(
        discounts("minimum_minor = 2990\ncurrency = \"EUR\"").await,
        (598, 0)
    );
    assert_eq!(discounts("uses_max = 1").await, (299, 299));
    assert_eq!(discounts("uses_max = 2").await, (598, 0));
}

fn promo_terms_code() -> String {
    comptoir_domain::testing::samples::promo_code().to_string()
}

#[tokio::test]
async fn a_promotion_that_the_ledger_does_not_know_is_refused() {
    let shop = shop().await;
    let refused = shop.ask("[[promotion]]\ncode = \"NEVER\"\nuses_max = 1").await;
    assert!(matches!(refused, Err(WhatIfError::UnknownPromotion(code)) if code == "NEVER"));
}

#[tokio::test]
async fn rules_hold_together() {
    let mut shop = Shop::open().await;
    shop.sell(placed_order(), refund(1, seller(), 1000, 10)).await;
    let (_, after) = shop
        .euros(
            "[refund_window]\nseller_days = 1\n[platform_fee]\nbasis_points = 1000\nof = \"net\"\n\
             [[vat]]\ncountry = \"FR\"\nrate_basis_points = 1000",
        )
        .await;
    // Nothing goes back, 272 of 2990 are tax, and a tenth of the rest is the fee.
    assert_eq!((after.kept, after.tax_kept, after.fee), (2990, 272, 272));
}
