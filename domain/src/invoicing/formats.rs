//! The templates of a supplier's two series.

use super::format::{NumberFormat, NumberFormatError};
use crate::document::{DocumentKind, Supplier};

/// How the numbers of a supplier's two series are written: so that an invoice and a credit note never have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesFormats {
    invoices: NumberFormat,
    credit_notes: NumberFormat,
}

impl SeriesFormats {
    /// Checks both together. Where sellers invoice, they hold for each of them; any seller will do as `supplier`.
    pub fn try_new(
        supplier: Supplier,
        invoices: NumberFormat,
        credit_notes: NumberFormat,
    ) -> Result<Self, NumberFormatError> {
        invoices.suits(supplier)?;
        credit_notes.suits(supplier)?;
        if invoices.differs_from(&credit_notes)? {
            Ok(Self {
                invoices,
                credit_notes,
            })
        } else {
            Err(NumberFormatError::SameNumbers)
        }
    }

    /// `FA-2026-000001` and `AV-2026-000001`.
    pub fn usual_of_platform() -> Self {
        Self {
            invoices: NumberFormat::usual("FA-{year}-{number:6}"),
            credit_notes: NumberFormat::usual("AV-{year}-{number:6}"),
        }
    }

    /// `FM-1A2B3C4D5E-2026-00001` and `AM-1A2B3C4D5E-2026-00001`: what the platform issues by mandate begins otherwise than
    /// what it issues for itself, and than what the seller may issue elsewhere.
    pub fn usual_of_sellers() -> Self {
        Self {
            invoices: NumberFormat::usual("FM-{supplier}-{year}-{number:5}"),
            credit_notes: NumberFormat::usual("AM-{supplier}-{year}-{number:5}"),
        }
    }

    /// The template for a kind of document.
    pub const fn of(&self, kind: DocumentKind) -> &NumberFormat {
        match kind {
            DocumentKind::Invoice => &self.invoices,
            DocumentKind::CreditNote => &self.credit_notes,
        }
    }
}
