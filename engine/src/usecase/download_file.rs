//! A holder downloads a file, by a link that ends.

use std::ops::Range;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::licence::{HeldLicence, LicenceCommand, LicenceError};
use comptoir_domain::product::ProductState;
use comptoir_domain::values::{DownloadId, FileContent, FileId, FileName, LicenceId, ProductId, Role};
use comptoir_ledger::Metadata;
use futures::stream::BoxStream;

use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::files::{FileError, Link};

/// A link that a file can be downloaded by, without a further token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadLink {
    /// What makes it good. Whoever has it has the file.
    pub token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The file.
    pub content: FileContent,
}

/// A file that may be handed out now.
#[derive(Debug, Clone)]
pub struct Download {
    link: Link,
    product_id: ProductId,
    /// What is known of the file.
    pub content: FileContent,
}

impl Engine {
    /// Makes a link to a file of the product that a live licence is for. It stores nothing; using it does.
    #[tracing::instrument(name = "engine.file.link", skip_all, fields(%licence_id))]
    pub async fn link_file(
        &self,
        request: &RequestContext,
        licence_id: LicenceId,
        name: &FileName,
    ) -> Result<DownloadLink, UseCaseError> {
        let licence = self.fresh_licence(licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        if !request.actor.may_act_for(held.holder_id, Role::Buyer) {
            return Err(LicenceError::NotYours.into());
        }
        let now = self.now();
        held.only_live(now)?;
        let product = self.product_of(held, Freshness::Fresh).await?;
        let named = product.facts().and_then(|facts| facts.file_named(name));
        let (file_id, content) = named.ok_or(FileError::NotFound)?;
        let life = TimeDelta::from_std(self.config.files.link_life).unwrap_or(TimeDelta::minutes(15));
        // A link says its end in whole seconds.
        let end = (now + life).timestamp();
        let link = Link {
            download_id: DownloadId::from_uuid(self.ledger.ids().uuid_v7()),
            licence_id,
            holder_id: held.holder_id,
            file_id,
            expires_at: DateTime::from_timestamp(end, 0).unwrap_or(now),
        };
        Ok(DownloadLink {
            token: self.link_secret.token(&link),
            expires_at: link.expires_at,
            content: content.clone(),
        })
    }

    /// What a link leads to, if the licence it was made for is live at this moment and held by the same person.
    #[tracing::instrument(name = "engine.file.open", skip_all)]
    pub async fn open_download(&self, token: &str) -> Result<Download, UseCaseError> {
        let now = self.now();
        let link = self.link_secret.read(token, now)?;
        let licence = self.fresh_licence(link.licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        if held.holder_id != link.holder_id {
            return Err(FileError::LinkEnded.into());
        }
        held.only_live(now)?;
        let product_id = held.grant.product_id;
        let mut content = content_of(&self.product_of(held, Freshness::Remembered).await?, link.file_id);
        if content.is_none() {
            content = content_of(&self.product_of(held, Freshness::Fresh).await?, link.file_id);
        }
        Ok(Download {
            link,
            product_id,
            content: content.ok_or(FileError::NotFound)?,
        })
    }

    /// Records that the file is handed out, and then hands out some of its bytes. Every range asks anew whether the licence
    /// is live; each link is recorded once.
    #[tracing::instrument(name = "engine.file.read", skip_all, fields(licence_id = %download.link.licence_id))]
    pub async fn read_download(
        &self,
        download: &Download,
        range: Range<u64>,
        request_id: Option<String>,
    ) -> Result<BoxStream<'static, Result<Bytes, FileError>>, UseCaseError> {
        let Download {
            link,
            product_id,
            content: _,
        } = download;
        let command = LicenceCommand::RecordAccess {
            holder_id: link.holder_id,
            download_id: link.download_id,
            file_id: link.file_id,
            link_expires_at: link.expires_at,
            at: self.now(),
        };
        let metadata = Metadata {
            actor: Some(link.holder_id.to_string()),
            request_id,
            ..Metadata::default()
        };
        self.change_licence(link.licence_id, command, &metadata, |append| append)
            .await?;
        Ok(self.files.read(*product_id, link.file_id, range).await?)
    }

    /// The files of the product that a licence is for, as they are now.
    pub async fn files_of_licence(
        &self,
        product_id: ProductId,
    ) -> Result<Vec<(FileId, FileContent)>, UseCaseError> {
        let product = self.products.get(product_id.as_uuid(), Freshness::Fresh).await?;
        let files = product.state.facts().into_iter().flat_map(|facts| &facts.files);
        let known = files.filter_map(|(id, content)| Some((*id, content.clone()?)));
        Ok(known.collect())
    }

    async fn product_of(
        &self,
        held: &HeldLicence,
        freshness: Freshness,
    ) -> Result<ProductState, UseCaseError> {
        let id = held.grant.product_id.as_uuid();
        Ok(self.products.get(id, freshness).await?.state.clone())
    }
}

fn content_of(product: &ProductState, file_id: FileId) -> Option<FileContent> {
    product.facts()?.files.get(&file_id)?.clone()
}
