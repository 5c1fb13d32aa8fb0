//! Refunds: they follow from their order, and agree with it on amount and end.

use comptoir_domain::Decider as _;
use comptoir_domain::order::{OrderState, RefundStanding};
use comptoir_domain::refund::{Refund, RefundEvent, RefundState};
use comptoir_domain::values::{Money, OrderId, PaymentId, RefundId};

use super::event::{Place, Since};
use super::{Books, Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

/// How a refund ended, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Outcome {
    /// The money has gone back.
    Settled,
    /// It is still here.
    Declined,
}

/// A refund that its order opened, and whose own stream has yet to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) order_id: OrderId,
    pub(super) payment_id: PaymentId,
    pub(super) amount: Money,
    pub(super) since: Since,
}

/// A refund, with how it ended last: a later look by the provider's people changes nothing of that yet.
#[derive(Debug, Clone, Default)]
pub(super) struct RefundBook {
    state: RefundState,
    outcome: Option<Outcome>,
}

impl Outcome {
    /// What an order says of a refund.
    pub(super) fn of_order(order: &OrderState, refund_id: RefundId) -> Option<Self> {
        match order.facts()?.refunds.get(&refund_id)?.standing {
            RefundStanding::Open => None,
            RefundStanding::Settled => Some(Self::Settled),
            RefundStanding::Declined => Some(Self::Declined),
        }
    }
}

impl RefundBook {
    pub(super) fn after(self, event: &RefundEvent) -> Self {
        let outcome = match event {
            RefundEvent::Succeeded(_) => Some(Outcome::Settled),
            RefundEvent::Failed(_) | RefundEvent::Refused(_) => Some(Outcome::Declined),
            RefundEvent::Requested(_)
            | RefundEvent::Submitted(_)
            | RefundEvent::UnderReview(_)
            | RefundEvent::FlaggedForReview(_) => self.outcome,
        };
        Self {
            state: Refund::evolve(self.state, event),
            outcome,
        }
    }
}

impl Books {
    pub(super) fn refund(&mut self, at: Place<'_>, event: &RefundEvent, findings: &mut Findings) {
        let book = self.refunds.take(at.id).unwrap_or_default();
        if let RefundEvent::Requested(requested) = event {
            check_place(at, Kind::Begins(requested.refund_id.as_uuid()), findings);
            let asked = self.refunds_asked.remove(&requested.refund_id);
            let is_asked = asked.is_some_and(|asked| {
                let wanted = (asked.order_id, asked.payment_id, asked.amount);
                wanted == (requested.order_id, requested.payment_id, requested.amount)
            });
            if !is_asked {
                findings.at(Rule::RefundAsked, at.position, at.stream, || {
                    "its order did not open this refund, or with another amount".to_owned()
                });
            }
        } else {
            check_place(at, Kind::Follows, findings);
        }
        let refund_id = RefundId::from_uuid(at.id);
        if let RefundEvent::Succeeded(succeeded) = event {
            self.check_refund_word(at, refund_id, succeeded, findings);
            let requested = book.state.facts().map(|facts| facts.amount);
            if requested.is_some_and(|requested| requested != succeeded.amount) {
                findings.at(Rule::RefundOutcome, at.position, at.stream, || {
                    "another amount has gone back than was asked for".to_owned()
                });
            }
        }
        let was = book.outcome;
        let book = book.after(event);
        let of = |outcome| (refund_id, outcome);
        self.refund_outcomes
            .keeps(was.map(of), book.outcome.map(of), at.since());
        self.refunds.put(at.id, book);
    }
}
