//! A document on its way into the ledger: who supplies, what it says, and what is appended with it.

use std::sync::Arc;

use comptoir_domain::document::{
    Document, DocumentCommand, DocumentContent, DocumentEvent, DrawUpError, DueDocument, Supplier,
    SupplierParty, SupplierTerms,
};
use comptoir_domain::invoicing::InvoicingEvent;
use comptoir_domain::order::{OrderFacts, OrderLine};
use comptoir_domain::seller::Seller;
use comptoir_domain::values::{SellerId, TaxTreatment};
use comptoir_ledger::{Append, Loaded};

use super::config::InvoicingConfig;
use super::numbers::NextNumber;
use super::parties::Named;
use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::usecase::SELLER_IDENTITY_CONTEXT;
use crate::vault::VaultError;

/// Who supplies: as they invoice now, or as they stand on a document that another one follows.
pub(crate) struct Supply {
    /// What decides what a document says.
    pub(crate) terms: SupplierTerms,
    /// Who stands on it.
    pub(crate) party: SupplierParty,
    /// The seller, on whose identity and mandate it relies.
    seller: Option<Arc<Loaded<Seller>>>,
}

/// A document that is drawn up, with what is appended together with it.
pub(crate) struct Drawn {
    /// What stands on it.
    pub(crate) content: Arc<DocumentContent>,
    number: NextNumber,
    taken: Vec<InvoicingEvent>,
    document: Arc<Loaded<Document>>,
    begun: Vec<DocumentEvent>,
}

/// What the invoice of a seller waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitsFor {
    /// That they say who they are, and give the mandate.
    Mandate,
    /// That they say otherwise of themselves: the order was taxed as it would not have been of them.
    OtherTax,
    /// That they say their VAT id, which the invoice must name.
    VatId,
}

impl WaitsFor {
    /// What is to be done, for the log.
    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Self::Mandate => "the seller must say who they are and give the mandate",
            Self::OtherTax => {
                "the order was taxed otherwise than the seller's VAT and country allow: \
                 they must correct what they said, or the order must be refunded"
            }
            Self::VatId => "the seller must say their VAT id, which the invoice must name",
        }
    }
}

impl Supply {
    /// Who supplied by a document, for one that follows it by itself. Neither a mandate that was withdrawn since nor the
    /// erasure of the seller keeps a credit note back.
    pub(crate) fn of_followed(followed: &DocumentContent, party: SupplierParty) -> Result<Self, DrawUpError> {
        Ok(Self {
            terms: SupplierTerms::of_followed(followed, &party)?,
            party,
            seller: None,
        })
    }

    /// What a due document of an order waits for, should it not be possible now: only the first invoice of a seller has to
    /// agree with what they say of themselves, and what follows it agrees with it.
    pub(crate) fn waits_for(
        &self,
        order: &OrderFacts,
        supplier: Supplier,
        due: &DueDocument,
    ) -> Option<WaitsFor> {
        match (due, supplier) {
            (DueDocument::Invoice { .. }, Supplier::Seller { .. }) => {}
            (DueDocument::Invoice { .. }, Supplier::Platform)
            | (DueDocument::CreditNote(_) | DueDocument::InvoiceAgain { .. }, _) => return None,
        }
        if self.terms.taxed_as_theirs(order, supplier).is_err() {
            return Some(WaitsFor::OtherTax);
        }
        let mut theirs = order
            .lines
            .iter()
            .filter(|line| Supplier::of_line(line) == supplier);
        let names_vat_id = |line: &OrderLine| match line.tax.treatment {
            TaxTreatment::Taxed | TaxTreatment::ReverseCharge => true,
            TaxTreatment::SmallSellerExemption | TaxTreatment::OutsideScope => false,
        };
        (self.party.vat_id.is_none() && theirs.any(names_vat_id)).then_some(WaitsFor::VatId)
    }

    /// What is drawn up by these terms is appended only if they still hold.
    pub(crate) fn hold(&self, append: Append) -> Append {
        match &self.seller {
            Some(seller) => append.check(seller),
            None => append,
        }
    }
}

impl Drawn {
    /// Takes the number, and begins the document's stream. Refuses what these parties cannot stand on.
    pub(crate) fn new(
        content: DocumentContent,
        named: &Named,
        number: NextNumber,
    ) -> Result<Self, UseCaseError> {
        content.check_parties(&named.parties).map_err(DrawUpError::from)?;
        let content = Arc::new(content);
        let document = Arc::new(Loaded::<Document>::new(content.document_id.as_uuid()));
        let begun = document.decide(DocumentCommand::DrawUp {
            content: Arc::clone(&content),
        })?;
        Ok(Self {
            taken: number.taken_by(&content)?,
            content,
            number,
            document,
            begun,
        })
    }

    pub(crate) fn add_to(&self, append: Append, engine: &Engine) -> Append {
        let ids = engine.ledger.ids();
        append
            .write(&self.number.series, &self.taken, ids)
            .write(&self.document, &self.begun, ids)
    }

    /// It is appended.
    pub(crate) fn remember(self, engine: &Engine) {
        engine.series.remember_after(self.number.series, &self.taken);
        engine.documents.remember_after(self.document, &self.begun);
    }

    /// Whether it is appended is in doubt.
    pub(crate) fn forget(&self, engine: &Engine) {
        engine.series.forget(self.number.series.id);
        engine.documents.forget(self.document.id);
    }
}

impl Engine {
    /// How a supplier invoices now; none of a seller who has not said who they are, has given no mandate, or was erased.
    pub(crate) async fn supply_of(
        &self,
        invoicing: &InvoicingConfig,
        supplier: Supplier,
    ) -> Result<Option<Supply>, UseCaseError> {
        let platform = &invoicing.platform;
        let seller_id = match supplier {
            Supplier::Platform => {
                return Ok(Some(Supply {
                    terms: SupplierTerms::of_platform(platform.address.country, invoicing.vat_due),
                    party: platform.clone(),
                    seller: None,
                }));
            }
            Supplier::Seller { seller_id } => SellerId::from(seller_id),
        };
        let seller = self.sellers.get(seller_id.as_uuid(), Freshness::Fresh).await?;
        let terms = match SupplierTerms::of_seller(&seller.state, platform.name.clone()) {
            Ok(terms) => terms,
            Err(DrawUpError::NotIdentified | DrawUpError::NoMandate) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Some(facts) = seller.state.facts() else {
            return Ok(None);
        };
        let opened = self
            .vault
            .open_json(&facts.identity, SELLER_IDENTITY_CONTEXT)
            .await;
        let party: SupplierParty = match opened {
            Ok(party) => party,
            Err(VaultError::Erased) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Supply {
            terms,
            party: SupplierParty {
                issuer: Some(platform.name.clone()),
                ..party
            },
            seller: Some(seller),
        }))
    }
}
