//! Drawing up: from what was sold, or taken back, to all that stands on a document. Every figure is computed here, once.
//!
//! | function | gives | from |
//! | --- | --- | --- |
//! | [`draw_up_invoice`] | the invoice of one supplier of an order | the order |
//! | [`draw_up_credit_note`] | what a refund takes back of an invoice | the invoice |
//! | [`draw_up_correction`] | the credit note over all that is left of an invoice | the invoice |
//! | [`draw_up_corrected_invoice`] | the new invoice that follows it | the invoice |
//! | [`draw_up_invoice_again`] | the invoice after a refund that failed once it had been credited | the credit note |

mod credit;
mod error;
mod invoice;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

pub use self::credit::{
    draw_up_corrected_invoice, draw_up_correction, draw_up_credit_note, draw_up_invoice_again,
};
pub use self::error::DrawUpError;
pub use self::invoice::{Sale, draw_up_invoice};
pub use self::terms::{Issuer, SupplierTerms, VatDue};
use super::content::{
    CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine, DocumentPayment,
    PrecedingDocument, RateTotal, Supplier, VatCategory, VatKind,
};
use super::mentions::{Condition, Filling, mentions};
use super::vat::{Wording, document_totals, rate_totals};
use crate::invoicing::Allotment;
use crate::locale::Locale;
use crate::values::{CountryCode, Currency, DocumentId, OrderId, PersonId, Sealed};

/// What a document is drawn up with, whatever it is about.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// Its number and its day of issue.
    pub allotment: &'a Allotment,
    /// Who supplies.
    pub terms: &'a SupplierTerms,
    /// The language that the buyer reads: see [`Locale::written`].
    pub locale: Locale,
    /// [`super::Parties`] as JSON, sealed with the document's own key.
    pub parties: &'a Sealed,
    /// Now.
    pub at: DateTime<Utc>,
}

/// What a document is about: taken from an order, or from the document that it follows.
#[derive(Debug, Clone)]
struct Matter {
    document_id: DocumentId,
    kind: DocumentKind,
    supplier: Supplier,
    order_id: OrderId,
    buyer_id: PersonId,
    customer: CustomerKind,
    supplied_on: NaiveDate,
    currency: Currency,
    lines: Vec<DocumentLine>,
    countries: BTreeMap<VatKind, CountryCode>,
    payment: DocumentPayment,
    preceding: Option<PrecedingDocument>,
    reason: Option<CreditReason>,
}

/// What an invoice that refers to another document has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    ReplacedInvoice,
    CreditNote,
}

impl Matter {
    fn draw_up(self, follows: Follows, drawing: Drawing<'_>) -> Result<DocumentContent, DrawUpError> {
        let (allotment, terms) = (drawing.allotment, drawing.terms);
        if allotment.kind != self.kind {
            return Err(DrawUpError::OtherKind);
        }
        if allotment.supplier != self.supplier {
            return Err(DrawUpError::OtherSupplier);
        }
        terms.may_issue_for(self.supplier, drawing.at)?;
        let wording = Wording {
            law_of: terms.country,
            day: allotment.issued_on,
            locale: drawing.locale.written(),
        };
        let rates = rate_totals(&self.lines, self.currency, &self.countries, wording)?;
        let conditions = self.conditions(follows, terms, &rates);
        let filling = Filling {
            platform: terms.issuer.platform(),
            preceding: self
                .preceding
                .as_ref()
                .map(|preceding| (preceding.number.as_str(), preceding.issued_on)),
            paid_on: self.payment.paid_on,
        };
        let mentions = mentions(&conditions, wording, filling).map_err(DrawUpError::Mention)?;
        let content = DocumentContent {
            document_id: self.document_id,
            kind: self.kind,
            series: allotment.series,
            number: allotment.number.clone(),
            order_id: self.order_id,
            buyer_id: self.buyer_id,
            customer: self.customer,
            supplier: self.supplier,
            issued_on: allotment.issued_on,
            supplied_on: self.supplied_on,
            locale: wording.locale,
            currency: self.currency,
            totals: document_totals(&rates, self.currency)?,
            lines: self.lines,
            rates,
            payment: self.payment,
            preceding: self.preceding,
            reason: self.reason,
            mentions,
            parties: drawing.parties.clone(),
            at: drawing.at,
        };
        content.check()?;
        Ok(content)
    }

    /// What holds of the document, as far as the law makes it say something.
    fn conditions(
        &self,
        follows: Follows,
        terms: &SupplierTerms,
        rates: &[RateTotal],
    ) -> BTreeSet<Condition> {
        let kind = match self.kind {
            DocumentKind::Invoice => Condition::Invoice,
            DocumentKind::CreditNote => Condition::CreditNote,
        };
        let customer = match self.customer {
            CustomerKind::Consumer => Condition::Consumer,
            CustomerKind::Business => Condition::Business,
        };
        let reason = self.reason.map(|reason| match reason {
            CreditReason::Refund => Condition::OfRefund,
            CreditReason::BuyerCorrected => Condition::BuyerCorrected,
        });
        let follows = match follows {
            Follows::Nothing => None,
            Follows::ReplacedInvoice => Some(Condition::Replaces),
            Follows::CreditNote => Some(Condition::FollowsCreditNote),
        };
        let mandate = match terms.issuer {
            Issuer::Supplier => None,
            Issuer::Mandatary { .. } | Issuer::MandataryOfFollowed { .. } => Some(Condition::Mandate),
        };
        let debits = match terms.vat_due {
            VatDue::OnPayment => None,
            VatDue::OnDebits => Some(Condition::VatOnDebits),
        };
        let elsewhere =
            |rate: &RateTotal| rate.vat.category == VatCategory::Standard && rate.country != terms.country;
        let one_stop_shop = rates.iter().any(elsewhere).then_some(Condition::OneStopShop);
        let further = [reason, follows, mandate, debits, one_stop_shop];
        [kind, customer]
            .into_iter()
            .chain(further.into_iter().flatten())
            .collect()
    }
}
