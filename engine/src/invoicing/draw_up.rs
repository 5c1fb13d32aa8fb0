//! A document on its way into the ledger: who supplies, what it says, and what is appended with it.

use std::sync::Arc;

use comptoir_domain::document::{
    Document, DocumentCommand, DocumentContent, DocumentEvent, DrawUpError, Supplier, SupplierParty,
    SupplierTerms,
};
use comptoir_domain::invoicing::InvoicingEvent;
use comptoir_domain::seller::Seller;
use comptoir_domain::values::SellerId;
use comptoir_ledger::{Append, Loaded};

use super::config::InvoicingConfig;
use super::numbers::NextNumber;
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

    /// What is drawn up by these terms is appended only if they still hold.
    pub(crate) fn hold(&self, append: Append) -> Append {
        match &self.seller {
            Some(seller) => append.check(seller),
            None => append,
        }
    }
}

impl Drawn {
    /// Takes the number, and begins the document's stream.
    pub(crate) fn new(content: DocumentContent, number: NextNumber) -> Result<Self, UseCaseError> {
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
