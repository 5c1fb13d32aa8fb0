//! Who stands on a document: sealed with the document's own key, which outlives the keys of the persons.

use comptoir_domain::document::{BuyerParty, DocumentContent, Parties, PostalAddress};
use comptoir_domain::order::OrderFacts;
use comptoir_domain::tax::VatId;
use comptoir_domain::values::{BillingDetails, DocumentId, Line, Sealed, SubjectId};

use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::usecase::BILLING_CONTEXT;
use crate::vault::VaultError;

/// The context under which the parties of a document are sealed.
pub const DOCUMENT_PARTIES_CONTEXT: &str = "document.parties";

/// Who stands on a document, and the same as it is stored.
pub(crate) struct Named {
    /// In plain form, to be checked against what the document says.
    pub(crate) parties: Parties,
    /// Sealed with the document's own key.
    pub(crate) sealed: Sealed,
}

impl Engine {
    /// The buyer as the order says. Of one who was erased no more than the country is left.
    pub(crate) async fn invoiced_buyer(&self, order: &OrderFacts) -> Result<BuyerParty, UseCaseError> {
        let opened = self.vault.open_json(&order.billing, BILLING_CONTEXT).await;
        match opened {
            Ok(billing) => Ok(buyer_party(billing, order)),
            Err(VaultError::Erased) => Ok(BuyerParty {
                name: None,
                address: None,
                vat_id: None,
                company_number: None,
                email: None,
                country: order.tax.place.country,
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Who stands on a document; none once it is no longer kept.
    pub(crate) async fn open_parties(
        &self,
        content: &DocumentContent,
    ) -> Result<Option<Parties>, UseCaseError> {
        let opened = self
            .vault
            .open_json(&content.parties, DOCUMENT_PARTIES_CONTEXT)
            .await;
        match opened {
            Ok(parties) => Ok(Some(parties)),
            Err(VaultError::Erased) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Seals who is to stand on a document.
    pub(crate) async fn name_parties(
        &self,
        document_id: DocumentId,
        parties: Parties,
    ) -> Result<Named, UseCaseError> {
        let subject = SubjectId::from(document_id);
        let sealed = self
            .vault
            .seal_json(subject, DOCUMENT_PARTIES_CONTEXT, &parties)
            .await?;
        Ok(Named { parties, sealed })
    }
}

fn buyer_party(billing: BillingDetails, order: &OrderFacts) -> BuyerParty {
    BuyerParty {
        name: Some(billing.name),
        address: Some(PostalAddress {
            line_1: billing.address_line_1,
            line_2: billing.address_line_2,
            postal_code: billing.postal_code,
            city: billing.city,
            country: billing.country,
        }),
        company_number: billing.vat_id.as_ref().and_then(company_number),
        vat_id: billing.vat_id,
        email: Some(billing.email),
        country: order.tax.place.country,
    }
}

/// The number of the company that a VAT id holds: a French one is a key of two characters and the SIREN.
pub(crate) fn company_number(vat_id: &VatId) -> Option<Line> {
    let siren = vat_id.number().get(2..).filter(|_| vat_id.state() == "FR")?;
    Line::try_new(siren).ok()
}
