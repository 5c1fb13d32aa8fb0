//! Each order under the rules.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use comptoir_domain::order::{LineBalance, OrderFacts, OrderLine, RefundWindows};
use comptoir_domain::promo::PromoTerms;
use comptoir_domain::values::{
    Money, MoneyError, PersonId, PromoCode, PromoId, RefundId, TaxFacts, TaxTreatment,
};
use comptoir_ledger::Position;

use super::WhatIfError;
use super::past::{Opening, Past, PastOrder};
use super::report::{Books, WhatIfReport};
use super::rules::{FeeBase, FeeRule, PromotionRule, Rules};

/// The whole past under the rules.
pub(super) fn reckon(past: &Past, rules: &Rules, through: Position) -> Result<WhatIfReport, WhatIfError> {
    let mut promotions = Promotions::of(past, rules)?;
    let mut report = WhatIfReport::new(through);
    for order in &past.orders {
        let Some(facts) = order.state.facts() else {
            continue;
        };
        let out_of_range = |_: MoneyError| WhatIfError::OutOfRange {
            order: facts.order_id.to_string(),
        };
        let other = under(facts, order, rules, &mut promotions).map_err(out_of_range)?;
        let before = books(facts, None).map_err(out_of_range)?;
        let after = books(&other, rules.platform_fee).map_err(out_of_range)?;
        report
            .add(facts.total.currency, before, &after)
            .map_err(out_of_range)?;
    }
    Ok(report)
}

fn under(
    facts: &OrderFacts,
    order: &PastOrder,
    rules: &Rules,
    promotions: &mut Promotions<'_>,
) -> Result<OrderFacts, MoneyError> {
    let discounts = promotions.discounts(facts)?;
    let taxes = facts.lines.iter().map(|line| tax(line, facts, rules)).collect();
    let lines = facts.priced_again(&discounts, taxes)?;
    facts.under(lines, |refund_id| takes_place(refund_id, facts, order, rules))
}

/// A seller's refund outside the window counts as not made. Those of the platform, of buyers who withdraw, and of the engine
/// itself have other windows, or none.
fn takes_place(refund_id: RefundId, facts: &OrderFacts, order: &PastOrder, rules: &Rules) -> bool {
    let (Some(rule), Some(Opening { by: Some(by), at })) =
        (rules.refund_window, order.openings.get(&refund_id))
    else {
        return true;
    };
    if facts.lines.iter().all(|line| line.seller_id != *by) {
        return true;
    }
    let windows = RefundWindows {
        seller_days: rule.seller_days,
        admin_days: RefundWindows::ADMIN_DAYS,
    };
    facts.seller_may_refund(windows, *at)
}

/// The tax facts of a line: with the rate of a rule, if the line is taxed in its country, of its kind, and on its days.
fn tax(line: &OrderLine, facts: &OrderFacts, rules: &Rules) -> TaxFacts {
    let day: NaiveDate = facts.placed_at.date_naive();
    let rule = rules.vat.iter().find(|rule| {
        line.tax.treatment == TaxTreatment::Taxed
            && (rule.country, rule.category) == (line.tax.country, line.tax.category)
            && (rule.from..=rule.until).contains(&day)
    });
    rule.map_or_else(
        || line.tax.clone(),
        |rule| TaxFacts {
            rate_basis_points: rule.rate_basis_points,
            ..line.tax.clone()
        },
    )
}

/// The promotions that rules are about, and how often each was used so far.
struct Promotions<'a> {
    changed: HashMap<PromoId, (PromoTerms, &'a PromotionRule)>,
    used: HashMap<PromoId, u32>,
}

impl<'a> Promotions<'a> {
    fn of(past: &Past, rules: &'a Rules) -> Result<Self, WhatIfError> {
        let mut changed = HashMap::new();
        for rule in &rules.promotion {
            let of_code = |(_, (code, _)): &(&PromoId, &(PromoCode, PromoTerms))| *code == rule.code;
            let (promo_id, (_, terms)) = past
                .promotions
                .iter()
                .find(of_code)
                .ok_or_else(|| WhatIfError::UnknownPromotion(rule.code.to_string()))?;
            let terms = PromoTerms {
                benefit: rule.benefit.unwrap_or(terms.benefit),
                minimum: rule.minimum.or(terms.minimum),
                ..terms.clone()
            };
            changed.insert(*promo_id, (terms, rule));
        }
        Ok(Self {
            changed,
            used: HashMap::new(),
        })
    }

    /// What comes off each line of an order: by the new terms of its promotion, if a rule is about it; nothing, where these
    /// refuse it, or where as many paid orders before it have used it as may.
    fn discounts(&mut self, facts: &OrderFacts) -> Result<Vec<Money>, MoneyError> {
        let recorded = || facts.lines.iter().map(|line| line.discount).collect();
        let applied = facts.promotion.as_ref().and_then(|promotion| {
            let (terms, rule) = self.changed.get(&promotion.promo_id)?;
            Some((promotion.promo_id, terms, rule.uses_max))
        });
        let Some((promo_id, terms, uses_max)) = applied else {
            return Ok(recorded());
        };
        let currency = facts.total.currency;
        let none = vec![Money::zero(currency); facts.lines.len()];
        if facts.paid_at.is_some() {
            let used = self.used.entry(promo_id).or_default();
            *used += 1;
            if uses_max.is_some_and(|most| *used > most) {
                return Ok(none);
            }
        }
        Ok(terms.discounts(&facts.discountable()?, currency)?.unwrap_or(none))
    }
}

/// What an order comes to for each of its sellers.
fn books(facts: &OrderFacts, fee: Option<FeeRule>) -> Result<BTreeMap<PersonId, Books>, MoneyError> {
    let balances = facts.balances();
    let fees = match fee {
        Some(fee) => fees(&balances, fee, facts)?,
        None => vec![Money::zero(facts.total.currency); balances.len()],
    };
    let mut sellers: BTreeMap<PersonId, Books> = BTreeMap::new();
    for ((balance, fee), line) in balances.iter().zip(fees).zip(&facts.lines) {
        let is_paid = !facts.received.is_zero() || facts.paid_at.is_some();
        let discount = if is_paid { line.discount.amount } else { 0 };
        sellers.entry(balance.seller_id).or_default().add(Books {
            paid: balance.paid.amount,
            discount,
            pending: balance.pending.amount,
            refunded: balance.refunded.amount,
            lost: balance.lost.amount,
            kept: balance.kept.amount,
            tax_kept: balance.tax_kept.amount,
            fee: fee.amount,
        })?;
    }
    Ok(sellers)
}

/// The fee of an order, rounded once half away from zero, and spread over its lines by largest remainder.
fn fees(balances: &[LineBalance], rule: FeeRule, facts: &OrderFacts) -> Result<Vec<Money>, MoneyError> {
    let currency = facts.total.currency;
    let base = |balance: &LineBalance| {
        let amount = match rule.of {
            FeeBase::Gross => balance.kept.amount,
            FeeBase::Net => balance.kept.amount - balance.tax_kept.amount,
        };
        Money::new(amount.max(0), currency)
    };
    let bases: Vec<Money> = balances.iter().map(base).collect();
    let whole = Money::sum(currency, bases.iter().copied())?.share(rule.basis_points)?;
    if whole.is_zero() {
        return Ok(vec![whole; bases.len()]);
    }
    whole.split_over(&bases)
}
