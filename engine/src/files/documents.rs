//! The files of invoices and credit notes: named by their digest, and never changed.

use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;
use comptoir_domain::values::{DocumentId, Sha256Hex};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};

use super::{FileError, FileStore};

/// A form in which a document is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    /// The page, with the XML inside.
    Pdf,
    /// The XML alone.
    Xml,
}

impl DocumentFormat {
    /// What its file is named by.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xml => "xml",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Xml => "application/xml",
        }
    }
}

impl FileStore {
    /// Stores a file. When this returns, it outlives a loss of power.
    pub(crate) async fn put_document(
        &self,
        document: DocumentId,
        digest: Sha256Hex,
        format: DocumentFormat,
        bytes: Bytes,
    ) -> Result<(), FileError> {
        let key = key_of(document, digest, format);
        self.store.put(&key, bytes.into()).await?;
        match self.folder.clone() {
            None => Ok(()),
            Some(folder) => flush(folder, key).await,
        }
    }

    /// Some of the bytes of a file, as they come.
    pub(crate) async fn read_document(
        &self,
        document: DocumentId,
        digest: Sha256Hex,
        format: DocumentFormat,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
        self.read_key(&key_of(document, digest, format), range).await
    }

    /// Forgets a file, if it is there.
    pub(crate) async fn forget_document_file(
        &self,
        document: DocumentId,
        digest: Sha256Hex,
        format: DocumentFormat,
    ) -> Result<(), FileError> {
        self.forget_key(&key_of(document, digest, format)).await
    }

    /// Forgets all files of a document, also those that were stored before a crash and are named by no event.
    pub(crate) async fn forget_document(&self, document: DocumentId) -> Result<(), FileError> {
        let stored: Vec<_> = self.store.list(Some(&folder_of(document))).try_collect().await?;
        for file in stored {
            self.forget_key(&file.location).await?;
        }
        Ok(())
    }

    async fn forget_key(&self, key: &Key) -> Result<(), FileError> {
        match self.store.delete(key).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn folder_of(document: DocumentId) -> Key {
    Key::from_iter(["documents".to_owned(), document.to_string()])
}

fn key_of(document: DocumentId, digest: Sha256Hex, format: DocumentFormat) -> Key {
    folder_of(document).join(format!("{digest}.{}", format.extension()))
}

/// Flushes a file of a folder, and the folders that lead to it.
async fn flush(folder: PathBuf, key: Key) -> Result<(), FileError> {
    let flushing = tokio::task::spawn_blocking(move || {
        let file = folder.join(key.as_ref());
        let folders = file
            .ancestors()
            .skip(1)
            .take_while(|path| path.starts_with(&folder));
        for path in std::iter::once(file.as_path()).chain(folders) {
            std::fs::File::open(path)?.sync_all()?;
        }
        Ok::<_, std::io::Error>(())
    });
    let failed = |source| {
        FileError::Store(object_store::Error::Generic {
            store: "folder",
            source,
        })
    };
    match flushing.await {
        Ok(flushed) => flushed.map_err(|error| failed(error.into())),
        Err(cut_off) => Err(failed(cut_off.into())),
    }
}
