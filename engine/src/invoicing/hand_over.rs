//! A document is handed over to an e-invoicing platform, as files in a folder that it collects.
//!
//! PDF and XML come first and the manifest last, each under another name until it is whole: whoever finds a manifest finds
//! all that it speaks of. Should the engine die before the event, the same files are written once more.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use comptoir_domain::document::{CustomerKind, DocumentCommand, DocumentContent, HandOver, Parties};
use comptoir_domain::values::DocumentId;
use comptoir_ledger::Metadata;
use futures::TryStreamExt;
use serde_json::json;

use super::config::{HandOverConfig, HandOverScope};
use super::error::StepError;
use super::known::is_kept;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::files::DocumentFormat;

impl Engine {
    /// Hands a document over, unless that was done or it need not be.
    pub(crate) async fn hand_document_over(
        &self,
        hand_over: &HandOverConfig,
        document_id: DocumentId,
        metadata: &Metadata,
    ) -> Result<(), StepError> {
        let document = self.fresh_document(document_id).await?;
        let Some(facts) = document.state.facts().filter(|_| is_kept(&document.state)) else {
            return Ok(());
        };
        let (Some(rendering), None) = (&facts.rendering, facts.handed_over) else {
            return Ok(());
        };
        let Some(parties) = self.open_parties(&facts.content).await? else {
            return Ok(());
        };
        if !hand_over.wants(&facts.content, &parties) {
            return Ok(());
        }
        let mut files = Vec::new();
        for (format, file) in [
            (DocumentFormat::Pdf, rendering.pdf),
            (DocumentFormat::Xml, rendering.xml),
        ] {
            let stored = self
                .files
                .read_document(document_id, file.sha256, format, 0..file.bytes);
            let stream = stored.await.map_err(UseCaseError::from)?;
            let chunks: Vec<_> = stream.try_collect().await.map_err(UseCaseError::from)?;
            files.push((format!("{document_id}.{}", format.extension()), chunks.concat()));
        }
        let manifest = json!({
            "schema": 1,
            "document_id": document_id,
            "kind": facts.content.kind,
            "number": facts.content.number,
            "issued_on": facts.content.issued_on,
            "supplier": facts.content.supplier,
            "customer": facts.content.customer,
            "preceding": facts.content.preceding,
            "pdf": { "file": files[0].0, "sha256": rendering.pdf.sha256, "bytes": rendering.pdf.bytes },
            "xml": { "file": files[1].0, "sha256": rendering.xml.sha256, "bytes": rendering.xml.bytes },
        });
        files.push((
            format!("{document_id}.json"),
            format!("{manifest:#}\n").into_bytes(),
        ));
        let folder = hand_over.folder.clone();
        let writing = tokio::task::spawn_blocking(move || write_all(&folder, &files));
        let written = writing.await.map_err(|_| StepError::CutOff)?;
        written.map_err(StepError::Folder)?;
        let command = DocumentCommand::RecordHandedOver {
            way: HandOver::Folder,
            at: self.now(),
        };
        self.change_document(document_id, command, metadata).await?;
        Ok(())
    }
}

impl HandOverConfig {
    fn wants(&self, content: &DocumentContent, parties: &Parties) -> bool {
        let is_old = self.since.is_some_and(|since| content.issued_on < since);
        let is_business = content.customer == CustomerKind::Business;
        let buyer = &parties.buyer;
        let country = buyer
            .address
            .as_ref()
            .map_or(buyer.country, |address| address.country);
        let is_domestic = country == parties.supplier.address.country;
        let is_in_scope = match self.scope {
            HandOverScope::DomesticBusiness => is_business && is_domestic,
            HandOverScope::Business => is_business,
            HandOverScope::All => true,
        };
        is_in_scope && !is_old
    }
}

fn write_all(folder: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, bytes) in files {
        write_whole(folder, name, bytes)?;
    }
    std::fs::File::open(folder)?.sync_all()
}

/// Under its name there is either nothing or the whole file, whatever crashes.
fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished: PathBuf = folder.join(format!(".{name}.unfinished"));
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))
}
