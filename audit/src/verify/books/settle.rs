//! What is still open where the ledger ends: under way, or a finding.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::licence::LicenceCause;
use comptoir_domain::values::Currency;
use serde::Serialize;

use super::Books;
use super::debts::{Balance, Term};
use super::event::Since;
use super::order_view::Claim;
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

/// What the engine's workers have still to do where the ledger ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnderWay {
    /// The rule that will hold once they have.
    pub rule: Rule,
    /// How many times.
    pub count: u64,
    /// How long the oldest of them has waited, by the time of the newest event.
    pub oldest_s: i64,
}

/// What is open at the end, apart from findings.
#[derive(Debug)]
pub(in crate::verify) struct Settled {
    pub(in crate::verify) under_way: Vec<UnderWay>,
    /// Orders, by supplier, that were paid and have no document: no invoicing, or no mandate.
    pub(in crate::verify) without_documents: u64,
}

/// Something that is open.
type Owed = (Since, Rule, Term, String);

impl Books {
    /// Settles all debts.
    pub(in crate::verify) fn settle(
        mut self,
        end: DateTime<Utc>,
        patience: TimeDelta,
        findings: &mut Findings,
    ) -> Settled {
        self.check_received(findings);
        let mut owed = Vec::new();
        self.owed_rights(&mut owed);
        self.owed_money(&mut owed);
        let without_documents = self.owed_documents(&mut owed);
        owed.sort_unstable();
        let mut under_way: BTreeMap<Rule, UnderWay> = BTreeMap::new();
        for (since, rule, term, what) in owed {
            let age = end - since.at;
            if term == Term::AtOnce || age > patience {
                findings.at(rule, since.position, "", || what);
                continue;
            }
            let waiting = under_way.entry(rule).or_insert(UnderWay {
                rule,
                count: 0,
                oldest_s: 0,
            });
            waiting.count += 1;
            waiting.oldest_s = waiting.oldest_s.max(age.num_seconds());
        }
        Settled {
            under_way: under_way.into_values().collect(),
            without_documents,
        }
    }

    /// What orders say has arrived is what their lines were paid with.
    fn check_received(&self, findings: &mut Findings) {
        let totals = self.totals.totals();
        let paid: HashMap<Currency, i64> = totals
            .currencies
            .iter()
            .map(|total| (total.currency, total.amounts.revenue_minor))
            .collect();
        for (currency, received) in &self.received {
            let paid = paid.get(currency).copied().unwrap_or_default();
            if paid != *received {
                findings.general(Rule::MoneyConserved, || {
                    format!("{received} minor units of {currency} have arrived, and the lines of all orders were paid with {paid}")
                });
            }
        }
    }

    fn owed_rights(&mut self, owed: &mut Vec<Owed>) {
        for (licence_id, (_, since)) in self.licences_due.drain() {
            let what = format!("a unit was paid, and its licence {licence_id} was not issued");
            owed.push((since, Rule::LicencePaid, Term::Soon, what));
        }
        let upgrades = self.upgrade_claims.take();
        for ((licence_id, cause, _), balance, since) in self.licence_causes.take().open() {
            let lost = self.base_lost.get(&licence_id);
            let is_lost =
                lost.is_some_and(|(base, order_id)| upgrades.is_open(&(*base, *order_id, Claim::Taken)));
            if matches!(cause, LicenceCause::Base { .. }) && balance == Balance::Kept && is_lost {
                continue;
            }
            let kind = cause.kind();
            let what = match balance {
                Balance::Promised => format!("{licence_id} does not follow a cause of the kind `{kind}`"),
                Balance::Kept => {
                    format!("{licence_id} follows a cause of the kind `{kind}` that does not stand")
                }
                Balance::Late => format!("{licence_id} was late to follow a cause of the kind `{kind}`"),
            };
            owed.push((since, Rule::LicenceStanding, Term::Soon, what));
        }
        let lost: HashSet<_> = self.base_lost.values().copied().collect();
        for ((licence_id, order_id, claim), balance, since) in upgrades.open() {
            let is_lost = claim == Claim::Taken && lost.contains(&(licence_id, order_id));
            if balance == Balance::Promised && is_lost {
                continue;
            }
            let what = contradiction(balance, &licence_id.to_string(), &order_id.to_string());
            owed.push((since, Rule::UpgradeClaim, claim.term(), what));
        }
        for ((product_id, order_id, claim), balance, since) in self.exclusive_claims.take().open() {
            let is_lost = claim == Claim::Taken && self.resold.contains_key(&(product_id, order_id));
            if balance == Balance::Promised && is_lost {
                continue;
            }
            let what = contradiction(balance, &product_id.to_string(), &order_id.to_string());
            owed.push((since, Rule::ExclusiveClaim, claim.term(), what));
        }
        for ((promo_id, order_id, _), balance, since) in self.promotion_uses.take().open() {
            let what = contradiction(balance, &promo_id.to_string(), &order_id.to_string());
            owed.push((since, Rule::PromotionUse, Term::AtOnce, what));
        }
    }

    fn owed_money(&mut self, owed: &mut Vec<Owed>) {
        for (order_id, since) in self.refunded_too_much.drain() {
            let what = format!("more has gone back of {order_id} than had come, and nobody was told");
            owed.push((since, Rule::RefundWithinPayment, Term::AtOnce, what));
        }
        for (refund_id, asked) in self.refunds_asked.drain() {
            let what = format!("{refund_id} was opened, and nobody was asked for it");
            owed.push((asked.since, Rule::RefundAsked, Term::Soon, what));
        }
        for ((refund_id, _), balance, since) in self.refund_outcomes.take().open() {
            let what = match balance {
                Balance::Promised => {
                    format!("the order says that {refund_id} has ended, and the refund does not")
                }
                Balance::Kept => format!("{refund_id} has ended, and the order does not say so"),
                Balance::Late => format!("the order and {refund_id} did not end together"),
            };
            owed.push((since, Rule::RefundOutcome, Term::Soon, what));
        }
    }

    /// How many suppliers' parts of orders have no document at all is answered.
    fn owed_documents(&mut self, owed: &mut Vec<Owed>) -> u64 {
        for (figures, balance, since) in self.numbered.take().open() {
            let what = match balance {
                Balance::Promised => format!(
                    "the number was given out, and {} does not have it",
                    figures.document_id
                ),
                Balance::Kept => "the document has a number that its series did not give out".to_owned(),
                Balance::Late => format!("{} and its number were not issued together", figures.document_id),
            };
            owed.push((since, Rule::NumberDocument, Term::AtOnce, what));
        }
        for (figures, balance, since) in self.credited.take().open() {
            let what = match balance {
                Balance::Promised => format!(
                    "{} takes back something else, or is not there",
                    figures.document_id
                ),
                Balance::Kept => "the credit note takes back what its invoice does not say".to_owned(),
                Balance::Late => format!("{} and its invoice did not move together", figures.document_id),
            };
            owed.push((since, Rule::DocumentAmounts, Term::AtOnce, what));
        }
        for (document_id, balance, since) in self.followed.take().open() {
            let what = match balance {
                Balance::Promised => format!("{document_id}, which was to follow, is not there"),
                Balance::Kept => "the invoice follows another document, which does not say so".to_owned(),
                Balance::Late => format!("{document_id} did not come with what it follows"),
            };
            owed.push((since, Rule::DocumentAmounts, Term::AtOnce, what));
        }
        let mut without = 0;
        for ((order_id, supplier), billed) in self.billed.drain() {
            match (billed.outstanding, billed.has_documents) {
                (0, _) => {}
                (1.., false) => without += 1,
                _ if self.no_longer_kept.contains(&(order_id, supplier)) => {}
                (outstanding, _) => {
                    let what = format!(
                        "invoices less credit notes of {supplier} for {order_id} differ by {outstanding} minor units from \
                         what was paid less what has gone back"
                    );
                    owed.push((billed.since, Rule::DocumentBalance, Term::Soon, what));
                }
            }
        }
        without
    }
}

fn contradiction(balance: Balance, what: &str, order: &str) -> String {
    match balance {
        Balance::Promised => format!("{order} says that it has {what}, which does not say so"),
        Balance::Kept => format!("{what} says that {order} has it, which does not say so"),
        Balance::Late => format!("{order} and {what} did not move together"),
    }
}
