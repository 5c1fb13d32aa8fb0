//! Where a seller's money is, as of any moment: computed from the events of their orders, and explained line by line.
//!
//! Nothing of this is stored. The read model only says which orders there are; what became of them, their streams say, up
//! to the moment that is asked about.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::Decider as _;
use comptoir_domain::order::{LineBalance, Order, OrderEvent, OrderFacts, OrderState};
use comptoir_domain::values::{Currency, OrderId, PersonId};
use comptoir_ledger::{Position, RecordedEvent, StreamName};
use comptoir_projections::orders::query::ids_of_seller;

use crate::engine::Engine;
use crate::error::UseCaseError;

/// How many orders are in memory at a time.
const ORDERS_AT_ONCE: u16 = 200;

/// Where a seller's money is in one currency, in minor units: what was paid is what is pending, refunded, lost and kept
/// together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyBalance {
    /// The currency.
    pub currency: Currency,
    /// In how many orders there is something of theirs, paid or not.
    pub orders: u64,
    /// What was paid.
    pub paid: i64,
    /// What is on its way back.
    pub pending: i64,
    /// What has gone back.
    pub refunded: i64,
    /// What buyers' banks have taken.
    pub lost: i64,
    /// What is still here.
    pub kept: i64,
    /// The tax inside what is still here.
    pub tax_kept: i64,
    /// The discount on what is still here.
    pub discount_kept: i64,
}

/// Where a seller's money is, currency by currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SellerBalance {
    /// By currency.
    pub currencies: BTreeMap<Currency, CurrencyBalance>,
}

/// An order behind a balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedOrder {
    /// The order.
    pub order_id: OrderId,
    /// The seller's lines of it.
    pub lines: Vec<ExplainedLine>,
}

/// A line behind a balance, with the events that its amounts follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedLine {
    /// The amounts.
    pub balance: LineBalance,
    /// Where the events stand: the order, its payment, and what refunds and disputes did to the line.
    pub positions: Vec<Position>,
}

/// An order as of a moment, with its events.
struct PastOrder {
    facts: OrderFacts,
    events: Vec<(Position, OrderEvent)>,
}

impl Engine {
    /// Where a seller's money was when the event at `end` was the newest. The read model of orders must have come that far.
    #[tracing::instrument(name = "engine.seller.balance", skip_all, fields(%seller_id))]
    pub async fn seller_balance(
        &self,
        seller_id: PersonId,
        end: Position,
    ) -> Result<SellerBalance, UseCaseError> {
        let mut balance = SellerBalance::default();
        let mut after = None;
        loop {
            let ids = ids_of_seller(self.ledger.pool(), seller_id, after, ORDERS_AT_ONCE).await?;
            for order in self.past_orders(&ids, end).await? {
                balance.add(seller_id, &order.facts)?;
            }
            if ids.len() < usize::from(ORDERS_AT_ONCE) {
                return Ok(balance);
            }
            after = ids.last().copied();
        }
    }

    /// The orders behind a balance, behind `after`, in the order of their ids; and whether there are more. An order that was
    /// not placed yet is none of them.
    #[tracing::instrument(name = "engine.seller.explain_balance", skip_all, fields(%seller_id))]
    pub async fn explain_balance(
        &self,
        seller_id: PersonId,
        end: Position,
        after: Option<OrderId>,
        limit: u16,
    ) -> Result<(Vec<ExplainedOrder>, bool), UseCaseError> {
        let (mut explained, mut after) = (Vec::new(), after);
        let wanted = usize::from(limit);
        loop {
            let ids = ids_of_seller(self.ledger.pool(), seller_id, after, ORDERS_AT_ONCE).await?;
            for order in self.past_orders(&ids, end).await? {
                if explained.len() == wanted {
                    return Ok((explained, true));
                }
                explained.push(order.explained(seller_id));
            }
            if ids.len() < usize::from(ORDERS_AT_ONCE) {
                return Ok((explained, false));
            }
            after = ids.last().copied();
        }
    }

    /// The orders as of a moment, in the order of their ids.
    async fn past_orders(&self, ids: &[OrderId], end: Position) -> Result<Vec<PastOrder>, UseCaseError> {
        let streams: Vec<StreamName> = ids
            .iter()
            .map(|id| StreamName::of::<Order>(id.as_uuid()))
            .collect();
        let recorded = self.ledger.read_streams_through(&streams, end).await?;
        let mut orders = Vec::with_capacity(ids.len());
        for events in recorded.chunk_by(|one, next| one.stream == next.stream) {
            orders.extend(past_order(events)?);
        }
        Ok(orders)
    }
}

fn past_order(recorded: &[RecordedEvent]) -> Result<Option<PastOrder>, UseCaseError> {
    let mut events = Vec::with_capacity(recorded.len());
    let mut state = OrderState::Absent;
    for event in recorded {
        let decoded: OrderEvent = event
            .decode()
            .map_err(|error| UseCaseError::Unreadable(format!("position {}: {error}", event.position)))?;
        state = Order::evolve(state, &decoded);
        events.push((event.position, decoded));
    }
    Ok(state.facts().cloned().map(|facts| PastOrder { facts, events }))
}

impl SellerBalance {
    fn add(&mut self, seller_id: PersonId, facts: &OrderFacts) -> Result<(), UseCaseError> {
        let currency = facts.total.currency;
        let sum = self
            .currencies
            .entry(currency)
            .or_insert_with(|| CurrencyBalance::none(currency));
        sum.orders += 1;
        for line in facts.balances() {
            if line.seller_id == seller_id {
                sum.add(&line)
                    .ok_or_else(|| UseCaseError::Unreadable("the amounts do not fit 64 bits".to_owned()))?;
            }
        }
        Ok(())
    }
}

impl CurrencyBalance {
    /// Nothing, in a currency.
    pub const fn none(currency: Currency) -> Self {
        Self {
            currency,
            orders: 0,
            paid: 0,
            pending: 0,
            refunded: 0,
            lost: 0,
            kept: 0,
            tax_kept: 0,
            discount_kept: 0,
        }
    }

    fn add(&mut self, line: &LineBalance) -> Option<()> {
        let parts = [
            (&mut self.paid, line.paid),
            (&mut self.pending, line.pending),
            (&mut self.refunded, line.refunded),
            (&mut self.lost, line.lost),
            (&mut self.kept, line.kept),
            (&mut self.tax_kept, line.tax_kept),
            (&mut self.discount_kept, line.discount_kept),
        ];
        for (sum, part) in parts {
            *sum = sum.checked_add(part.amount)?;
        }
        Some(())
    }
}

impl PastOrder {
    fn explained(&self, seller_id: PersonId) -> ExplainedOrder {
        let theirs = self.facts.balances().into_iter();
        let lines = theirs
            .filter(|line| line.seller_id == seller_id)
            .map(|balance| ExplainedLine {
                positions: self.positions_behind(balance.line),
                balance,
            });
        ExplainedOrder {
            order_id: self.facts.order_id,
            lines: lines.collect(),
        }
    }

    /// The events that the amounts of a line follow from. A dispute is about the payment, and so about every line.
    fn positions_behind(&self, line: u32) -> Vec<Position> {
        let of_line = self.facts.refunds.iter().filter(|(_, refund)| {
            // What the first release refunded had no parts: it went back as a whole.
            refund.parts.is_empty() || refund.parts.iter().any(|part| part.line == line)
        });
        let refunds: BTreeSet<_> = of_line.map(|(id, _)| *id).collect();
        let is_behind = |event: &OrderEvent| match event {
            OrderEvent::Placed(_)
            | OrderEvent::Paid(_)
            | OrderEvent::Disputed(_)
            | OrderEvent::DisputeChanged(_)
            | OrderEvent::DisputeClosed(_) => true,
            OrderEvent::RefundOpened(opened) => refunds.contains(&opened.refund_id),
            OrderEvent::RefundSettled(settled) => refunds.contains(&settled.refund_id),
            OrderEvent::RefundDeclined(declined) => refunds.contains(&declined.refund_id),
            OrderEvent::PaymentInitiated(_)
            | OrderEvent::PaymentAwaiting(_)
            | OrderEvent::PaymentProcessing(_)
            | OrderEvent::PaymentFailed(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::Expired(_)
            | OrderEvent::FlaggedForReview(_)
            | OrderEvent::DeliveryBegan(_)
            | OrderEvent::WithdrawalDeclared(_)
            | OrderEvent::WithdrawalConfirmed(_) => false,
        };
        let behind = self.events.iter().filter(|(_, event)| is_behind(event));
        behind.map(|(position, _)| *position).collect()
    }
}
