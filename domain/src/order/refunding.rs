//! How an amount that goes back is spread over the lines of an order.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::OrderError;
use super::balance::LineBalance;
use super::event::RefundReason;
use super::line::OrderLine;
use super::state::OrderFacts;
use crate::values::{Money, MoneyError};

/// What of an order is to be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundScope {
    /// All that is left of it.
    Whole,
    /// All that is left of these lines, counted from 0.
    Lines(BTreeSet<u32>),
    /// So many minor units, in proportion to what is left of each line.
    AmountMinor(i64),
}

/// Why a person wants money to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundGrounds {
    /// Bought twice.
    Duplicate,
    /// Bought with somebody else's means of payment.
    Fraudulent,
    /// The buyer asked for it.
    CustomerRequest,
    /// It is not what was described.
    NotAsDescribed,
    /// The platform could not deliver as it should.
    ServiceDisruption,
    /// A court or an authority ordered it.
    CourtOrAuthority,
    /// Something else, which a note must say.
    Other,
}

impl From<RefundGrounds> for RefundReason {
    fn from(grounds: RefundGrounds) -> Self {
        match grounds {
            RefundGrounds::Duplicate => Self::Duplicate,
            RefundGrounds::Fraudulent => Self::Fraudulent,
            RefundGrounds::CustomerRequest => Self::CustomerRequest,
            RefundGrounds::NotAsDescribed => Self::NotAsDescribed,
            RefundGrounds::ServiceDisruption => Self::ServiceDisruption,
            RefundGrounds::CourtOrAuthority => Self::CourtOrAuthority,
            RefundGrounds::Other => Self::Other,
        }
    }
}

/// How long after the payment money can be sent back, as it was set when an order was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPolicy {
    /// By the seller, in days.
    pub seller_days: u16,
    /// By the platform, in days.
    pub platform_days: u16,
}

/// How long after the payment money can be sent back, as it is set now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundWindows {
    /// By the seller, in days.
    pub seller_days: u16,
    /// By an admin, in days: the provider takes no refund of a payment older than 365.
    pub admin_days: u16,
}

impl RefundWindows {
    /// As long as the provider takes refunds at all (its `max_age`).
    pub const ADMIN_DAYS: u16 = 365;

    /// What an order that is placed now keeps of it.
    pub const fn policy(self) -> RefundPolicy {
        RefundPolicy {
            seller_days: self.seller_days,
            platform_days: self.admin_days,
        }
    }

    /// The same, or what held at the sale where that was longer: what buyers were told when they bought is kept.
    #[must_use]
    pub(super) fn or_as_sold(self, sold_under: Option<RefundPolicy>) -> Self {
        sold_under.map_or(self, |policy| Self {
            seller_days: self.seller_days.max(policy.seller_days),
            admin_days: self.admin_days.max(policy.platform_days),
        })
    }

    pub(super) fn seller(self) -> TimeDelta {
        TimeDelta::days(i64::from(self.seller_days))
    }

    pub(super) fn admin(self) -> TimeDelta {
        TimeDelta::days(i64::from(self.admin_days))
    }
}

/// What of a refund belongs to one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPart {
    /// The line, counted from 0.
    pub line: u32,
    /// How much.
    pub amount: Money,
    /// The tax inside.
    pub tax_amount: Money,
    /// The share of the line's discount that is undone with it: not money, but what the buyer had not paid for this part.
    pub discount: Money,
}

impl RefundPart {
    /// A whole line.
    pub(super) const fn whole(number: u32, line: &OrderLine) -> Self {
        Self {
            line: number,
            amount: line.total,
            tax_amount: line.tax_amount,
            discount: line.discount,
        }
    }
}

/// The parts of a refund by scope, over the lines that may be touched. `may_touch` says of each line whether the one who
/// asks may: for a line that was asked for by name it must.
pub(super) fn parts_of(
    facts: &OrderFacts,
    scope: &RefundScope,
    may_touch: impl Fn(&OrderLine) -> bool,
) -> Result<Vec<RefundPart>, OrderError> {
    let lines = || (0_u32..).zip(&facts.lines);
    let chosen: BTreeSet<u32> = match scope {
        RefundScope::Whole => lines().map(|(number, _)| number).collect(),
        RefundScope::AmountMinor(_) => lines()
            .filter(|(_, line)| may_touch(line))
            .map(|(number, _)| number)
            .collect(),
        RefundScope::Lines(chosen) if chosen.is_empty() => return Err(OrderError::NoLines),
        RefundScope::Lines(chosen) => chosen.clone(),
    };
    for number in &chosen {
        let line = usize::try_from(*number)
            .ok()
            .and_then(|index| facts.lines.get(index));
        let line = line.ok_or(OrderError::UnknownLine { line: *number })?;
        if !may_touch(line) {
            return Err(OrderError::OtherSellersLine { line: *number });
        }
    }
    let left: Vec<LineBalance> = facts
        .balances()
        .into_iter()
        .filter(|balance| chosen.contains(&balance.line) && balance.kept.amount > 0)
        .collect();
    let currency = facts.total.currency;
    let out_of_range = |_| OrderError::NotRefundable {
        refundable: Money::zero(currency),
    };
    let refundable = Money::sum(currency, left.iter().map(|balance| balance.kept)).map_err(out_of_range)?;
    if refundable.is_zero() {
        return Err(OrderError::NothingLeft);
    }
    let amount = match scope {
        RefundScope::Whole | RefundScope::Lines(_) => refundable,
        RefundScope::AmountMinor(minor) => Money::new(*minor, currency),
    };
    if amount.amount <= 0 || amount.amount > refundable.amount {
        return Err(OrderError::NotRefundable { refundable });
    }
    spread(amount, &left).map_err(out_of_range)
}

/// Spreads an amount over lines in proportion to what is kept of each, and within a line over net and tax: by largest
/// remainder, so that a last refund returns exactly the rest. Lines that get nothing are left out.
pub(super) fn spread(amount: Money, left: &[LineBalance]) -> Result<Vec<RefundPart>, MoneyError> {
    let kept: Vec<Money> = left.iter().map(|balance| balance.kept).collect();
    let shares = amount.split_over(&kept)?;
    let mut parts = Vec::with_capacity(shares.len());
    for (share, balance) in shares.into_iter().zip(left) {
        if share.is_zero() {
            continue;
        }
        let net_kept = balance.kept.minus(balance.tax_kept)?;
        let tax_amount = match share.split_over(&[net_kept, balance.tax_kept])?.as_slice() {
            [_, tax] => *tax,
            _ => Money::zero(share.currency),
        };
        let rest = balance.kept.minus(share)?;
        let discount = match balance.discount_kept.split_over(&[share, rest])?.as_slice() {
            [discount, _] => *discount,
            _ => Money::zero(share.currency),
        };
        parts.push(RefundPart {
            line: balance.line,
            amount: share,
            tax_amount,
            discount,
        });
    }
    Ok(parts)
}
