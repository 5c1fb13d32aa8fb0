//! A file of a document, kept in the folder of an export: whole, or not at all.

use std::path::{Path, PathBuf};

use comptoir_domain::document::DocumentFacts;
use comptoir_domain::values::Sha256Hex;
use comptoir_engine::files::DocumentFormat;
use comptoir_engine::{DocumentFile, DocumentRead, Engine, RequestContext, UseCaseError};
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::fs;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::super::CliError;
use super::super::place::path_of;

/// How many bytes are read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is there now.
    Written,
    /// It was there.
    Before,
    /// It is no longer kept anywhere.
    Forgotten,
    /// It does not exist yet.
    NotYetRendered,
}

/// Writes a file of a document below a folder, unless it is there.
pub(super) async fn keep(
    engine: &Engine,
    request: &RequestContext,
    folder: &Path,
    read: &DocumentRead,
    format: DocumentFormat,
) -> Result<Kept, CliError> {
    let Some(facts) = read.document.state.facts() else {
        return Ok(Kept::Forgotten);
    };
    let document_id = facts.content.document_id;
    let file = match engine.document_file(request, document_id, format).await {
        Ok(file) => file,
        Err(UseCaseError::NotYetRendered) => return Ok(Kept::NotYetRendered),
        Err(UseCaseError::NoLongerKept) => return Ok(Kept::Forgotten),
        Err(error) => return Err(error.into()),
    };
    let path = folder.join(relative(facts, format));
    if has(&path, &file).await? {
        return Ok(Kept::Before);
    }
    write(engine, &file, &path).await?;
    Ok(Kept::Written)
}

/// Where the file stands in the folder.
pub(super) fn relative(facts: &DocumentFacts, format: DocumentFormat) -> PathBuf {
    path_of(&facts.content, format.extension())
}

/// Whether the file is there, with the right bytes.
async fn has(path: &Path, file: &DocumentFile) -> Result<bool, CliError> {
    let Ok(known) = fs::metadata(path).await else {
        return Ok(false);
    };
    if known.len() != file.content.bytes {
        return Ok(false);
    }
    let mut open = fs::File::open(path).await?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE_BYTES]);
    loop {
        match open.read(&mut piece).await? {
            0 => break,
            bytes => hash.update(&piece[..bytes]),
        }
    }
    Ok(is(hash, file))
}

/// Writes it under another name first: a file with the right name is whole, whatever happens on the way.
async fn write(engine: &Engine, file: &DocumentFile, path: &Path) -> Result<(), CliError> {
    let part = path.with_extension("part");
    let unwritable = |source| CliError::Unwritable {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await.map_err(unwritable)?;
    }
    let mut out = fs::File::create(&part).await.map_err(unwritable)?;
    let mut bytes = engine.read_document_file(file, 0..file.content.bytes).await?;
    let mut hash = Sha256::new();
    while let Some(piece) = bytes.try_next().await.map_err(UseCaseError::from)? {
        hash.update(&piece);
        out.write_all(&piece).await.map_err(unwritable)?;
    }
    out.sync_all().await.map_err(unwritable)?;
    drop(out);
    if !is(hash, file) {
        return Err(CliError::NotAsIssued {
            name: file.name.clone(),
        });
    }
    fs::rename(&part, path).await.map_err(unwritable)
}

fn is(hash: Sha256, file: &DocumentFile) -> bool {
    let found: [u8; 32] = hash.finalize().into();
    Sha256Hex::from_bytes(found) == file.content.sha256
}
