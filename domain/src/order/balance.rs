//! Where the money of an order is: kept, on its way back, refunded, or lost to the buyer's bank; for each line, and so for
//! each seller. Nothing of this is stored: it follows from the refunds and disputes as they stand, so that whatever order
//! their news arrive in, it ends up the same.

use std::collections::BTreeMap;

use super::dispute::{DisputeOutcome, DisputeStanding};
use super::state::{OrderFacts, RefundStanding};
use crate::values::{Money, PersonId};

/// Where the money of one line is: what was paid is what is kept, pending, refunded and lost together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineBalance {
    /// The line, counted from 0.
    pub line: u32,
    /// Whose line it is.
    pub seller_id: PersonId,
    /// What was paid for it.
    pub paid: Money,
    /// What is on its way back.
    pub pending: Money,
    /// What has gone back.
    pub refunded: Money,
    /// What the buyer's bank has taken. What was refunded, or is on its way, is never counted here again.
    pub lost: Money,
    /// What is still here. Negative only if the provider has refunded more than was paid.
    pub kept: Money,
    /// The tax inside what is still here.
    pub tax_kept: Money,
    /// The discount on what is still here.
    pub discount_kept: Money,
}

/// How much of what was paid has gone back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundedShare {
    /// Nothing.
    None,
    /// Some of it.
    Partial,
    /// All of it.
    Full,
}

impl RefundedShare {
    /// The name, as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partially_refunded",
            Self::Full => "refunded",
        }
    }

    /// Of what was paid, so much has gone back.
    pub const fn of(paid: Money, refunded: Money) -> Self {
        if refunded.amount <= 0 {
            Self::None
        } else if refunded.amount < paid.amount {
            Self::Partial
        } else {
            Self::Full
        }
    }
}

/// Where the disputes of an order stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeSummary {
    /// There is none.
    None,
    /// At least one is open.
    Open,
    /// All ended, none of them lost.
    Won,
    /// All ended, at least one of them lost.
    Lost,
}

impl DisputeSummary {
    /// The name, as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// Of several disputes.
    pub fn of(disputes: impl IntoIterator<Item = DisputeStanding>) -> Self {
        disputes
            .into_iter()
            .fold(Self::None, |summary, standing| match (summary, standing) {
                (Self::Open, _) | (_, DisputeStanding::Open) => Self::Open,
                (Self::Lost, _) | (_, DisputeStanding::Closed(DisputeOutcome::Lost)) => Self::Lost,
                (Self::None | Self::Won, DisputeStanding::Closed(DisputeOutcome::Won)) => Self::Won,
            })
    }
}

/// What was counted for a line so far.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    pending: i64,
    refunded: i64,
    tax_gone: i64,
    discount_gone: i64,
}

impl OrderFacts {
    /// Where the money of each line is.
    pub fn balances(&self) -> Vec<LineBalance> {
        let currency = self.total.currency;
        let counted = self.counted();
        let paid: Vec<i64> = self
            .lines
            .iter()
            .map(|line| {
                if self.received.is_zero() {
                    0
                } else {
                    line.total.amount
                }
            })
            .collect();
        let counted_of = |line: u32| counted.get(&line).copied().unwrap_or_default();
        let left: Vec<i64> = (0_u32..)
            .zip(&paid)
            .map(|(line, paid)| (paid - counted_of(line).pending - counted_of(line).refunded).max(0))
            .collect();
        let lost = self.lost_by_line(&paid, &left);
        let lines = (0_u32..).zip(&self.lines).zip(paid.into_iter().zip(lost));
        lines
            .map(|((number, line), (paid, lost))| {
                let gone = counted_of(number);
                let kept = paid - gone.pending - gone.refunded - lost;
                // Tax is lost to the bank in proportion; what is still here is never more than the amount it is part of.
                let tax_left = if paid == 0 {
                    0
                } else {
                    line.tax_amount.amount - gone.tax_gone
                };
                let tax_kept = share(tax_left, kept, kept + lost);
                let discount_left = (line.discount.amount - gone.discount_gone).max(0);
                let discount_kept = share(discount_left, kept, kept + lost);
                LineBalance {
                    line: number,
                    seller_id: line.seller_id,
                    paid: Money::new(paid, currency),
                    pending: Money::new(gone.pending, currency),
                    refunded: Money::new(gone.refunded, currency),
                    lost: Money::new(lost, currency),
                    kept: Money::new(kept, currency),
                    tax_kept: Money::new(tax_kept, currency),
                    discount_kept: Money::new(discount_kept, currency),
                }
            })
            .collect()
    }

    /// How much of what was paid has gone back.
    pub fn refunded_share(&self) -> RefundedShare {
        let settled = self.refunds.values().filter(|refund| match refund.standing {
            RefundStanding::Settled => true,
            RefundStanding::Open | RefundStanding::Declined => false,
        });
        let refunded = settled.map(|refund| refund.amount.amount).sum();
        RefundedShare::of(self.received, Money::new(refunded, self.total.currency))
    }

    /// Where the disputes stand together.
    pub fn dispute_summary(&self) -> DisputeSummary {
        DisputeSummary::of(self.disputes.values().map(super::dispute::OrderDispute::standing))
    }

    fn counted(&self) -> BTreeMap<u32, Counted> {
        let mut counted: BTreeMap<u32, Counted> = BTreeMap::new();
        for refund in self.refunds.values() {
            for part in &refund.parts {
                let line = counted.entry(part.line).or_default();
                match refund.standing {
                    RefundStanding::Open => line.pending += part.amount.amount,
                    RefundStanding::Settled => line.refunded += part.amount.amount,
                    RefundStanding::Declined => continue,
                }
                line.tax_gone += part.tax_amount.amount;
                line.discount_gone += part.discount.amount;
            }
        }
        counted
    }

    /// What lost disputes have taken, at most what refunds have left; of each line in proportion to its price, what one
    /// line has no more of from the others.
    fn lost_by_line(&self, paid: &[i64], left: &[i64]) -> Vec<i64> {
        let mut wanted: i64 = 0;
        for dispute in self.disputes.values() {
            match dispute.standing() {
                DisputeStanding::Open | DisputeStanding::Closed(DisputeOutcome::Won) => {}
                DisputeStanding::Closed(DisputeOutcome::Lost) => {
                    let amount = dispute.word.amount;
                    // Another currency than the order's says nothing about how much of it: then all of it counts.
                    let taken = if amount.currency == self.total.currency {
                        amount.amount.max(0)
                    } else {
                        i64::MAX
                    };
                    wanted = wanted.saturating_add(taken);
                }
            }
        }
        let lost_total = wanted.min(left.iter().sum());
        let mut lost = vec![0; left.len()];
        if lost_total <= 0 {
            return lost;
        }
        let by_price = portions(lost_total, paid);
        for (lost, (portion, left)) in lost.iter_mut().zip(by_price.into_iter().zip(left)) {
            *lost = portion.min(*left);
        }
        let room: Vec<i64> = left.iter().zip(&lost).map(|(left, lost)| left - lost).collect();
        let rest = lost_total - lost.iter().sum::<i64>();
        for (lost, more) in lost.iter_mut().zip(portions(rest, &room)) {
            *lost += more;
        }
        lost
    }
}

/// An amount by weights; nothing for anybody if there are none.
fn portions(amount: i64, weights: &[i64]) -> Vec<i64> {
    let currency = crate::values::Currency::EUR;
    let of = |minor: &i64| Money::new(*minor, currency);
    let weights: Vec<Money> = weights.iter().map(of).collect();
    match Money::new(amount, currency).split_over(&weights) {
        Ok(parts) => parts.into_iter().map(|part| part.amount).collect(),
        Err(_) => vec![0; weights.len()],
    }
}

/// So much of a whole, rounded down; all of it for all of the whole.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 || part <= 0 {
        return 0;
    }
    let exact = i128::from(amount) * i128::from(part) / i128::from(whole);
    i64::try_from(exact).unwrap_or(amount)
}
