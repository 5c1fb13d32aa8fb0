//! Documents as their streams say, for those who may see them, and their files.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use comptoir_domain::document::{
    Document, DocumentContent, DocumentError, DueDocument, Parties, StoredFile, Supplier, suppliers_of,
};
use comptoir_domain::order::OrderError;
use comptoir_domain::values::{DocumentId, OrderId, PersonId, Role, Sha256Hex};
use comptoir_ledger::Loaded;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use sha2::{Digest as _, Sha256};

use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::files::{DocumentFormat, FileError};
use crate::gateway::mail::file_name;
use crate::invoicing::is_kept;

/// A document for a reader.
#[derive(Debug, Clone)]
pub struct DocumentRead {
    /// The document.
    pub document: Arc<Loaded<Document>>,
    /// Who stands on it; none for auditors, and once it is no longer kept.
    pub parties: Option<Parties>,
}

/// The documents of an order, as far as the reader may see them.
#[derive(Debug, Clone)]
pub struct OrderDocumentsRead {
    /// Those that were issued, in the order of their issue.
    pub documents: Vec<DocumentRead>,
    /// Whether there will be more.
    pub to_come: ToCome,
    /// How many of those are the first invoice of a supplier.
    pub owed: OwedInvoices,
}

/// How many suppliers of an order still owe their first invoice, of those whose documents the reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwedInvoices {
    /// Those whose invoice is issued within moments.
    pub soon: usize,
    /// Sellers who have yet to say who they are, or to give the mandate to invoice in their name.
    pub wait_for_seller: usize,
}

/// Whether an order still owes documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToCome {
    /// It owes none, or none is issued here.
    Nothing,
    /// It owes some, which are issued within moments.
    Soon,
    /// A seller has yet to say who they are, or to give the mandate to invoice in their name.
    WaitsForSeller,
}

/// A stored file of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFile {
    document_id: DocumentId,
    /// In which form.
    pub format: DocumentFormat,
    /// Its digest and size.
    pub content: StoredFile,
    /// A name to save it by, such as `FA-2026-000042.pdf`.
    pub name: String,
}

/// What a look at the stored files of a document found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentCheck {
    /// Both are what the event says.
    Sound,
    /// A file is not there, or cannot be read.
    Missing(DocumentFormat),
    /// A file has other bytes.
    Differs(DocumentFormat),
    /// They are not made yet.
    NotYetRendered,
    /// They are forgotten.
    NoLongerKept,
}

/// Who asks for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The buyer, the seller who supplies, or an admin.
    Party,
    /// An auditor, who sees no personal data.
    Auditor,
}

impl Engine {
    /// One document.
    #[tracing::instrument(name = "engine.document.read", skip_all, fields(%document_id))]
    pub async fn document(
        &self,
        request: &RequestContext,
        document_id: DocumentId,
    ) -> Result<DocumentRead, UseCaseError> {
        let document = self.fresh_document(document_id).await?;
        let reader = document
            .state
            .facts()
            .and_then(|facts| reader(request, &facts.content));
        let reader = reader.ok_or(DocumentError::NotFound)?;
        self.read_as(document, reader).await
    }

    /// The documents of an order.
    #[tracing::instrument(name = "engine.order.read_documents", skip_all, fields(%order_id))]
    pub async fn order_documents(
        &self,
        request: &RequestContext,
        order_id: OrderId,
    ) -> Result<OrderDocumentsRead, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let facts = order.state.facts().ok_or(OrderError::NotFound)?;
        let actor = &request.actor;
        let mut may_see = actor.may_act_for(facts.buyer_id, Role::Buyer) || actor.is(Role::Auditor);
        let (mut documents, mut to_come) = (Vec::new(), ToCome::Nothing);
        let mut owed = OwedInvoices::default();
        for supplier in suppliers_of(facts) {
            let Some(reader) = reader_of(request, facts.buyer_id, supplier) else {
                continue;
            };
            may_see = true;
            let known = self.known_documents(order_id, supplier).await?;
            for document in known.streams {
                documents.push(self.read_as(document, reader).await?);
            }
            let Some(invoicing) = self.invoicing() else {
                continue;
            };
            let due = known.documents.due(&order.state);
            // A first invoice is due alone, and nothing but a first invoice waits for anybody.
            match due.iter().find(|due| invoicing.is_for_us(facts, due)) {
                None => {}
                Some(DueDocument::CreditNote(_) | DueDocument::InvoiceAgain { .. }) => {
                    to_come = to_come.max(ToCome::Soon);
                }
                Some(due @ DueDocument::Invoice { .. }) => {
                    let supply = self.supply_of(invoicing, supplier).await?;
                    if supply.is_some_and(|supply| supply.waits_for(facts, supplier, due).is_none()) {
                        owed.soon += 1;
                        to_come = to_come.max(ToCome::Soon);
                    } else {
                        owed.wait_for_seller += 1;
                        to_come = to_come.max(ToCome::WaitsForSeller);
                    }
                }
            }
        }
        if !may_see {
            return Err(OrderError::NotFound.into());
        }
        documents
            .sort_by_key(|read: &DocumentRead| read.document.state.facts().map(|facts| facts.content.at));
        Ok(OrderDocumentsRead {
            documents,
            to_come,
            owed,
        })
    }

    /// A file of a document, for the buyer, the seller who supplies, and admins.
    #[tracing::instrument(name = "engine.document.file", skip_all, fields(%document_id))]
    pub async fn document_file(
        &self,
        request: &RequestContext,
        document_id: DocumentId,
        format: DocumentFormat,
    ) -> Result<DocumentFile, UseCaseError> {
        let document = self.fresh_document(document_id).await?;
        let facts = document.state.facts().ok_or(DocumentError::NotFound)?;
        match reader(request, &facts.content) {
            None => return Err(DocumentError::NotFound.into()),
            Some(Reader::Auditor) => return Err(UseCaseError::NoPersonalData),
            Some(Reader::Party) => {}
        }
        if !is_kept(&document.state) {
            return Err(UseCaseError::NoLongerKept);
        }
        let rendering = facts.rendering.as_ref().ok_or(UseCaseError::NotYetRendered)?;
        let number = file_name(facts.content.number.as_str());
        Ok(DocumentFile {
            document_id,
            format,
            content: match format {
                DocumentFormat::Pdf => rendering.pdf,
                DocumentFormat::Xml => rendering.xml,
            },
            name: format!("{number}.{}", format.extension()),
        })
    }

    /// Some of the bytes of a file, as they were stored when the document was issued.
    #[tracing::instrument(name = "engine.document.read_file", skip_all, fields(document_id = %file.document_id))]
    pub async fn read_document_file(
        &self,
        file: &DocumentFile,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, FileError>>, UseCaseError> {
        let digest = file.content.sha256;
        Ok(self
            .files
            .read_document(file.document_id, digest, file.format, range)
            .await?)
    }

    /// Whether the stored files of a document are what its event says.
    #[tracing::instrument(name = "engine.document.check", skip_all, fields(%document_id))]
    pub async fn check_document_files(&self, document_id: DocumentId) -> Result<DocumentCheck, UseCaseError> {
        let document = self.fresh_document(document_id).await?;
        let facts = document.state.facts().ok_or(DocumentError::NotFound)?;
        if !is_kept(&document.state) {
            return Ok(DocumentCheck::NoLongerKept);
        }
        let Some(rendering) = &facts.rendering else {
            return Ok(DocumentCheck::NotYetRendered);
        };
        for (format, file) in [
            (DocumentFormat::Pdf, rendering.pdf),
            (DocumentFormat::Xml, rendering.xml),
        ] {
            match self.digest_of(document_id, format, file).await {
                Ok(digest) if digest == file.sha256 => {}
                Ok(_) => return Ok(DocumentCheck::Differs(format)),
                Err(error) => {
                    tracing::warn!(%document_id, %error, "a stored file cannot be read");
                    return Ok(DocumentCheck::Missing(format));
                }
            }
        }
        Ok(DocumentCheck::Sound)
    }

    async fn digest_of(
        &self,
        document_id: DocumentId,
        format: DocumentFormat,
        file: StoredFile,
    ) -> Result<Sha256Hex, FileError> {
        let mut stream = self
            .files
            .read_document(document_id, file.sha256, format, 0..file.bytes)
            .await?;
        let mut hash = Sha256::new();
        while let Some(chunk) = stream.try_next().await? {
            hash.update(&chunk);
        }
        Ok(Sha256Hex::from_bytes(hash.finalize().into()))
    }

    async fn read_as(
        &self,
        document: Arc<Loaded<Document>>,
        reader: Reader,
    ) -> Result<DocumentRead, UseCaseError> {
        let parties = match (reader, document.state.facts()) {
            (Reader::Party, Some(facts)) => self.open_parties(&facts.content).await?,
            (Reader::Auditor, _) | (Reader::Party, None) => None,
        };
        Ok(DocumentRead { document, parties })
    }
}

fn reader(request: &RequestContext, content: &DocumentContent) -> Option<Reader> {
    reader_of(request, content.buyer_id, content.supplier)
}

/// As whom somebody may see the documents of a supplier for a buyer; none for everybody else. A seller for whom the platform
/// supplies has no part in them.
fn reader_of(request: &RequestContext, buyer_id: PersonId, supplier: Supplier) -> Option<Reader> {
    let actor = &request.actor;
    let is_theirs = match supplier {
        Supplier::Platform => false,
        Supplier::Seller { seller_id } => actor.may_act_for(seller_id, Role::Seller),
    };
    if is_theirs || actor.may_act_for(buyer_id, Role::Buyer) {
        Some(Reader::Party)
    } else if actor.is(Role::Auditor) {
        Some(Reader::Auditor)
    } else {
        None
    }
}
