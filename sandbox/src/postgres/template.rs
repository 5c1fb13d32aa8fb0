//! The template database: migrated once, cloned for every test.

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection};

use super::PostgresError;
use super::server::Role;

/// A migrated database that is ready to be cloned. Nobody can connect to it, so that cloning never has to wait.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) name: String,
}

impl Template {
    /// Finds or makes the template for these migrations on the server behind `admin`.
    pub(super) async fn ensure(
        admin: &mut PgConnection,
        address: &PgConnectOptions,
        migrator: &Migrator,
    ) -> Result<Self, PostgresError> {
        let digest = digest_of(migrator);
        let template = Self {
            name: format!("comptoir_template_{}", hex::encode(&digest[..8])),
        };
        if template.is_complete(admin).await? {
            return Ok(template);
        }
        let lock = i64::from_be_bytes(std::array::from_fn(|index| digest[index]));
        sqlx::query("SELECT pg_advisory_lock($1)")
            .bind(lock)
            .execute(&mut *admin)
            .await?;
        // The lock is released when the connection ends, whatever comes of this.
        let made = template.make_unless_complete(admin, address, migrator).await;
        sqlx::query("SELECT pg_advisory_unlock($1)")
            .bind(lock)
            .execute(admin)
            .await?;
        made.map(|()| template)
    }

    async fn make_unless_complete(
        &self,
        admin: &mut PgConnection,
        address: &PgConnectOptions,
        migrator: &Migrator,
    ) -> Result<(), PostgresError> {
        if self.is_complete(admin).await? {
            return Ok(());
        }
        let name = &self.name;
        // What a maker left behind that died half-way.
        run(admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        run(
            admin,
            format!("CREATE DATABASE {name} OWNER {}", Role::Comptoir.name()),
        )
        .await?;
        let owner = address.clone().username(Role::Comptoir.name()).database(name);
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(owner)
            .await?;
        migrator.run(&pool).await?;
        pool.close().await;
        run(
            admin,
            format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true"),
        )
        .await
    }

    /// Only a template whose migrations have all succeeded is marked as one.
    async fn is_complete(&self, admin: &mut PgConnection) -> Result<bool, PostgresError> {
        let found = sqlx::query_scalar("SELECT datistemplate FROM pg_database WHERE datname = $1")
            .bind(&self.name)
            .fetch_optional(admin)
            .await?;
        Ok(found.unwrap_or(false))
    }
}

/// Statements about databases take no parameters; every name in them is made here, of letters and digits.
pub(super) async fn run(connection: &mut PgConnection, statement: String) -> Result<(), PostgresError> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

fn digest_of(migrator: &Migrator) -> [u8; 32] {
    let mut digest = Sha256::new();
    for migration in migrator.iter() {
        digest.update(migration.version.to_be_bytes());
        digest.update(&migration.checksum);
    }
    digest.finalize().into()
}
