//! The right of withdrawal of an order: until when, and for which lines it still stands.
//!
//! Sources: Directive 2011/83/EU, articles 9 (period), 11a (the withdrawal function, from 2026-06-19) and 16 (m) (digital
//! content); in France Code de la consommation L221-18, L221-21 and L221-28 13°; for the reckoning of the period
//! Regulation (EEC, Euratom) 1182/71, article 3.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::OrderError;
use super::event::{DeliveryAccess, ExcludedLine, WithdrawalConfirmed};
use super::state::{OrderFacts, OrderState};
use crate::tax::TaxCustomer;

/// How many days a buyer has, the day of the contract not counted.
const PERIOD_DAYS: u64 = 14;
/// How many days are added for weekends and public holidays on which the period might end.
const GRACE_DAYS: u64 = 7;
/// Where a day ends last, twelve hours after UTC: the buyer's own midnight is never later.
const LAST_MIDNIGHT: TimeDelta = TimeDelta::hours(12);
/// How long a declaration waits for its confirmation at least, if the period ends meanwhile.
const CONFIRMATION_TIME: TimeDelta = TimeDelta::hours(24);

/// What is known of an order as far as withdrawal is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithdrawalFacts {
    /// The lines whose delivery has begun: how, and since when.
    pub deliveries: BTreeMap<u32, (DeliveryAccess, DateTime<Utc>)>,
    /// What was declared and waits for its confirmation.
    pub declared: Option<DeclaredWithdrawal>,
    /// What was confirmed, the first one first.
    pub confirmed: Vec<WithdrawalConfirmed>,
}

/// A withdrawal that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredWithdrawal {
    /// The lines it is about.
    pub lines: Vec<u32>,
    /// When it was declared.
    pub at: DateTime<Utc>,
}

/// Whether the right of withdrawal stands for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineWithdrawal {
    /// It does.
    Available,
    /// It was used.
    Withdrawn,
    /// It ended when delivery began, as the buyer had agreed.
    DeliveryBegan(ExcludedLine),
}

impl WithdrawalFacts {
    /// Whether the right stands for a line, time apart.
    pub fn of_line(&self, line: u32) -> LineWithdrawal {
        if self.is_withdrawn(line) {
            return LineWithdrawal::Withdrawn;
        }
        match self.deliveries.get(&line) {
            None => LineWithdrawal::Available,
            Some((access, delivery_began_at)) => LineWithdrawal::DeliveryBegan(ExcludedLine {
                line,
                access: *access,
                delivery_began_at: *delivery_began_at,
            }),
        }
    }

    /// Whether the buyer has withdrawn from a line.
    pub fn is_withdrawn(&self, line: u32) -> bool {
        self.confirmed
            .iter()
            .any(|confirmed| confirmed.lines.contains(&line))
    }
}

/// Whether a buyer has the right at all: a consumer (Directive 2011/83/EU, article 2 (1)). Whoever gave a VAT id bought as a
/// business.
pub const fn has_right_of_withdrawal(customer: &TaxCustomer) -> bool {
    match customer {
        TaxCustomer::Consumer => true,
        TaxCustomer::Business { .. } => false,
    }
}

/// Until when a buyer can withdraw from what was paid at this time: the end of the fourteenth day after it, and a week.
///
/// The contract is taken to be concluded with the payment, which is never earlier than it was. The week is for weekends and
/// public holidays: a period that would end on one of them ends with the next working day (Regulation 1182/71, article
/// 3 (4)). Which days are holidays depends on the state and on the year. The longest run of such days that we know of, around
/// Easter or Christmas, has five; so a week refuses nobody who has the right, and some who have it no more are not refused.
pub fn withdrawal_until(paid_at: DateTime<Utc>) -> DateTime<Utc> {
    let first_day_after = paid_at + Days::new(PERIOD_DAYS + GRACE_DAYS + 1);
    let midnight = first_day_after.with_time(NaiveTime::MIN).single();
    midnight.unwrap_or(first_day_after) + LAST_MIDNIGHT
}

/// The order, if its buyer can still withdraw from it at this time. `declared_at` is when a declaration was made, if one
/// was: it keeps the right for a day.
pub(super) fn within_period(
    state: &OrderState,
    declared_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Result<&OrderFacts, OrderError> {
    let facts = state.facts().ok_or(OrderError::NotFound)?;
    let paid_at = match state {
        OrderState::Paid(_) => facts.received_at.ok_or(OrderError::NotPaid)?,
        OrderState::Absent
        | OrderState::AwaitingPayment(_)
        | OrderState::Processing(_)
        | OrderState::PaymentFailed(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => return Err(OrderError::NotPaid),
    };
    let period = withdrawal_until(paid_at);
    let until = declared_at.map_or(period, |declared| period.max(declared + CONFIRMATION_TIME));
    if at < until {
        Ok(facts)
    } else {
        Err(OrderError::WithdrawalOver { until })
    }
}
