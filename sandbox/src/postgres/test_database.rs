//! A database for one test.

use std::str::FromStr;
use std::sync::OnceLock;
use std::thread;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};

use super::PostgresError;
use super::server::{Durability, Role, Server, ServerOptions};
use super::template::{Template, run};
use crate::chance::random_u64;
use crate::environment;

/// The variable with the superuser's address of a server that a whole test run shares (`sandbox test-server` sets it).
pub const SERVER_VARIABLE: &str = "COMPTOIR_TEST_POSTGRES_URL";

const POOL_CONNECTIONS_MAX: u32 = 8;

/// A migrated database of its own, owned by the role `comptoir` (no superuser), dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: PgConnectOptions,
    url: String,
    superuser_url: String,
}

impl TestDatabase {
    /// A new database on the server that this test run shares, or else on one that this process shares.
    pub async fn create(migrator: &Migrator) -> Result<Self, PostgresError> {
        let url = tokio::task::spawn_blocking(shared_server_url)
            .await
            .map_err(|failure| PostgresError::io("start the shared server")(failure.into()))??;
        Self::clone_template(&url, migrator).await
    }

    /// A new database on this server, for tests that crash it.
    pub async fn create_on(server: &Server, migrator: &Migrator) -> Result<Self, PostgresError> {
        Self::clone_template(&server.superuser_url(), migrator).await
    }

    /// Its address for the role `comptoir`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its address for the superuser.
    pub fn superuser_url(&self) -> &str {
        &self.superuser_url
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A small pool of connections as `comptoir`, opened as they are needed.
    #[expect(
        clippy::unused_async,
        reason = "a pool can only be made inside a runtime, which async callers are"
    )]
    pub async fn pool(&self) -> PgPool {
        let address = self
            .server
            .clone()
            .username(Role::Comptoir.name())
            .database(&self.name);
        PgPoolOptions::new()
            .max_connections(POOL_CONNECTIONS_MAX)
            .connect_lazy_with(address)
    }

    async fn clone_template(server_url: &str, migrator: &Migrator) -> Result<Self, PostgresError> {
        let server = PgConnectOptions::from_str(server_url)?.disable_statement_logging();
        let name = format!("test_{}_{:016x}", std::process::id(), random_u64());
        let mut admin = server.clone().connect().await?;
        let template = Template::ensure(&mut admin, &server, migrator).await?.name;
        let owner = Role::Comptoir.name();
        run(
            &mut admin,
            format!("CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}"),
        )
        .await?;
        admin.close().await?;
        let url_as = |role: Role| {
            format!(
                "postgres://{}@{}:{}/{name}",
                role.name(),
                server.get_host(),
                server.get_port()
            )
        };
        let (url, superuser_url) = (url_as(Role::Comptoir), url_as(Role::Superuser));
        Ok(Self {
            name,
            server,
            url,
            superuser_url,
        })
    }
}

impl Drop for TestDatabase {
    /// As well as it can be done: a server that the test has killed has no database left to drop.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The runtime of the test may be gone or busy, so this one has a thread and a runtime of its own.
        let dropping = thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            runtime.block_on(async {
                if let Ok(mut admin) = server.connect().await {
                    let _ = run(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                }
            });
        });
        let _ = dropping.join();
    }
}

/// Blocks while the server starts; the tests of one process come here at once and share it.
fn shared_server_url() -> Result<String, PostgresError> {
    static OWN_SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    if let Some(url) = environment::variable(SERVER_VARIABLE) {
        return Ok(url);
    }
    let options = ServerOptions {
        durability: Durability::Relaxed,
        ..ServerOptions::default()
    };
    let server = OWN_SERVER.get_or_init(|| Server::start_blocking(options).map_err(|error| chain(&error)));
    match server {
        Ok(server) => Ok(server.superuser_url()),
        Err(log) => Err(PostgresError::DidNotStart { log: log.clone() }),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
