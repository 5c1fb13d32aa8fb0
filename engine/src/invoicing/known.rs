//! The documents of an order that are there already, as their streams say.

use std::collections::VecDeque;
use std::sync::Arc;

use comptoir_domain::document::{Document, DocumentState, OrderDocuments, Supplier};
use comptoir_domain::values::{DocumentId, OrderId};
use comptoir_ledger::Loaded;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// The documents of one order by one of its suppliers.
pub(crate) struct KnownDocuments {
    /// Who supplies.
    pub(crate) supplier: Supplier,
    /// What they come to.
    pub(crate) documents: OrderDocuments,
    /// Their streams, whose revisions an append that follows from them relies on: each before those that follow it.
    pub(crate) streams: Vec<Arc<Loaded<Document>>>,
}

impl KnownDocuments {
    /// The stream of one of them.
    pub(crate) fn stream(&self, document_id: DocumentId) -> Option<&Arc<Loaded<Document>>> {
        let id = document_id.as_uuid();
        self.streams.iter().find(|document| document.id == id)
    }
}

impl Engine {
    /// Loads them: each names those that follow it.
    pub(crate) async fn known_documents(
        &self,
        order_id: OrderId,
        supplier: Supplier,
    ) -> Result<KnownDocuments, UseCaseError> {
        let mut documents = OrderDocuments::new(order_id, supplier);
        let mut streams = Vec::new();
        let mut wanted = VecDeque::from([documents.first()]);
        while let Some(document_id) = wanted.pop_front() {
            let document = self.fresh_document(document_id).await?;
            if let Some(facts) = document.state.facts() {
                wanted.extend(documents.insert(facts.clone()));
                streams.push(document);
            }
        }
        Ok(KnownDocuments {
            supplier,
            documents,
            streams,
        })
    }

    /// A document as its stream says now.
    pub(crate) async fn fresh_document(
        &self,
        document_id: DocumentId,
    ) -> Result<Arc<Loaded<Document>>, UseCaseError> {
        let id = document_id.as_uuid();
        Ok(self.documents.get(id, Freshness::Fresh).await?)
    }
}

/// Whether a document is still kept.
pub(crate) const fn is_kept(state: &DocumentState) -> bool {
    match state {
        DocumentState::Standing(_) | DocumentState::Replaced(_) => true,
        DocumentState::Absent | DocumentState::Forgotten(_) => false,
    }
}
