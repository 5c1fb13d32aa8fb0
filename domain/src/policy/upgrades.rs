//! What an order's events do to the licences that it upgrades, in the same append; and what was paid for a licence.

use super::licence_causes;
use super::rights::{Step, moves};
use crate::licence::{HeldLicence, LicenceCommand, UpgradeReleaseReason, UpgradeStep};
use crate::order::{
    LineBalance, OrderEvent, OrderFacts, OrderLine, OrderState, PaidForLicence, Soundness, UpgradeBase,
};
use crate::values::{LicenceId, Money};

/// A command to a licence, to be decided on its loaded state and appended together with the order's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradeMove {
    /// The licence that is given up.
    pub licence_id: LicenceId,
    /// What it is told.
    pub command: LicenceCommand,
}

/// The commands to licences that go into the same append as an order's new events, one after the other. `before` is the
/// order's state before these events.
pub fn upgrade_moves(before: &OrderState, events: &[OrderEvent]) -> Vec<UpgradeMove> {
    moves(before, events, |facts, step, at| {
        let order_id = facts.order_id;
        let told = facts.upgrades().map(|(line, upgrade)| {
            let step = match step {
                Step::Reserve => UpgradeStep::Reserve {
                    buyer_id: facts.buyer_id,
                },
                Step::Release => UpgradeStep::Release(UpgradeReleaseReason::NotPaid),
                Step::Take => superseding(facts, line),
            };
            UpgradeMove {
                licence_id: upgrade.licence_id,
                command: step.of_order(order_id, at),
            }
        });
        told.collect()
    })
}

/// The licence of a line, of which there is one, takes the place of the one that it upgrades.
pub(super) fn superseding(facts: &OrderFacts, line: u32) -> UpgradeStep {
    UpgradeStep::Supersede {
        buyer_id: facts.buyer_id,
        by: LicenceId::of_unit(facts.order_id, line, 0),
    }
}

/// What a licence counts towards a bigger one. `chain` begins with the licence and its order; if it is itself an upgrade, the
/// smaller one comes next, and so on. None if an order does not fit its licence.
///
/// What was paid counts, not the price before a discount: nobody is credited what they did not pay. What was refunded since,
/// or is on its way back, does not count either. Of a line of several units each licence has an equal share, rounded down.
pub fn upgrade_base(chain: &[(&HeldLicence, &OrderFacts)]) -> Option<UpgradeBase> {
    let (held, order) = chain.first()?;
    let currency = order.total.currency;
    let (mut gross, mut net) = (Money::zero(currency), Money::zero(currency));
    let mut soundness = Soundness::Sound;
    for (held, order) in chain {
        let (line, balance) = bought(held, order)?;
        let causes = licence_causes(order);
        let said_against = causes.get(usize::try_from(held.grant.line).ok()?)?;
        let goes_back = balance.kept.amount <= 0 && !balance.paid.is_zero();
        if goes_back || !said_against.is_empty() {
            soundness = Soundness::Contested;
        }
        let units = i64::from(line.quantity.get());
        let of_unit = |amount: i64| Money::new(amount.max(0) / units, currency);
        gross = gross.plus(of_unit(balance.kept.amount)).ok()?;
        let without_tax = balance.kept.minus(balance.tax_kept).ok()?;
        net = net.plus(of_unit(without_tax.amount)).ok()?;
    }
    let (line, _) = bought(held, order)?;
    Some(UpgradeBase {
        held: (*held).clone(),
        soundness,
        unit_price: line.unit_price,
        paid: PaidForLicence { gross, net },
    })
}

fn bought<'a>(held: &HeldLicence, order: &'a OrderFacts) -> Option<(&'a OrderLine, LineBalance)> {
    let index = usize::try_from(held.grant.line).ok()?;
    let line = order.lines.get(index)?;
    Some((line, *order.balances().get(index)?))
}
