//! The invoice of one supplier of an order.

use chrono::NaiveDate;

use super::{DrawUpError, Drawing, Follows, Matter, SupplierTerms};
use crate::document::content::{
    AllowanceReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine, DocumentPayment,
    LineAllowance, Supplier, VatKind,
};
use crate::order::{OrderFacts, OrderLine};
use crate::tax::vat_currency;
use crate::values::{DocumentId, Money, MoneyError, PriceBasis};

/// What an order does not say of its sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// Whether a business bought, or a consumer: see [`CustomerKind::of`].
    pub customer: CustomerKind,
    /// The day on which the licences were issued, by the supplier's time zone.
    pub supplied_on: NaiveDate,
    /// The day on which the order was paid, by the supplier's time zone.
    pub paid_on: NaiveDate,
}

/// The invoice of a supplier over their lines of a paid order, those that are given away with others included. The figures are
/// the order's. What was taxed otherwise than the seller may invoice it is refused: an invoice cannot mend what was sold.
pub fn draw_up_invoice(
    order: &OrderFacts,
    sale: Sale,
    drawing: Drawing<'_>,
) -> Result<DocumentContent, DrawUpError> {
    let supplier = drawing.allotment.supplier;
    let theirs = || {
        let lines = (0_u32..).zip(&order.lines);
        lines.filter(move |(_, line)| Supplier::of_line(line) == supplier)
    };
    if theirs().all(|(_, line)| line.total.is_zero()) {
        return Err(DrawUpError::Nothing);
    }
    drawing.terms.taxed_as_theirs(order, supplier)?;
    let owed_in = vat_currency(drawing.terms.country);
    if order.total.currency != owed_in && theirs().any(|(_, line)| !line.tax_amount.is_zero()) {
        return Err(DrawUpError::VatInOtherCurrency(owed_in));
    }
    let lines: Result<Vec<DocumentLine>, MoneyError> =
        theirs().map(|(number, line)| invoiced(number, line)).collect();
    let countries = theirs().map(|(_, line)| (VatKind::of(&line.tax), line.tax.country));
    let matter = Matter {
        document_id: DocumentId::of_order(order.order_id, supplier),
        kind: DocumentKind::Invoice,
        supplier,
        order_id: order.order_id,
        buyer_id: order.buyer_id,
        customer: sale.customer,
        supplied_on: sale.supplied_on,
        currency: order.total.currency,
        lines: lines?,
        countries: countries.collect(),
        payment: DocumentPayment {
            payment_id: order.payment_id,
            refund_id: None,
            paid_on: sale.paid_on,
        },
        preceding: None,
        reason: None,
    };
    matter.draw_up(Follows::Nothing, drawing)
}

impl SupplierTerms {
    /// Refuses what was taxed otherwise than the seller may invoice it, by what they say of themselves now.
    pub fn taxed_as_theirs(&self, order: &OrderFacts, supplier: Supplier) -> Result<(), DrawUpError> {
        let Some(seller) = self.tax else { return Ok(()) };
        let (customer, buyer) = (CustomerKind::of(&order.tax.customer), order.tax.place.country);
        let mut theirs = (0_u32..)
            .zip(&order.lines)
            .filter(|(_, line)| Supplier::of_line(line) == supplier);
        match theirs.find(|(_, line)| !seller.may_invoice(&line.tax, customer, buyer)) {
            None => Ok(()),
            Some((order_line, _)) => Err(DrawUpError::TaxedOtherwise { order_line }),
        }
    }
}

fn invoiced(order_line: u32, line: &OrderLine) -> Result<DocumentLine, MoneyError> {
    let net = line.total.minus(line.tax_amount)?;
    let allowances = allowances(line)?;
    let net_off = Money::sum(net.currency, allowances.iter().map(|allowance| allowance.net))?;
    Ok(DocumentLine {
        order_line,
        title: line.title.clone(),
        licence_kind: line.licence_kind,
        terms_version: line.terms_version.clone(),
        quantity: line.quantity.get(),
        unit_price: line.unit_price,
        price_basis: line.tax.price_basis,
        allowances,
        net_before_allowances: net.plus(net_off)?,
        net,
        tax: line.tax_amount,
        gross: line.total,
        vat: VatKind::of(&line.tax),
    })
}

/// What is taken off a line. Where prices hold the tax, so do these: what is taken off in all is rounded once, and its net
/// spread over them by largest remainder.
fn allowances(line: &OrderLine) -> Result<Vec<LineAllowance>, MoneyError> {
    let zero = Money::zero(line.total.currency);
    let credit = line.upgrade.map_or(zero, |upgrade| upgrade.credit);
    let taken_off = [
        (AllowanceReason::Upgrade, credit),
        (AllowanceReason::Promotion, line.discount),
    ];
    let amounts: Vec<_> = taken_off
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .collect();
    if amounts.is_empty() {
        return Ok(vec![]);
    }
    let shares: Vec<Money> = amounts.iter().map(|(_, amount)| *amount).collect();
    let all = Money::sum(zero.currency, shares.iter().copied())?;
    let net = match line.tax.price_basis {
        PriceBasis::TaxExcluded => all,
        PriceBasis::TaxIncluded => all.minus(line.tax.apply(all)?.tax)?,
    };
    let nets = net.split_over(&shares)?;
    let allowances = amounts.into_iter().zip(nets);
    Ok(allowances
        .map(|((reason, amount), net)| LineAllowance { reason, amount, net })
        .collect())
}
