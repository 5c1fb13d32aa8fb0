//! What a promotion takes off which line.

use super::error::PromoRefusal;
use super::terms::{Benefit, PromoTerms};
use crate::values::{Currency, Money, MoneyError, PersonId, ProductId};

/// A line as a promotion sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiscountableLine {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub seller_id: PersonId,
    /// Its price before the promotion, never negative.
    pub amount: Money,
}

impl PromoTerms {
    /// The discount on each line: zero on those that it is not for. The whole is spread over the others by their price, by
    /// largest remainder, so that no line goes below zero and the parts add up.
    pub fn discounts(
        &self,
        lines: &[DiscountableLine],
        currency: Currency,
    ) -> Result<Result<Vec<Money>, PromoRefusal>, MoneyError> {
        let covered = |line: &DiscountableLine| self.scope.covers(line.product_id, line.seller_id);
        let amounts: Vec<Money> = lines
            .iter()
            .map(|line| {
                if covered(line) {
                    line.amount
                } else {
                    Money::zero(currency)
                }
            })
            .collect();
        let subtotal = Money::sum(currency, amounts.iter().copied())?;
        if subtotal.is_zero() {
            return Ok(Err(PromoRefusal::NotApplicable));
        }
        if let Some(minimum) = self.minimum {
            if minimum.currency != currency {
                let currency = minimum.currency;
                return Ok(Err(PromoRefusal::WrongCurrency { currency }));
            }
            if subtotal.amount < minimum.amount {
                return Ok(Err(PromoRefusal::MinimumNotMet { minimum }));
            }
        }
        let whole = match self.benefit {
            Benefit::Percent { basis_points } => subtotal.share(basis_points)?,
            Benefit::Fixed { amount } if amount.currency != currency => {
                let currency = amount.currency;
                return Ok(Err(PromoRefusal::WrongCurrency { currency }));
            }
            Benefit::Fixed { amount } => Money::new(amount.amount.min(subtotal.amount), currency),
        };
        if whole.is_zero() {
            return Ok(Err(PromoRefusal::NotApplicable));
        }
        let weights: Vec<i64> = amounts.iter().map(|amount| amount.amount).collect();
        whole.allocate(&weights).map(Ok)
    }
}
