//! The folder of a server.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use super::PostgresError;
use super::account::Account;
use super::server::Place;

/// Makes the folder, or finds the kept one, and gives it to the account that runs the server.
pub(super) fn make(place: &Place, account: Account) -> Result<PathBuf, PostgresError> {
    let folder = match place {
        Place::Temporary => temporary_folder(&std::env::temp_dir())?,
        Place::TemporaryIn(parent) => temporary_folder(parent)?,
        Place::Kept(folder) => kept_folder(folder, account)?,
    };
    account.take_over(&folder)?;
    folder
        .canonicalize()
        .map_err(PostgresError::io("resolve the server's folder"))
}

fn temporary_folder(parent: &Path) -> Result<PathBuf, PostgresError> {
    tempfile::Builder::new()
        .prefix("comptoir-postgres-")
        .tempdir_in(parent)
        .map(tempfile::TempDir::keep)
        .map_err(PostgresError::io(format!(
            "make a folder in {}",
            parent.display()
        )))
}

/// A checkout below a private home folder cannot be entered by the unprivileged user who runs the server for root:
/// then the folder is a link to one that can.
fn kept_folder(folder: &Path, account: Account) -> Result<PathBuf, PostgresError> {
    if folder.exists() {
        return Ok(folder.to_owned());
    }
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(PostgresError::io(format!("make {}", parent.display())))?;
    let making = PostgresError::io(format!("make {}", folder.display()));
    let parent = parent
        .canonicalize()
        .map_err(PostgresError::io("resolve the server's folder"))?;
    if account.can_enter(&parent) {
        fs::DirBuilder::new().mode(0o700).create(folder).map_err(making)?;
        return Ok(folder.to_owned());
    }
    let elsewhere = temporary_folder(Path::new("/var/tmp"))?;
    // A link that leads nowhere: what it led to has been tidied away.
    let _ = fs::remove_file(folder);
    symlink(&elsewhere, folder).map_err(making)?;
    Ok(folder.to_owned())
}
