//! An order as it would stand under other rules: what the buyer did is taken as it was, what the rules made of it is not.
//!
//! - Lines are priced again from what they were priced from: unit price, quantity, and what was counted for an upgrade.
//! - The buyer pays what the lines then come to, if they paid at all.
//! - A refund takes the same share of what was left of each line: one that returned all of it still does.
//! - A lost dispute takes the same share of what had arrived.
//!
//! Where no rule changes the price of a line, every amount of it stays the recorded one. Shares are rounded to the minor unit, so
//! that a refund and a lost dispute that took all of a line together may leave one behind.

use chrono::{DateTime, Utc};

use super::decide::within;
use super::line::OrderLine;
use super::pricing::tax_again;
use super::refunding::{RefundPart, RefundWindows, spread};
use super::state::{OrderFacts, OrderRefund};
use crate::promo::DiscountableLine;
use crate::values::{Money, MoneyError, RefundId, TaxFacts};

impl OrderFacts {
    /// Its lines, as a promotion saw them when it was placed.
    pub fn discountable(&self) -> Result<Vec<DiscountableLine>, MoneyError> {
        let line = |line: &OrderLine| {
            Ok(DiscountableLine {
                product_id: line.product_id,
                seller_id: line.seller_id,
                amount: line.undiscounted()?,
            })
        };
        self.lines.iter().map(line).collect()
    }

    /// Its lines with other discounts and other taxes, in the order of the lines. What has neither stays as it is recorded.
    pub fn priced_again(
        &self,
        discounts: &[Money],
        taxes: Vec<TaxFacts>,
    ) -> Result<Vec<OrderLine>, MoneyError> {
        let is_same = |((line, discount), tax): ((&OrderLine, &Money), &TaxFacts)| {
            line.discount == *discount && line.tax == *tax
        };
        if self.lines.iter().zip(discounts).zip(&taxes).all(is_same) {
            return Ok(self.lines.clone());
        }
        tax_again(&self.lines, discounts, taxes)
    }

    /// Whether a seller may ask for a refund at a time, under these windows and whatever was agreed at the sale.
    pub fn seller_may_refund(&self, windows: RefundWindows, at: DateTime<Utc>) -> bool {
        within(windows.seller(), self, at).is_ok()
    }

    /// The order with these lines, and with those of its refunds that take place.
    pub fn under(
        &self,
        lines: Vec<OrderLine>,
        takes_place: impl Fn(RefundId) -> bool,
    ) -> Result<Self, MoneyError> {
        if lines == self.lines {
            let mut other = self.clone();
            other.refunds.retain(|refund_id, _| takes_place(*refund_id));
            return Ok(other);
        }
        self.with_other_prices(lines, takes_place)
    }

    /// The same, where every amount may be another.
    pub(super) fn with_other_prices(
        &self,
        lines: Vec<OrderLine>,
        takes_place: impl Fn(RefundId) -> bool,
    ) -> Result<Self, MoneyError> {
        let currency = self.total.currency;
        let total = Money::sum(currency, lines.iter().map(|line| line.total))?;
        let has_paid = !self.received.is_zero() || (self.total.is_zero() && self.paid_at.is_some());
        let mut other = Self {
            lines,
            total,
            received: if has_paid { total } else { Money::zero(currency) },
            ..self.clone()
        };
        other.refunds.clear();
        other.disputes.clear();
        let mut as_it_was = Self {
            refunds: other.refunds.clone(),
            disputes: other.disputes.clone(),
            ..self.clone()
        };
        let mut refunds: Vec<(&RefundId, &OrderRefund)> = self.refunds.iter().collect();
        refunds.sort_by_key(|(_, refund)| refund.number);
        for (refund_id, refund) in refunds {
            if takes_place(*refund_id) {
                let parts = same_share(refund, &as_it_was, &other)?;
                let amount = Money::sum(currency, parts.iter().map(|part| part.amount))?;
                let made = OrderRefund {
                    amount,
                    parts,
                    ..refund.clone()
                };
                other.refunds.insert(*refund_id, made);
            }
            as_it_was.refunds.insert(*refund_id, refund.clone());
        }
        for (dispute_id, dispute) in &self.disputes {
            let mut dispute = dispute.clone();
            dispute.word.amount = share_of_received(dispute.word.amount, self.received, other.received)?;
            other.disputes.insert(*dispute_id, dispute);
        }
        Ok(other)
    }
}

impl OrderLine {
    /// What was charged for it before the promotion, on the price basis of its tax.
    pub(super) fn undiscounted(&self) -> Result<Money, MoneyError> {
        let amount = self.unit_price.times(self.quantity.get())?;
        match self.upgrade {
            Some(upgrade) => amount.minus(upgrade.credit),
            None => Ok(amount),
        }
    }
}

/// The parts of a refund that take of each line the share of what is left of it there that the refund took here. Of a line that
/// is the same there it takes the same.
fn same_share(
    refund: &OrderRefund,
    here: &OrderFacts,
    there: &OrderFacts,
) -> Result<Vec<RefundPart>, MoneyError> {
    let (sold, changed) = (&here.lines, &there.lines);
    let (here, there) = (here.balances(), there.balances());
    let mut parts = Vec::with_capacity(refund.parts.len());
    for part in &refund.parts {
        let index = usize::try_from(part.line).unwrap_or(usize::MAX);
        let (Some(here), Some(there)) = (here.get(index), there.get(index)) else {
            continue;
        };
        if sold.get(index) == changed.get(index) {
            parts.push(*part);
            continue;
        }
        let amount = proportional(part.amount, here.kept, there.kept)?;
        if amount.amount > 0 {
            parts.extend(spread(amount, std::slice::from_ref(there))?);
        }
    }
    Ok(parts)
}

/// What the bank took of what had arrived, of what would have. An amount in another currency says nothing about a share.
fn share_of_received(taken: Money, received: Money, other: Money) -> Result<Money, MoneyError> {
    if taken.currency == received.currency {
        proportional(taken, received, other)
    } else {
        Ok(taken)
    }
}

/// So much of `there` as `amount` is of `here`; of more than all, all.
fn proportional(amount: Money, here: Money, there: Money) -> Result<Money, MoneyError> {
    let nothing = Money::zero(there.currency);
    if amount.amount <= 0 || there.amount <= 0 {
        return Ok(nothing);
    }
    let rest = Money::new((here.amount - amount.amount).max(0), here.currency);
    let shares = there.split_over(&[amount, rest])?;
    Ok(shares.first().copied().unwrap_or(nothing))
}
