//! Where the server's binaries are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::PostgresError;
use crate::environment;

/// Debian and its kin keep each major version in a folder of its own, outside PATH.
const VERSIONS_FOLDER: &str = "/usr/lib/postgresql";
const PREFERRED_VERSION: u32 = 15;
const SUPPORTED_VERSIONS: std::ops::RangeInclusive<u32> = 14..=18;

/// The folder that holds `initdb` and `postgres`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Looks below `/usr/lib/postgresql` (15 if it is there, else the newest of 14 to 18), then in PATH.
    pub fn find() -> Result<Self, PostgresError> {
        let looked_in = PathBuf::from(VERSIONS_FOLDER);
        best_version(&looked_in)
            .or_else(folder_in_path)
            .map(|folder| Self { folder })
            .ok_or(PostgresError::NoBinaries { looked_in })
    }

    /// The path of one of the binaries, such as `initdb`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn is_complete(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

fn best_version(versions_folder: &Path) -> Option<PathBuf> {
    let found = fs::read_dir(versions_folder).ok()?.filter_map(|entry| {
        let version: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let folder = versions_folder.join(version.to_string()).join("bin");
        (SUPPORTED_VERSIONS.contains(&version) && is_complete(&folder)).then_some((version, folder))
    });
    found
        .max_by_key(|(version, _)| (*version == PREFERRED_VERSION, *version))
        .map(|(_, folder)| folder)
}

fn folder_in_path() -> Option<PathBuf> {
    let path = environment::variable("PATH")?;
    env::split_paths(&path).find(|folder| is_complete(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(root: &Path, version: &str) {
        let folder = root.join(version).join("bin");
        fs::create_dir_all(&folder).unwrap();
        for name in ["initdb", "postgres"] {
            fs::write(folder.join(name), "").unwrap();
        }
    }

    #[test]
    fn the_preferred_version_wins_over_a_newer_one() {
        let root = tempfile::tempdir().unwrap();
        for version in ["14", "15", "17"] {
            install(root.path(), version);
        }
        assert_eq!(best_version(root.path()), Some(root.path().join("15/bin")));
    }

    #[test]
    fn else_the_newest_supported_version_wins() {
        let root = tempfile::tempdir().unwrap();
        for version in ["13", "14", "16", "99"] {
            install(root.path(), version);
        }
        assert_eq!(best_version(root.path()), Some(root.path().join("16/bin")));
    }

    #[test]
    fn a_version_with_client_programs_only_does_not_count() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("15/bin")).unwrap();
        assert_eq!(best_version(root.path()), None);
    }
}
