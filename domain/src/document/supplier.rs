//! Who supplies what of an order, and to whom.

use std::fmt;

use super::content::{CustomerKind, DocumentKind, Supplier};
use crate::order::{OrderFacts, OrderLine};
use crate::tax::TaxCustomer;
use crate::values::{PersonId, SupplierOfRecord};

impl Supplier {
    /// Who supplies what a seller offers, by the supplier of record.
    pub const fn of(record: SupplierOfRecord, seller_id: PersonId) -> Self {
        match record {
            SupplierOfRecord::Platform => Self::Platform,
            SupplierOfRecord::Seller => Self::Seller { seller_id },
        }
    }

    /// Who supplies a line of an order.
    pub const fn of_line(line: &OrderLine) -> Self {
        Self::of(line.tax.supplier_of_record, line.seller_id)
    }
}

impl fmt::Display for Supplier {
    /// `platform`, or the seller's id as a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Seller { seller_id } => seller_id.fmt(f),
        }
    }
}

impl DocumentKind {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }
}

impl CustomerKind {
    /// Whether a business bought, or a consumer, as an order says.
    pub const fn of(customer: &TaxCustomer) -> Self {
        match customer {
            TaxCustomer::Consumer => Self::Consumer,
            TaxCustomer::Business { .. } => Self::Business,
        }
    }
}

/// Who owes an invoice for an order once it is paid, in the order of their first lines. What is given away is not invoiced:
/// VAT is about supplies for consideration (Directive 2006/112/EC, articles 2(1)(c) and 220).
pub fn suppliers_of(order: &OrderFacts) -> Vec<Supplier> {
    let mut suppliers = Vec::new();
    for line in &order.lines {
        let supplier = Supplier::of_line(line);
        if !line.total.is_zero() && !suppliers.contains(&supplier) {
            suppliers.push(supplier);
        }
    }
    suppliers
}
