//! One private PostgreSQL server.

use std::path::PathBuf;
use std::process::Child;

use sqlx::{Connection, PgConnection};

use super::cluster::Cluster;
use super::guard::Guard;
use super::{PostgresError, process, template};

/// How much of the promise of durability the server keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// PostgreSQL's defaults: `fsync` and `synchronous_commit` on. What a crash test and a benchmark need.
    #[default]
    Full,
    /// `fsync` off: a crash of the machine may lose everything, a `kill -9` of the server still loses nothing.
    Relaxed,
}

/// Where the server's folder is, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// A folder in the system's temporary folder, removed when the server ends.
    #[default]
    Temporary,
    /// A temporary folder below this one, such as a RAM disk.
    TemporaryIn(PathBuf),
    /// This folder: made at the first start and kept, with its data and its port.
    Kept(PathBuf),
}

/// Who connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `postgres`, who may do anything.
    Superuser,
    /// `comptoir`, no superuser: owns the product's databases and may create some.
    Comptoir,
}

impl Role {
    /// The role's name on the server.
    pub fn name(self) -> &'static str {
        match self {
            Self::Superuser => "postgres",
            Self::Comptoir => "comptoir",
        }
    }
}

/// What kind of server is wanted.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where its folder is.
    pub place: Place,
    /// Whether it flushes to disk.
    pub durability: Durability,
    /// How many connections it accepts.
    pub max_connections: u16,
    /// Its port; a free one if none is given.
    pub port: Option<u16>,
    /// Further settings, as in `postgresql.conf`: name and value.
    pub settings: Vec<(String, String)>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            place: Place::default(),
            durability: Durability::default(),
            max_connections: 500,
            port: None,
            settings: Vec::new(),
        }
    }
}

/// A running PostgreSQL server. Dropping it stops it; so does the death of this process.
#[derive(Debug)]
pub struct Server {
    cluster: Cluster,
    postmaster: Option<Child>,
    guard: Guard,
}

impl Server {
    /// Starts a server and answers when it accepts connections.
    pub async fn start(options: ServerOptions) -> Result<Self, PostgresError> {
        on_blocking_thread(move || Self::start_blocking(options)).await
    }

    /// [`Server::start`] for callers outside an asynchronous runtime.
    pub fn start_blocking(options: ServerOptions) -> Result<Self, PostgresError> {
        let mut cluster = Cluster::place(options)?;
        // From here on, whatever ends this process also ends what it has started.
        let guard = Guard::start(&cluster.folder, &cluster.options.place)?;
        let postmaster = cluster.first_launch()?;
        Ok(Self {
            cluster,
            postmaster: Some(postmaster),
            guard,
        })
    }

    /// The address of a database on this server, for a role.
    pub fn url_for(&self, database: &str, role: Role) -> String {
        format!(
            "postgres://{}@127.0.0.1:{}/{database}",
            role.name(),
            self.cluster.port
        )
    }

    /// The superuser's address of the database `postgres`.
    pub fn superuser_url(&self) -> String {
        self.url_for("postgres", Role::Superuser)
    }

    /// The port on 127.0.0.1; it stays the same over a restart.
    pub fn port(&self) -> u16 {
        self.cluster.port
    }

    /// Makes a database that the role `comptoir` owns, unless it is there; answers with its address for that role.
    ///
    /// The name is letters, digits and underscores, as it goes into the statement.
    pub async fn ensure_database(&self, name: &str) -> Result<String, PostgresError> {
        let mut admin = PgConnection::connect(&self.superuser_url()).await?;
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(name)
            .fetch_one(&mut admin)
            .await?;
        if !exists {
            let owner = Role::Comptoir.name();
            template::run(&mut admin, format!("CREATE DATABASE {name} OWNER {owner}")).await?;
        }
        admin.close().await?;
        Ok(self.url_for(name, Role::Comptoir))
    }

    /// The end of the server's log.
    pub fn log_tail(&self) -> String {
        self.cluster.log_tail()
    }

    /// `kill -9` of the server and all its processes, as a power cut would end them.
    pub fn kill_hard(&mut self) {
        if let Some(mut postmaster) = self.postmaster.take() {
            process::crash(&mut postmaster);
        }
    }

    /// Starts the server again after [`Server::kill_hard`], on the same port; it recovers from its log first.
    pub async fn start_again(&mut self) -> Result<(), PostgresError> {
        if self.postmaster.is_none() {
            let cluster = self.cluster.clone();
            self.postmaster = Some(on_blocking_thread(move || cluster.launch()).await?);
        }
        Ok(())
    }

    /// Stops the server and waits for its end.
    pub async fn stop(self) -> Result<(), PostgresError> {
        on_blocking_thread(move || {
            drop(self);
            Ok(())
        })
        .await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut postmaster) = self.postmaster.take() {
            self.cluster.end(&mut postmaster);
        }
        self.guard.release();
    }
}

async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PostgresError> + Send + 'static,
) -> Result<T, PostgresError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(failure) => Err(PostgresError::io("wait for the server's thread")(failure.into())),
    }
}
