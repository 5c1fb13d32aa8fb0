//! PostgreSQL's Unix socket, as is usual for programs on its own machine.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::Result;

use crate::report;

/// Where the socket is. PostgreSQL runs as a user of its own, who must be able to make it there.
#[derive(Debug)]
pub(crate) struct SocketFolder(PathBuf);

impl SocketFolder {
    pub(crate) fn make() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("comptoir-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777))?;
        Ok(Self(folder))
    }

    /// The setting that makes PostgreSQL listen there.
    pub(crate) fn setting(&self) -> (String, String) {
        ("unix_socket_directories".to_owned(), self.0.display().to_string())
    }

    /// The same database by the socket.
    pub(crate) fn url(&self, by_tcp: &str) -> String {
        format!("{by_tcp}?host={}", self.0.display())
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            report::progress(&format!("{} is left behind: {error}", self.0.display()));
        }
    }
}
