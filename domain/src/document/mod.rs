//! Document: an invoice or a credit note, from its issue to the end of the time for which it must be kept.

mod content;
mod locale;
mod number;

pub use content::{
    AllowanceReason, BuyerParty, CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine,
    DocumentPayment, DocumentTotals, LineAllowance, Mention, Parties, PostalAddress, PrecedingDocument,
    RateTotal, Supplier, SupplierParty, VatCategory, VatKind,
};
pub use locale::Locale;
pub use number::DocumentNumber;
