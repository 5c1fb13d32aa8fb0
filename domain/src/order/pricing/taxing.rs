//! The tax of an order's lines, computed as an invoice states it: once for each kind, on what the lines come to together
//! (EN 16931, BR-CO-17; rounding each line by itself would add up to something else).

use std::collections::BTreeMap;

use super::CheckedLine;
use crate::document::{Supplier, VatKind};
use crate::order::line::OrderLine;
use crate::product::OfferSnapshot;
use crate::tax::SupplierTaxes;
use crate::values::{CountryCode, Money, MoneyError, PriceBasis, TaxFacts, Taxed};

/// The lines with their discounts and their tax.
pub(super) fn with_tax(
    lines: Vec<CheckedLine>,
    discounts: Vec<Money>,
    tax: &SupplierTaxes,
) -> Result<Vec<OrderLine>, MoneyError> {
    let facts: Vec<TaxFacts> = lines
        .iter()
        .map(|line| tax.facts_for(line.snapshot.seller_id, line.snapshot.offer.tax_category))
        .collect();
    let untaxed = lines.iter().zip(&facts).zip(&discounts);
    let untaxed: Result<Vec<Untaxed<'_>>, MoneyError> = untaxed
        .map(|((line, tax), discount)| {
            Ok(Untaxed {
                supplier: Supplier::of(tax.supplier_of_record, line.snapshot.seller_id),
                tax,
                amount: line.amount.minus(*discount)?,
            })
        })
        .collect();
    let amounts = taxed(&untaxed?)?;
    let lines = lines
        .into_iter()
        .zip(discounts)
        .zip(facts.into_iter().zip(amounts));
    Ok(lines
        .map(|((line, discount), (facts, amount))| line.priced(discount, facts, amount))
        .collect())
}

/// Lines that were sold, with other discounts and other taxes.
pub(in crate::order) fn tax_again(
    lines: &[OrderLine],
    discounts: &[Money],
    taxes: Vec<TaxFacts>,
) -> Result<Vec<OrderLine>, MoneyError> {
    let untaxed = lines.iter().zip(&taxes).zip(discounts);
    let untaxed: Result<Vec<Untaxed<'_>>, MoneyError> = untaxed
        .map(|((line, tax), discount)| {
            Ok(Untaxed {
                supplier: Supplier::of(tax.supplier_of_record, line.seller_id),
                tax,
                amount: line.undiscounted()?.minus(*discount)?,
            })
        })
        .collect();
    let amounts = taxed(&untaxed?)?;
    let sold = lines.iter().zip(discounts).zip(taxes.into_iter().zip(amounts));
    Ok(sold
        .map(|((line, discount), (tax, amount))| OrderLine {
            discount: *discount,
            total: amount.total,
            tax_amount: amount.tax,
            tax,
            ..line.clone()
        })
        .collect())
}

impl CheckedLine {
    fn priced(self, discount: Money, facts: TaxFacts, amount: Taxed) -> OrderLine {
        let OfferSnapshot {
            product_id,
            offer_id,
            seller_id,
            title,
            offer,
        } = self.snapshot;
        OrderLine {
            product_id,
            offer_id,
            seller_id,
            title,
            licence_kind: offer.kind,
            terms_version: offer.terms_version,
            terms_hash: offer.terms_hash,
            unit_price: offer.price,
            quantity: self.quantity,
            upgrade: self.upgrade,
            discount,
            total: amount.total,
            tax_amount: amount.tax,
            tax: facts,
            licence_terms: offer.use_terms.if_special(),
        }
    }
}

/// A line whose discount is known.
#[derive(Debug, Clone, Copy)]
struct Untaxed<'a> {
    /// Who supplies it, and so invoices it.
    supplier: Supplier,
    /// How it is taxed.
    tax: &'a TaxFacts,
    /// What is charged for it, on the price basis of the tax.
    amount: Money,
}

/// What is taxed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    supplier: Supplier,
    vat: VatKind,
    country: CountryCode,
    includes_tax: bool,
}

impl Group {
    fn of(line: &Untaxed<'_>) -> Self {
        Self {
            supplier: line.supplier,
            vat: VatKind::of(line.tax),
            country: line.tax.country,
            includes_tax: line.tax.price_basis == PriceBasis::TaxIncluded,
        }
    }
}

/// What the buyer pays for each line, and the tax inside. The tax of a group is rounded once, half away from zero, and spread over
/// its lines by largest remainder; no line has more tax than it has price.
fn taxed(lines: &[Untaxed<'_>]) -> Result<Vec<Taxed>, MoneyError> {
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        groups.entry(Group::of(line)).or_default().push(index);
    }
    let untaxed = |line: &Untaxed<'_>| Taxed {
        total: line.amount,
        tax: Money::zero(line.amount.currency),
    };
    let mut taxed: Vec<Taxed> = lines.iter().map(untaxed).collect();
    for members in groups.into_values() {
        let amounts: Vec<Money> = members.iter().map(|index| lines[*index].amount).collect();
        for (index, tax) in members.iter().zip(shares(lines[members[0]].tax, &amounts)?) {
            let line = &lines[*index];
            taxed[*index] = Taxed {
                total: match line.tax.price_basis {
                    PriceBasis::TaxIncluded => line.amount,
                    PriceBasis::TaxExcluded => line.amount.plus(tax)?,
                },
                tax,
            };
        }
    }
    Ok(taxed)
}

/// The tax of a group, by lines.
fn shares(facts: &TaxFacts, amounts: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let Some(first) = amounts.first() else {
        return Ok(vec![]);
    };
    let all = Money::sum(first.currency, amounts.iter().copied())?;
    let tax = facts.apply(all)?.tax;
    if tax.is_zero() {
        return Ok(vec![tax; amounts.len()]);
    }
    tax.split_over(amounts)
}
