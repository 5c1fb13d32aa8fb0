//! Orders that nothing was paid for.

use super::super::*;
use super::refunds::{lines, open_all};
use crate::decider::Decider as _;
use crate::testing::samples::*;

/// A refund of nothing went out to the provider, which refused it.
#[test]
fn an_order_that_cost_nothing_has_nothing_to_refund() {
    let mut events = placed_order();
    let OrderEvent::Placed(placed) = &mut events[0] else {
        panic!("an order that was placed")
    };
    (placed.total, placed.tax_total) = (eur(0), eur(0));
    (placed.lines[0].total, placed.lines[0].tax_amount) = (eur(0), eur(0));
    let paid = OrderPaid {
        amount: eur(0),
        ..crate::testing::samples::events::order_paid()
    };
    events.push(paid.into());
    for scope in [
        RefundScope::Whole,
        lines(&[0]),
        RefundScope::AmountMinor(0),
        RefundScope::AmountMinor(1),
    ] {
        let refused = Order::decide(&Order::replay(&events), open_all(50, admin(), scope.clone()));
        assert!(refused.is_err(), "{scope:?}: {refused:?}");
    }
}
