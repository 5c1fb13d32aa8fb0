//! The files that buyers receive: kept in a folder or in a bucket, handed out by links that end.
//!
//! The bytes lie under `products/<product>/<file>` and never change: other bytes are another file. What they are called,
//! and their SHA-256, stand in the product's events. Invoices and credit notes lie beside them, under
//! `documents/<document>/<SHA-256>.pdf` and `.xml`.

mod documents;
mod error;
mod link;
mod s3;
#[cfg(test)]
mod s3_tests;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use comptoir_domain::values::{FileId, MediaType, ProductId};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};

pub use self::documents::DocumentFormat;
pub use self::error::FileError;
pub(crate) use self::link::{Link, LinkSecret};
pub use self::s3::S3Config;

/// How many parts of an upload are under way to the store at once.
const PARTS_UNDER_WAY_MAX: usize = 4;

/// Which files are taken, and how they are handed out.
#[derive(Debug, Clone)]
pub struct FilesConfig {
    /// The most bytes of a file.
    pub bytes_max: u64,
    /// The media types that are taken; `audio/*` stands for all of a kind.
    pub media_types: BTreeSet<String>,
    /// How long a download link is good for.
    pub link_life: Duration,
}

impl Default for FilesConfig {
    fn default() -> Self {
        let media_types = [
            "audio/*",
            "video/*",
            "image/*",
            "text/plain",
            "application/zip",
            "application/pdf",
        ];
        Self {
            bytes_max: 2 * 1024 * 1024 * 1024,
            media_types: media_types.map(str::to_owned).into(),
            link_life: Duration::from_mins(15),
        }
    }
}

impl FilesConfig {
    /// Whether files of a type are taken.
    pub fn takes(&self, media_type: &MediaType) -> bool {
        let text = media_type.as_str();
        let kind = text.split_once('/').map_or(text, |(kind, _)| kind);
        self.media_types.contains(text) || self.media_types.contains(&format!("{kind}/*"))
    }
}

/// Where the bytes of files are. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    /// The folder, where it is one of this machine: what must outlive a loss of power is flushed there.
    folder: Option<PathBuf>,
}

/// The store of files cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("the store of files cannot be used: {0}")]
pub struct FileStoreError(String);

impl FileStore {
    /// A folder, which is made if it is not there.
    pub fn folder(path: &Path) -> Result<Self, FileStoreError> {
        let failed = |error: &dyn std::fmt::Display| FileStoreError(format!("{}: {error}", path.display()));
        std::fs::create_dir_all(path).map_err(|error| failed(&error))?;
        let folder = LocalFileSystem::new_with_prefix(path).map_err(|error| failed(&error))?;
        Ok(Self {
            store: Arc::new(folder),
            folder: Some(path.to_owned()),
        })
    }

    /// A bucket of a service that speaks Amazon S3.
    pub fn bucket(config: &S3Config) -> Result<Self, FileStoreError> {
        let bucket = config
            .build()
            .map_err(|error| FileStoreError(error.to_string()))?;
        Ok(Self {
            store: Arc::new(bucket),
            folder: None,
        })
    }

    pub(crate) async fn upload(&self, product: ProductId, file: FileId) -> Result<Upload, FileError> {
        let key = key_of(product, file);
        let upload = self.store.put_multipart(&key).await?;
        Ok(Upload(WriteMultipart::new(upload)))
    }

    /// Forgets bytes that no event speaks of.
    pub(crate) async fn forget(&self, product: ProductId, file: FileId) -> Result<(), FileError> {
        Ok(self.store.delete(&key_of(product, file)).await?)
    }

    /// The bytes of a file, or some of them, as they come.
    pub(crate) async fn read(
        &self,
        product: ProductId,
        file: FileId,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
        self.read_key(&key_of(product, file), range).await
    }

    async fn read_key(
        &self,
        key: &Key,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(key, options).await?;
        Ok(found.into_stream().map_err(FileError::from).boxed())
    }
}

fn key_of(product: ProductId, file: FileId) -> Key {
    Key::from_iter(["products".to_owned(), product.to_string(), file.to_string()])
}

/// Bytes on their way into the store. They are there once [`Upload::finish`] has succeeded, and not before.
pub(crate) struct Upload(WriteMultipart);

impl Upload {
    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<(), FileError> {
        self.0.wait_for_capacity(PARTS_UNDER_WAY_MAX).await?;
        self.0.put(bytes);
        Ok(())
    }

    pub(crate) async fn finish(self) -> Result<(), FileError> {
        self.0.finish().await?;
        Ok(())
    }

    /// Leaves nothing behind. Should that fail, the store's own expiry of unfinished uploads does it.
    pub(crate) async fn abort(self) {
        if let Err(error) = self.0.abort().await {
            tracing::warn!(%error, "an unfinished upload was left behind");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_for_all_its_types() {
        let files = FilesConfig::default();
        let takes = |text: &str| files.takes(&MediaType::try_new(text).unwrap());
        assert!(takes("audio/x-anything") && takes("application/zip") && takes("Text/Plain; charset=utf-8"));
        assert!(!takes("text/html") && !takes("application/x-msdownload"));
    }
}
