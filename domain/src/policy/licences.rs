//! The licences of an order, as soon as it is paid.

use super::instruction::Instruction;
use crate::decider::Decider as _;
use crate::licence::LicenceGrant;
use crate::order::{Order, OrderEvent, OrderFacts, OrderLine, OrderState};
use crate::values::LicenceId;

/// The most licences that are issued in the very append that pays their order. The few orders with more get all of them
/// right after it, in several appends.
pub const LICENCES_WITH_PAYMENT_MAX: u32 = 100;

/// The licences that go into the same append as an order's new events: those of an order that is paid by them.
/// `before` is the order's state before these events.
pub fn licences_with(before: &OrderState, events: &[OrderEvent]) -> Vec<LicenceGrant> {
    if !events.iter().any(|event| matches!(event, OrderEvent::Paid(_))) {
        return vec![];
    }
    let after = events.iter().fold(before.clone(), Order::evolve);
    let facts = after.facts().filter(|facts| !is_large(facts));
    facts.map(|facts| grants(facts).collect()).unwrap_or_default()
}

/// The licences that follow later from the event that an order was paid.
pub(super) fn licences_after(facts: &OrderFacts) -> Vec<Instruction> {
    if !is_large(facts) {
        return vec![];
    }
    grants(facts)
        .map(|grant| Instruction::IssueLicence(Box::new(grant)))
        .collect()
}

fn is_large(facts: &OrderFacts) -> bool {
    let licences: u32 = facts.lines.iter().map(|line| line.quantity.get()).sum();
    licences > LICENCES_WITH_PAYMENT_MAX
}

/// A licence for each unit of each line.
fn grants(facts: &OrderFacts) -> impl Iterator<Item = LicenceGrant> {
    (0..)
        .zip(&facts.lines)
        .flat_map(move |(index, line)| units(line).map(move |unit| grant(facts, index, line, unit)))
}

fn units(line: &OrderLine) -> std::ops::Range<u32> {
    0..line.quantity.get()
}

fn grant(facts: &OrderFacts, index: u32, line: &OrderLine, unit: u32) -> LicenceGrant {
    LicenceGrant {
        licence_id: LicenceId::of_unit(facts.order_id, index, unit),
        order_id: facts.order_id,
        line: index,
        unit,
        buyer_id: facts.buyer_id,
        seller_id: line.seller_id,
        product_id: line.product_id,
        offer_id: line.offer_id,
        title: line.title.clone(),
        kind: line.licence_kind,
        terms_version: line.terms_version.clone(),
        terms_hash: line.terms_hash,
        use_terms: line.licence_terms.unwrap_or_default(),
        upgrade_of: line.upgrade.map(|upgrade| upgrade.licence_id),
    }
}
