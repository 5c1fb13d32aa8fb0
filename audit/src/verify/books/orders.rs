//! Orders: what each of their events demands of the streams around them.

use std::collections::BTreeMap;

use comptoir_domain::Decider as _;
use comptoir_domain::document::Supplier;
use comptoir_domain::licence::{Bearing, LicenceCause};
use comptoir_domain::order::{Order, OrderEvent, OrderFacts, OrderLine};
use comptoir_domain::values::{LicenceId, OrderId, RefundId};

use super::event::{Place, Since};
use super::order_view::{OrderView, Standing, is_exclusive, lines};
use super::refunds::Outcome;
use super::{Billed, Books, Kind, check_place};
use crate::verify::finding::Findings;

impl Books {
    pub(super) fn order(&mut self, at: Place<'_>, event: &OrderEvent, findings: &mut Findings) {
        let kind = if let OrderEvent::Placed(placed) = event {
            Kind::Begins(placed.order_id.as_uuid())
        } else {
            Kind::Follows
        };
        check_place(at, kind, findings);
        let state = self.orders.take(at.id).unwrap_or_default();
        self.check_order_event(at, &state, event, findings);
        if !demands_more(event) {
            self.orders.put(at.id, Order::evolve(state, event));
            return;
        }
        let before = OrderView::of(&state);
        let outcome_before = refund_of(event).and_then(|refund_id| Outcome::of_order(&state, refund_id));
        let state = Order::evolve(state, event);
        let after = OrderView::of(&state);
        if let Some(facts) = state.facts() {
            self.demand(facts, &before, &after, at.since());
            self.check_balances(at, facts, &after, findings);
            if let Some(refund_id) = refund_of(event) {
                let of = |outcome| (refund_id, outcome);
                let (was, is) = (outcome_before, Outcome::of_order(&state, refund_id));
                self.refund_outcomes.promises(was.map(of), is.map(of), at.since());
            }
        }
        self.orders.put(at.id, state);
    }

    /// The difference between what an order demanded and what it demands now.
    fn demand(&mut self, facts: &OrderFacts, before: &OrderView, after: &OrderView, since: Since) {
        let order_id = facts.order_id;
        if let Some(promotion) = &facts.promotion {
            let of = |hold| (promotion.promo_id, order_id, hold);
            self.promotion_uses
                .promises(before.hold.map(of), after.hold.map(of), since);
        }
        for (number, line, supplier) in lines(facts) {
            let change = after.amounts(number).minus(before.amounts(number));
            self.totals.add(line.seller_id, facts.total.currency, change);
            self.demand_causes(order_id, number, line, before, after, since);
            let (was, is) = (before.claim(number), after.claim(number));
            if is_exclusive(line) {
                let of = |claim| (line.product_id, order_id, claim);
                self.exclusive_claims.promises(was.map(of), is.map(of), since);
            }
            if let Some(upgrade) = line.upgrade {
                let of = |claim| (upgrade.licence_id, order_id, claim);
                self.upgrade_claims.promises(was.map(of), is.map(of), since);
            }
            self.demand_invoices((order_id, supplier), line, number, before, after, since);
        }
    }

    fn demand_invoices(
        &mut self,
        key: (OrderId, Supplier),
        line: &OrderLine,
        number: usize,
        before: &OrderView,
        after: &OrderView,
        since: Since,
    ) {
        let owed = after.to_be_invoiced(number) - before.to_be_invoiced(number);
        if owed == 0 {
            return;
        }
        let was_unpaid = before.standing != Standing::Paid;
        let billed = self.billed.entry(key).or_insert(Billed {
            paid: 0,
            paid_tax: 0,
            outstanding: 0,
            // It was square before, which a paid order is by its documents.
            has_documents: !was_unpaid,
            since,
        });
        if was_unpaid {
            billed.paid += line.total.amount;
            billed.paid_tax += line.tax_amount.amount;
        }
        billed.change(owed, since);
        if billed.is_square() {
            self.billed.remove(&key);
        }
    }

    fn demand_causes(
        &mut self,
        order_id: OrderId,
        number: usize,
        line: &OrderLine,
        before: &OrderView,
        after: &OrderView,
        since: Since,
    ) {
        let none = BTreeMap::new();
        let was = before.causes.get(number).unwrap_or(&none);
        let is = after.causes.get(number).unwrap_or(&none);
        if was == is {
            return;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        for unit in 0..line.quantity.get() {
            let licence_id = LicenceId::of_unit(order_id, number, unit);
            let of = |(cause, bearing): (&LicenceCause, &Bearing)| (licence_id, *cause, *bearing);
            self.licence_causes
                .promises(was.iter().map(of), is.iter().map(of), since);
        }
    }
}

/// Whether an event can change what an order demands.
const fn demands_more(event: &OrderEvent) -> bool {
    match event {
        OrderEvent::Placed(_)
        | OrderEvent::Paid(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundOpened(_)
        | OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_)
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_)
        | OrderEvent::WithdrawalConfirmed(_) => true,
        OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_) => false,
    }
}

/// The refund whose end an event is about.
const fn refund_of(event: &OrderEvent) -> Option<RefundId> {
    match event {
        OrderEvent::RefundSettled(settled) => Some(settled.refund_id),
        OrderEvent::RefundDeclined(declined) => Some(declined.refund_id),
        OrderEvent::Placed(_)
        | OrderEvent::Paid(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundOpened(_)
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_)
        | OrderEvent::WithdrawalConfirmed(_)
        | OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_) => None,
    }
}
