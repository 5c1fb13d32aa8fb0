//! What an order, in a state, demands of the streams around it.

use std::collections::BTreeMap;

use comptoir_domain::document::Supplier;
use comptoir_domain::licence::{Bearing, LicenceCause};
use comptoir_domain::order::{LineBalance, OrderFacts, OrderLine, OrderState};
use comptoir_domain::policy::licence_causes;
use comptoir_domain::values::LicenceKind;

use super::debts::Term;
use crate::verify::totals::Amounts;

/// How an order holds what only one order can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Claim {
    /// It waits for its payment.
    Reserved,
    /// It is paid.
    Taken,
}

impl Claim {
    /// What is placed or paid moves its claims in the same append; what is taken back, and had again, follows later.
    pub(super) const fn term(self) -> Term {
        match self {
            Self::Reserved => Term::AtOnce,
            Self::Taken => Term::Soon,
        }
    }
}

/// How an order holds its promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Hold {
    /// It waits for its payment.
    Reserved,
    /// It is paid.
    Redeemed,
}

/// What an order demands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct OrderView {
    /// Where the money of each line is; empty until money has come.
    pub(super) balances: Vec<LineBalance>,
    /// Why the licences of each line are not live; empty unless the order is paid.
    pub(super) causes: Vec<BTreeMap<LicenceCause, Bearing>>,
    /// What it does to a promotion.
    pub(super) hold: Option<Hold>,
    /// What it does to what a line has alone; none for all lines if the order is closed.
    pub(super) standing: Standing,
}

/// How far an order is, as far as claims are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Standing {
    /// Not there, or closed.
    #[default]
    Without,
    /// Waiting for its payment.
    Open,
    /// Paid.
    Paid,
}

impl OrderView {
    pub(super) fn of(state: &OrderState) -> Self {
        let (facts, standing) = match state {
            OrderState::Absent => return Self::default(),
            OrderState::AwaitingPayment(facts)
            | OrderState::Processing(facts)
            | OrderState::PaymentFailed(facts) => (facts, Standing::Open),
            OrderState::Paid(facts) => (facts, Standing::Paid),
            OrderState::Cancelled(facts) | OrderState::Expired(facts) => (facts, Standing::Without),
        };
        let balances = if facts.received.is_zero() {
            Vec::new()
        } else {
            facts.balances()
        };
        let (causes, hold) = match standing {
            Standing::Without => (Vec::new(), None),
            Standing::Open => (Vec::new(), Some(Hold::Reserved)),
            Standing::Paid if facts.is_fully_refunded() => (licence_causes(facts), None),
            Standing::Paid => (licence_causes(facts), Some(Hold::Redeemed)),
        };
        Self {
            balances,
            causes,
            hold: hold.filter(|_| facts.promotion.is_some()),
            standing,
        }
    }

    /// How the order holds what a line has alone: until one of its own causes revokes the licence.
    pub(super) fn claim(&self, line: usize) -> Option<Claim> {
        match self.standing {
            Standing::Without => None,
            Standing::Open => Some(Claim::Reserved),
            Standing::Paid => {
                let causes = self.causes.get(line)?;
                let is_revoked = causes.values().any(|bearing| *bearing == Bearing::Revokes);
                (!is_revoked).then_some(Claim::Taken)
            }
        }
    }

    pub(super) fn amounts(&self, line: usize) -> Amounts {
        self.balances
            .get(line)
            .map_or_else(Amounts::default, |balance| Amounts {
                revenue_minor: balance.paid.amount,
                refunded_minor: balance.refunded.amount,
                pending_minor: balance.pending.amount,
                lost_minor: balance.lost.amount,
                balance_minor: balance.kept.amount,
                tax_in_balance_minor: balance.tax_kept.amount,
            })
    }

    /// What of a line stands invoiced once all documents are there: what more went back than had come, no invoice has.
    pub(super) fn to_be_invoiced(&self, line: usize) -> i64 {
        match (self.standing, self.balances.get(line)) {
            (Standing::Paid, Some(balance)) => {
                balance.paid.amount - balance.refunded.amount.min(balance.paid.amount)
            }
            (Standing::Without | Standing::Open, _) | (Standing::Paid, None) => 0,
        }
    }
}

pub(super) fn is_exclusive(line: &OrderLine) -> bool {
    line.licence_kind == LicenceKind::Exclusive
}

pub(super) fn lines(facts: &OrderFacts) -> impl Iterator<Item = (usize, &OrderLine, Supplier)> {
    facts
        .lines
        .iter()
        .enumerate()
        .map(|(number, line)| (number, line, Supplier::of_line(line)))
}
