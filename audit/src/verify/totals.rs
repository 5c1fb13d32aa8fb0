//! Where the money is, in total: what other reckonings of the same ledger are compared with.

use std::collections::BTreeMap;

use comptoir_domain::values::{Currency, PersonId};
use serde::Serialize;

/// Amounts in minor units of one currency. What was paid is what is kept, pending, refunded and lost together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Amounts {
    /// What was paid.
    pub revenue_minor: i64,
    /// What has gone back.
    pub refunded_minor: i64,
    /// What is on its way back.
    pub pending_minor: i64,
    /// What buyers' banks have taken.
    pub lost_minor: i64,
    /// What is still here.
    pub balance_minor: i64,
    /// The tax inside what is still here.
    pub tax_in_balance_minor: i64,
}

/// The money of one seller in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SellerTotals {
    /// Who sold it.
    pub seller_id: PersonId,
    /// The currency.
    pub currency: Currency,
    /// How much.
    #[serde(flatten)]
    pub amounts: Amounts,
}

/// The money of all sellers in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrencyTotals {
    /// The currency.
    pub currency: Currency,
    /// How much.
    #[serde(flatten)]
    pub amounts: Amounts,
}

/// Where the money is, in total.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// By currency.
    pub currencies: Vec<CurrencyTotals>,
    /// By seller and currency.
    pub sellers: Vec<SellerTotals>,
}

impl Amounts {
    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            revenue_minor: self.revenue_minor.saturating_add(other.revenue_minor),
            refunded_minor: self.refunded_minor.saturating_add(other.refunded_minor),
            pending_minor: self.pending_minor.saturating_add(other.pending_minor),
            lost_minor: self.lost_minor.saturating_add(other.lost_minor),
            balance_minor: self.balance_minor.saturating_add(other.balance_minor),
            tax_in_balance_minor: self
                .tax_in_balance_minor
                .saturating_add(other.tax_in_balance_minor),
        }
    }

    /// The difference.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            revenue_minor: self.revenue_minor.saturating_sub(other.revenue_minor),
            refunded_minor: self.refunded_minor.saturating_sub(other.refunded_minor),
            pending_minor: self.pending_minor.saturating_sub(other.pending_minor),
            lost_minor: self.lost_minor.saturating_sub(other.lost_minor),
            balance_minor: self.balance_minor.saturating_sub(other.balance_minor),
            tax_in_balance_minor: self
                .tax_in_balance_minor
                .saturating_sub(other.tax_in_balance_minor),
        }
    }
}

/// The totals as they grow.
#[derive(Debug, Default)]
pub(super) struct Running(BTreeMap<(PersonId, Currency), Amounts>);

impl Running {
    pub(super) fn add(&mut self, seller_id: PersonId, currency: Currency, change: Amounts) {
        let total = self.0.entry((seller_id, currency)).or_default();
        *total = total.plus(change);
    }

    pub(super) fn totals(&self) -> Totals {
        let mut currencies: BTreeMap<Currency, Amounts> = BTreeMap::new();
        let mut sellers = Vec::new();
        for ((seller_id, currency), amounts) in &self.0 {
            let (seller_id, currency, amounts) = (*seller_id, *currency, *amounts);
            let total = currencies.entry(currency).or_default();
            *total = total.plus(amounts);
            sellers.push(SellerTotals {
                seller_id,
                currency,
                amounts,
            });
        }
        let currencies = currencies.into_iter();
        Totals {
            currencies: currencies
                .map(|(currency, amounts)| CurrencyTotals { currency, amounts })
                .collect(),
            sellers,
        }
    }
}
