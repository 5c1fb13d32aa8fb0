//! Where the measured PostgreSQL keeps its data, and how it is set.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use comptoir_sandbox::postgres::{Durability, Place, Role, Server, ServerOptions};
use serde::Serialize;
use sqlx::{Connection, PgConnection};

const TMPFS_MAGIC: i64 = 0x0102_1994;
const TMPFS_BYTES_MIN: u64 = 8 << 30;
const CONNECTIONS_MAX: u16 = 400;

/// What the data directory lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Storage {
    /// The machine's disk.
    Disk,
    /// A RAM disk, where a flush costs nothing: shows the cost beside the flush.
    Tmpfs,
}

impl Storage {
    /// The name in tables and figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Tmpfs => "tmpfs",
        }
    }

    /// Starts a PostgreSQL with default durability on it: only `max_connections` differs from the defaults.
    pub(crate) async fn start_server(self) -> Result<Server> {
        self.start_server_with(&[]).await
    }

    /// The same with further settings.
    pub(crate) async fn start_server_with(self, settings: &[(String, String)]) -> Result<Server> {
        let place = Place::TemporaryIn(self.folder()?);
        let options = ServerOptions {
            place,
            durability: Durability::Full,
            max_connections: CONNECTIONS_MAX,
            settings: settings.to_vec(),
            ..ServerOptions::default()
        };
        Server::start(options)
            .await
            .with_context(|| format!("start PostgreSQL on {}", self.name()))
    }

    /// Where files go that are to lie on it.
    pub(crate) fn folder(self) -> Result<PathBuf> {
        match self {
            Self::Disk => disk_folder(),
            Self::Tmpfs => ram_folder(),
        }
    }
}

fn disk_folder() -> Result<PathBuf> {
    let candidates = [std::env::temp_dir(), PathBuf::from("/var/tmp")];
    match candidates
        .into_iter()
        .find(|folder| folder.is_dir() && !is_tmpfs(folder))
    {
        Some(folder) => Ok(folder),
        None => bail!("the temporary folders are RAM disks: set TMPDIR to a folder on a disk"),
    }
}

fn ram_folder() -> Result<PathBuf> {
    let folder = PathBuf::from("/dev/shm");
    if !is_tmpfs(&folder) {
        bail!("/dev/shm is not a RAM disk on this machine");
    }
    let space = rustix::fs::statvfs(&folder).map(|stat| stat.f_bavail * stat.f_frsize)?;
    if space < TMPFS_BYTES_MIN {
        bail!(
            "/dev/shm has {} MiB free, and {} are needed",
            space >> 20,
            TMPFS_BYTES_MIN >> 20
        );
    }
    Ok(folder)
}

fn is_tmpfs(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|stat| stat.f_type == TMPFS_MAGIC)
}

/// What a new database holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Template<'a> {
    Empty,
    CopyOf(&'a str),
}

/// A new database, owned by the unprivileged role.
pub(crate) async fn create_database(server: &Server, name: &str, template: Template<'_>) -> Result<String> {
    let mut connection = PgConnection::connect(&server.superuser_url()).await?;
    // A database's name cannot be a parameter; ours are made of letters, digits and underscores.
    let template = match template {
        Template::Empty => "template1",
        Template::CopyOf(original) => original,
    };
    let statement = format!(
        "CREATE DATABASE {name} OWNER {} TEMPLATE {template}",
        Role::Comptoir.name()
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(server.url_for(name, Role::Comptoir))
}

/// The version of the server, such as `PostgreSQL 15.14`.
pub(crate) async fn server_version(server: &Server) -> Result<String> {
    let mut connection = PgConnection::connect(&server.superuser_url()).await?;
    let version: String = sqlx::query_scalar("SHOW server_version")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(format!(
        "PostgreSQL {}",
        version.split_whitespace().next().unwrap_or(&version)
    ))
}
