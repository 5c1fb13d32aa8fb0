//! The files of a document are made once, and stored before an event says so.
//!
//! Should the engine die in between, they are made again: the same content gives the same bytes, which are named by their
//! digest. Once the event is there, nothing makes them again.

use std::sync::Arc;

use comptoir_domain::document::{
    DocumentCommand, DocumentContent, DocumentError, Parties, Rendering, StoredFile,
};
use comptoir_domain::values::{DocumentId, Sha256Hex};
use comptoir_ledger::Metadata;

use super::config::InvoicingConfig;
use super::error::StepError;
use super::known::is_kept;
use super::renderer::{FellBack, RenderedFiles};
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::files::DocumentFormat;

impl Engine {
    /// Makes and stores the files of a document, unless they are there or it is no longer kept.
    pub(crate) async fn render_document(
        &self,
        invoicing: &InvoicingConfig,
        document_id: DocumentId,
        metadata: &Metadata,
    ) -> Result<(), StepError> {
        let document = self.fresh_document(document_id).await?;
        let Some(facts) = document.state.facts().filter(|_| is_kept(&document.state)) else {
            return Ok(());
        };
        if facts.rendering.is_some() {
            return Ok(());
        }
        let Some(parties) = self.open_parties(&facts.content).await? else {
            return Ok(());
        };
        let content = Arc::clone(&facts.content);
        drop(document);
        let made = self.made(invoicing, content, parties).await?;
        if let Some(FellBack { failure, reason }) = &made.fell_back {
            let failure = failure.as_str();
            tracing::error!(%document_id, failure, reason, "the operator's template failed; the built-in one was used");
        }
        let rendering = rendering_of(&made);
        let files = [
            (DocumentFormat::Pdf, rendering.pdf, made.pdf),
            (DocumentFormat::Xml, rendering.xml, made.xml),
        ];
        for (format, file, bytes) in files {
            let stored = self
                .files
                .put_document(document_id, file.sha256, format, bytes.into());
            stored.await.map_err(UseCaseError::from)?;
        }
        self.record_rendered(document_id, rendering, metadata).await
    }

    /// On one of the few threads that this is done on at once.
    async fn made(
        &self,
        invoicing: &InvoicingConfig,
        content: Arc<DocumentContent>,
        parties: Parties,
    ) -> Result<RenderedFiles, StepError> {
        let renderings = Arc::clone(&self.renderings);
        let permit = renderings.acquire_owned().await.map_err(|_| StepError::CutOff)?;
        let renderer = invoicing.renderer.clone();
        let work = tokio::task::spawn_blocking(move || {
            let files = renderer.render(&content, &parties);
            drop(permit);
            files
        });
        let files = work.await.map_err(|_| StepError::CutOff)?;
        files.map_err(StepError::Render)
    }

    async fn record_rendered(
        &self,
        document_id: DocumentId,
        rendering: Rendering,
        metadata: &Metadata,
    ) -> Result<(), StepError> {
        let (pdf, xml) = (rendering.pdf, rendering.xml);
        let command = DocumentCommand::RecordRendered {
            rendering,
            at: self.now(),
        };
        match self.change_document(document_id, command, metadata).await {
            Ok(_) => Ok(()),
            Err(UseCaseError::Document(
                refused @ (DocumentError::RenderedDifferently | DocumentError::NoLongerKept),
            )) => {
                // Another node was quicker, by another release of the renderer or another template; or its time is over.
                tracing::warn!(%document_id, %refused, "the files that were made are not needed");
                self.forget_others(document_id, [pdf.sha256, xml.sha256]).await?;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets bytes that no event speaks of.
    async fn forget_others(
        &self,
        document_id: DocumentId,
        [pdf, xml]: [Sha256Hex; 2],
    ) -> Result<(), UseCaseError> {
        let document = self.fresh_document(document_id).await?;
        let known = document
            .state
            .facts()
            .filter(|_| is_kept(&document.state))
            .and_then(|facts| facts.rendering.as_ref());
        for (format, made, stands) in [
            (DocumentFormat::Pdf, pdf, known.map(|known| known.pdf.sha256)),
            (DocumentFormat::Xml, xml, known.map(|known| known.xml.sha256)),
        ] {
            if stands != Some(made) {
                self.files.forget_document_file(document_id, made, format).await?;
            }
        }
        Ok(())
    }
}

fn rendering_of(files: &RenderedFiles) -> Rendering {
    Rendering {
        pdf: stored(&files.pdf),
        xml: stored(&files.xml),
        renderer: files.renderer.clone(),
        template: files.template,
        fonts: files.fonts,
        fell_back: files.fell_back.as_ref().map(|fell_back| fell_back.failure),
    }
}

fn stored(bytes: &[u8]) -> StoredFile {
    StoredFile {
        sha256: Sha256Hex::of(bytes),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    }
}
