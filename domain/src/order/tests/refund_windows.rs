//! For how long money can be sent back.

use super::super::*;
use super::refunds::{WINDOWS, ask, paid, parts_after};
use crate::testing::{given, samples::*};

#[test]
fn each_has_their_time_after_the_payment() {
    let day = 24 * 60;
    let at_minute = |actor, minutes| {
        OrderCommand::OpenRefund(OpenRefund {
            at: at(minutes),
            ..ask(50, actor, RefundScope::Whole)
        })
    };
    let over = |days: i64| OrderError::RefundWindowOver {
        until: at(5 + days * day),
    };
    for (actor, days) in [(seller(), 14), (admin(), 365)] {
        assert_eq!(
            parts_after(paid(), at_minute(actor.clone(), 5 + days * day)),
            [(0, 2990, 498)]
        );
        paid()
            .when(at_minute(actor, 6 + days * day))
            .then_error(&over(days));
    }
}

/// A platform that allows less time than before keeps its word to those who had bought, and more time is for all.
#[test]
fn what_held_at_the_sale_is_kept_though_less_time_is_allowed_since() {
    let day = 24 * 60;
    let at_day = |days: i64, seller_days| {
        OrderCommand::OpenRefund(OpenRefund {
            windows: RefundWindows {
                seller_days,
                ..WINDOWS
            },
            at: at(5 + days * day),
            ..ask(50, seller(), RefundScope::Whole)
        })
    };
    for (days, seller_days) in [(14, 7), (14, 14), (20, 20)] {
        assert_eq!(parts_after(paid(), at_day(days, seller_days)), [(0, 2990, 498)]);
    }
    let until = at(5 + 14 * day);
    paid()
        .when(at_day(15, 7))
        .then_error(&OrderError::RefundWindowOver { until });
    let mut unrecorded = placed_order();
    let OrderEvent::Placed(placed) = &mut unrecorded[0] else {
        panic!("an order that was placed")
    };
    placed.refund_policy = None;
    let until = at(5 + 7 * day);
    given::<Order>(unrecorded)
        .and(record(report(PaymentStatus::Succeeded, 4)))
        .when(at_day(8, 7))
        .then_error(&OrderError::RefundWindowOver { until });
}
