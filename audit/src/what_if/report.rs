//! Sums by seller and currency, as they were and as they would be.

use std::collections::BTreeMap;

use comptoir_domain::values::{Currency, MoneyError, PersonId};
use comptoir_ledger::Position;
use serde::Serialize;

/// Money of one seller, or of all of them, in one currency: minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Books {
    /// What buyers have paid, tax included.
    pub paid: i64,
    /// What promotions have taken off paid orders.
    pub discount: i64,
    /// What is on its way back.
    pub pending: i64,
    /// What has gone back.
    pub refunded: i64,
    /// What buyers' banks have taken.
    pub lost: i64,
    /// What is still here.
    pub kept: i64,
    /// The tax in what is still here.
    pub tax_kept: i64,
    /// What the platform keeps of that.
    pub fee: i64,
}

impl Books {
    /// Adds another's.
    pub(super) fn add(&mut self, other: Self) -> Result<(), MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// What this has more than another.
    fn minus(mut self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)?;
        Ok(self)
    }

    fn combine(&mut self, other: Self, by: fn(i64, i64) -> Option<i64>) -> Result<(), MoneyError> {
        for (mine, theirs) in [
            (&mut self.paid, other.paid),
            (&mut self.discount, other.discount),
            (&mut self.pending, other.pending),
            (&mut self.refunded, other.refunded),
            (&mut self.lost, other.lost),
            (&mut self.kept, other.kept),
            (&mut self.tax_kept, other.tax_kept),
            (&mut self.fee, other.fee),
        ] {
            *mine = by(*mine, theirs).ok_or(MoneyError::Overflow)?;
        }
        Ok(())
    }
}

/// What was, what would be, and what that makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// As it was.
    pub before: Books,
    /// As it would be.
    pub after: Books,
    /// What would be more.
    pub difference: Books,
}

impl Difference {
    fn add(&mut self, before: Books, after: Books) -> Result<(), MoneyError> {
        self.before.add(before)?;
        self.after.add(after)?;
        self.difference = self.after.minus(self.before)?;
        Ok(())
    }
}

/// What the rules change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatIfReport {
    /// Up to which event.
    pub through: Position,
    /// How many orders there are.
    pub orders: u64,
    /// For how many of them something is different.
    pub orders_changed: u64,
    /// All sellers together, by currency.
    pub totals: BTreeMap<String, Difference>,
    /// Each seller, by currency.
    pub sellers: BTreeMap<String, BTreeMap<String, Difference>>,
}

impl WhatIfReport {
    pub(super) const fn new(through: Position) -> Self {
        Self {
            through,
            orders: 0,
            orders_changed: 0,
            totals: BTreeMap::new(),
            sellers: BTreeMap::new(),
        }
    }

    /// Adds an order.
    pub(super) fn add(
        &mut self,
        currency: Currency,
        before: BTreeMap<PersonId, Books>,
        after: &BTreeMap<PersonId, Books>,
    ) -> Result<(), MoneyError> {
        self.orders += 1;
        self.orders_changed += u64::from(before != *after);
        let code = currency.code();
        for (seller_id, before) in before {
            // Rules change amounts, never who sells.
            let after = after.get(&seller_id).copied().unwrap_or_default();
            let seller = self.sellers.entry(seller_id.to_string()).or_default();
            seller.entry(code.to_owned()).or_default().add(before, after)?;
            self.totals
                .entry(code.to_owned())
                .or_default()
                .add(before, after)?;
        }
        Ok(())
    }
}
