//! Whether a line agrees with itself.

use super::ContentError;
use crate::document::content::DocumentLine;
use crate::values::{Currency, Money, PriceBasis};

/// Price times quantity, less the allowances, is what is charged; and what is charged is net and tax.
pub(super) fn check(line: &DocumentLine, currency: Currency) -> Result<(), ContentError> {
    let allowances = || line.allowances.iter();
    let amounts = [
        line.unit_price,
        line.net_before_allowances,
        line.net,
        line.tax,
        line.gross,
    ];
    let taken_off = allowances().flat_map(|allowance| [allowance.amount, allowance.net]);
    for amount in amounts.into_iter().chain(taken_off) {
        // Adding is what checks the currency.
        amount.plus(Money::zero(currency))?;
        if amount.amount < 0 {
            return Err(ContentError::Negative);
        }
    }
    let off = Money::sum(currency, allowances().map(|allowance| allowance.amount))?;
    let net_off = Money::sum(currency, allowances().map(|allowance| allowance.net))?;
    let charged = line.unit_price.times(line.quantity)?.minus(off)?;
    let is_charged = match line.price_basis {
        PriceBasis::TaxIncluded => line.gross,
        PriceBasis::TaxExcluded => line.net,
    };
    let adds_up = charged == is_charged
        && line.net.plus(line.tax)? == line.gross
        && line.net.plus(net_off)? == line.net_before_allowances;
    if adds_up && line.quantity > 0 {
        Ok(())
    } else {
        Err(ContentError::LineDoesNotAddUp {
            order_line: line.order_line,
        })
    }
}
