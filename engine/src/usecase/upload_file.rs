//! A seller adds a file that buyers will receive.

use bytes::Bytes;
use comptoir_domain::product::{Product, ProductCommand, ProductError, ProductState};
use comptoir_domain::values::{FileContent, FileId, FileName, MediaType, ProductId, Role, Sha256Hex};
use comptoir_ledger::Loaded;
use futures::{Stream, StreamExt};
use sha2::{Digest as _, Sha256};

use super::product::ProductChanged;
use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::files::FileError;
use crate::idempotency::Answered;

/// What a seller says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadFile {
    /// Its name. A file of that name is replaced.
    pub name: FileName,
    /// What is in it.
    pub media_type: MediaType,
    /// How many bytes it has, if that is known beforehand.
    pub bytes: Option<u64>,
}

impl Engine {
    /// Stores a file while it comes in, and then adds it to the product. It is in the product when its last byte is stored,
    /// and not before. The same bytes under the same name change nothing.
    #[tracing::instrument(name = "engine.product.upload_file", skip_all, fields(%product_id))]
    pub async fn upload_file<E: std::fmt::Display>(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        upload: UploadFile,
        bytes: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        self.may_take(request, product_id, &upload).await?;
        let file_id = FileId::from_uuid(self.ledger.ids().uuid_v7());
        let content = self.store_bytes(product_id, file_id, upload, bytes).await?;
        let command = ProductCommand::AttachFile {
            actor: request.actor.clone(),
            file_id,
            content,
            at: self.now(),
        };
        let answer = ProductChanged { product_id };
        let attached = self
            .change_product_once(request, "upload_file", product_id, command, answer)
            .await;
        if !self.speaks_of(product_id, file_id).await {
            self.forget_bytes(product_id, file_id).await;
        }
        attached
    }

    /// Refuses before the first byte whatever can be refused then.
    async fn may_take(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        upload: &UploadFile,
    ) -> Result<(), UseCaseError> {
        let product = self.products.get(product_id.as_uuid(), Freshness::Fresh).await?;
        let facts = product.state.facts().ok_or(ProductError::NotFound)?;
        if !request.actor.may_act_for(facts.seller_id, Role::Seller) {
            // What a seller does not show cannot be told from what is not there.
            return Err(match product.state {
                ProductState::Published(_) => ProductError::NotYours.into(),
                ProductState::Absent | ProductState::Draft(_) | ProductState::Withdrawn(_) => {
                    ProductError::NotFound.into()
                }
            });
        }
        if facts.file_named(&upload.name).is_none() && facts.files.len() >= Product::FILES_LIMIT {
            return Err(ProductError::TooManyFiles.into());
        }
        let (config, media_type) = (&self.config.files, upload.media_type.clone());
        if !config.takes(&media_type) {
            return Err(FileError::TypeNotTaken { media_type }.into());
        }
        match upload.bytes {
            Some(0) => Err(FileError::Empty.into()),
            Some(bytes) if bytes > config.bytes_max => Err(self.too_large().into()),
            Some(_) | None => Ok(()),
        }
    }

    fn too_large(&self) -> FileError {
        FileError::TooLarge {
            bytes_max: self.config.files.bytes_max,
        }
    }

    async fn store_bytes<E: std::fmt::Display>(
        &self,
        product_id: ProductId,
        file_id: FileId,
        file: UploadFile,
        mut bytes: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<FileContent, UseCaseError> {
        let mut upload = self.files.upload(product_id, file_id).await?;
        let (mut hash, mut count) = (Sha256::new(), 0_u64);
        let failed = loop {
            let chunk = match bytes.next().await {
                None if count == 0 => break FileError::Empty,
                None => {
                    upload.finish().await?;
                    return Ok(FileContent {
                        name: file.name,
                        media_type: file.media_type,
                        bytes: count,
                        sha256: Sha256Hex::from_bytes(hash.finalize().into()),
                    });
                }
                Some(Err(error)) => break FileError::BrokeOff(error.to_string()),
                Some(Ok(chunk)) => chunk,
            };
            count = count.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if count > self.config.files.bytes_max {
                break self.too_large();
            }
            hash.update(&chunk);
            if let Err(error) = upload.write(chunk).await {
                break error;
            }
        };
        upload.abort().await;
        Err(failed.into())
    }

    /// Whether the product has the file, or might have it for all we know.
    async fn speaks_of(&self, product_id: ProductId, file_id: FileId) -> bool {
        match self.ledger.load::<Product>(product_id.as_uuid()).await {
            Ok(Loaded { state, .. }) => state
                .facts()
                .is_some_and(|facts| facts.files.contains_key(&file_id)),
            Err(_) => true,
        }
    }

    /// Bytes that no event speaks of take room and do no harm.
    async fn forget_bytes(&self, product_id: ProductId, file_id: FileId) {
        if let Err(error) = self.files.forget(product_id, file_id).await {
            tracing::warn!(%product_id, %file_id, %error, "bytes that belong to no file were left behind");
        }
    }
}
