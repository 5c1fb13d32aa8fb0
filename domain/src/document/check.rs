//! Whether what stands on a document agrees with itself, before it is issued and can never be changed.

mod lines;

use thiserror::Error;

use super::content::{
    CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentTotals, RateTotal, VatCategory,
};
use crate::tax::INVOICE_DECIMALS_MAX;
use crate::values::{BasisPoints, Currency, Money, MoneyError, SubjectId};

/// What about a content contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ContentError {
    /// There are no lines.
    #[error("a document has at least one line")]
    NoLines,
    /// The lines do not stand in the order of the order's lines, or one of them is there twice.
    #[error("the lines are not in the order of the order's lines")]
    LineOrder,
    /// Amounts in this currency have more decimals than EN 16931 knows (BR-DEC-09 and others).
    #[error("amounts of an invoice have two decimals at most")]
    TooManyDecimals,
    /// Something is below zero; credit notes have positive amounts too.
    #[error("an amount is negative")]
    Negative,
    /// Something is in another currency, or too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Price, quantity, allowances, net, tax and gross of a line do not agree.
    #[error("line {order_line} does not add up")]
    LineDoesNotAddUp {
        /// The line of the order, counted from 0.
        order_line: u32,
    },
    /// A kind of VAT stands there twice, or without a line, or not at all.
    #[error("the kinds of VAT are not those of the lines")]
    OtherKinds,
    /// The total of a kind of VAT is not the sum of its lines.
    #[error("the totals of a kind of VAT are not the sums of its lines")]
    RateDoesNotAddUp,
    /// The rate is not one of the category: above zero for the standard one, zero for the others.
    #[error("the rate does not fit the category of VAT")]
    RateOfAnotherCategory,
    /// The tax is not what the rate makes of the net total.
    #[error("the tax of a kind of VAT is not what its rate makes of its net total")]
    TaxOfAnotherRate,
    /// There is tax where there is none, or the reason why there is none is missing, or out of place.
    #[error("the reason why there is no tax is missing, or out of place")]
    Exemption,
    /// The customer owes the tax, and is not a business.
    #[error("only a business owes the tax itself")]
    ReverseChargeOfConsumer,
    /// The totals are not the sums of the kinds of VAT, or net and tax are not gross.
    #[error("the totals do not add up")]
    TotalsDoNotAddUp,
    /// A document follows a payment: nothing is left to be paid.
    #[error("the document is not paid")]
    NotPaid,
    /// A credit note refers to the invoice that it credits.
    #[error("a credit note must refer to its invoice")]
    PrecedingMissing,
    /// The document refers to a later one, or to itself.
    #[error("a document can only refer to an earlier one")]
    PrecedingLater,
    /// A credit note says why, and an invoice has nothing to say.
    #[error("the reason of a credit note is missing, or out of place")]
    Reason,
    /// A refund is named if and only if the credit note follows from one.
    #[error("the refund of a credit note is missing, or out of place")]
    Refund,
    /// Names and addresses are not sealed with the document's own key.
    #[error("the parties are not sealed with the document's own key")]
    SealedForAnother,
}

/// What follows another document takes its figures from it: tax that was spread over lines, and taken back in parts, may be off
/// by more than the rounding of a rate, but by less than a whole unit of the currency, as who validates EN 16931 has it (BR-S-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figures {
    Own,
    OfAnother,
}

impl DocumentContent {
    /// Whether it agrees with itself: by the arithmetic of EN 16931, where tax is computed once for each kind of VAT, and all
    /// that is above is a sum.
    pub fn check(&self) -> Result<(), ContentError> {
        if self.lines.is_empty() {
            return Err(ContentError::NoLines);
        }
        if self.currency.minor_unit_decimals() > INVOICE_DECIMALS_MAX {
            return Err(ContentError::TooManyDecimals);
        }
        let numbers = self.lines.iter().map(|line| line.order_line);
        if !numbers.is_sorted_by(|earlier, later| earlier < later) {
            return Err(ContentError::LineOrder);
        }
        for line in &self.lines {
            lines::check(line, self.currency)?;
        }
        self.check_rates()?;
        self.check_totals()?;
        self.check_reference()?;
        if self.parties.subject == SubjectId::from(self.document_id) {
            Ok(())
        } else {
            Err(ContentError::SealedForAnother)
        }
    }

    fn check_rates(&self) -> Result<(), ContentError> {
        let figures = match self.preceding {
            None => Figures::Own,
            Some(_) => Figures::OfAnother,
        };
        let known = |kind| self.rates.iter().filter(|rate| rate.vat == kind).count() == 1;
        if !self.lines.iter().all(|line| known(line.vat)) {
            return Err(ContentError::OtherKinds);
        }
        for rate in &self.rates {
            let of_kind = || self.lines.iter().filter(|line| line.vat == rate.vat);
            let count = of_kind().count();
            if count == 0 {
                return Err(ContentError::OtherKinds);
            }
            let net = Money::sum(self.currency, of_kind().map(|line| line.net))?;
            let tax = Money::sum(self.currency, of_kind().map(|line| line.tax))?;
            if (rate.net, rate.tax) != (net, tax) {
                return Err(ContentError::RateDoesNotAddUp);
            }
            rate.check(count, figures)?;
            let reverse = rate.vat.category == VatCategory::ReverseCharge;
            if reverse && self.customer == CustomerKind::Consumer {
                return Err(ContentError::ReverseChargeOfConsumer);
            }
        }
        Ok(())
    }

    fn check_totals(&self) -> Result<(), ContentError> {
        let DocumentTotals {
            net,
            tax,
            gross,
            paid,
            payable,
        } = self.totals;
        let sum = |part: fn(&RateTotal) -> Money| Money::sum(self.currency, self.rates.iter().map(part));
        if net != sum(|rate| rate.net)? || tax != sum(|rate| rate.tax)? || gross != net.plus(tax)? {
            return Err(ContentError::TotalsDoNotAddUp);
        }
        if paid == gross && payable == Money::zero(self.currency) {
            Ok(())
        } else {
            Err(ContentError::NotPaid)
        }
    }

    fn check_reference(&self) -> Result<(), ContentError> {
        match (self.kind, self.reason) {
            (DocumentKind::Invoice, None) | (DocumentKind::CreditNote, Some(_)) => {}
            (DocumentKind::Invoice, Some(_)) | (DocumentKind::CreditNote, None) => {
                return Err(ContentError::Reason);
            }
        }
        match (self.reason, self.payment.refund_id) {
            (Some(CreditReason::Refund), Some(_)) | (Some(CreditReason::BuyerCorrected) | None, None) => {}
            (Some(CreditReason::Refund), None) | (Some(CreditReason::BuyerCorrected) | None, Some(_)) => {
                return Err(ContentError::Refund);
            }
        }
        match (self.kind, &self.preceding) {
            (DocumentKind::CreditNote, None) => Err(ContentError::PrecedingMissing),
            (_, Some(earlier))
                if earlier.issued_on > self.issued_on || earlier.document_id == self.document_id =>
            {
                Err(ContentError::PrecedingLater)
            }
            (DocumentKind::Invoice, None) | (_, Some(_)) => Ok(()),
        }
    }
}

/// One less than the minor units that a unit has.
fn almost_a_unit(currency: Currency) -> u64 {
    let decimals = u32::from(currency.minor_unit_decimals());
    10_u64.saturating_pow(decimals).saturating_sub(1)
}

impl RateTotal {
    fn check(&self, lines: usize, figures: Figures) -> Result<(), ContentError> {
        let is_taxed = match self.vat.category {
            VatCategory::Standard => true,
            VatCategory::Zero
            | VatCategory::Exempt
            | VatCategory::ReverseCharge
            | VatCategory::IntraCommunity
            | VatCategory::Export
            | VatCategory::OutsideScope => false,
        };
        if is_taxed == (self.vat.rate == BasisPoints::ZERO) {
            return Err(ContentError::RateOfAnotherCategory);
        }
        // What is taxed at zero is taxed, and needs no excuse.
        let needs_reason = !is_taxed && self.vat.category != VatCategory::Zero;
        let says_why = self.exemption.is_some();
        let has_code = self.exemption_code.is_some();
        if needs_reason != says_why || (has_code && !needs_reason) || (!is_taxed && !self.tax.is_zero()) {
            return Err(ContentError::Exemption);
        }
        let expected = self.net.share(self.vat.rate)?;
        let off = self.tax.minus(expected)?.amount.unsigned_abs();
        // A line of an order that was placed when each line's tax was rounded by itself may be off by one.
        let tolerance = u64::try_from(lines).unwrap_or(u64::MAX);
        let tolerance = match figures {
            Figures::Own => tolerance,
            Figures::OfAnother => tolerance.saturating_mul(2).max(almost_a_unit(self.net.currency)),
        };
        if off > tolerance {
            Err(ContentError::TaxOfAnotherRate)
        } else {
            Ok(())
        }
    }
}
