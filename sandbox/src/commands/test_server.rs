//! `sandbox test-server -- COMMAND`.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use comptoir_sandbox::postgres::{Durability, SERVER_VARIABLE, Server, ServerOptions, TestDatabase};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::process::Command;

use super::{Outcome, told_to_stop};

/// The command that needs a server.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Also make a database with the migrations of this folder; `DATABASE_URL` leads to it.
    #[arg(long, value_name = "FOLDER")]
    migrations: Option<PathBuf>,
    /// The program and its arguments; `COMPTOIR_TEST_POSTGRES_URL` leads it to the server.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Ends with the exit status of the command.
pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let options = ServerOptions {
        durability: Durability::Relaxed,
        ..ServerOptions::default()
    };
    let server = Server::start(options).await?;
    let database = match arguments.migrations {
        Some(folder) => Some(migrated_database(&server, folder).await?),
        None => None,
    };
    let (program, rest) = arguments.command.split_first().ok_or("no command was given")?;
    let mut command = Command::new(program);
    command.args(rest).env(SERVER_VARIABLE, server.superuser_url());
    if let Some(database) = &database {
        command.env("DATABASE_URL", database.url());
    }
    let mut child = command.kill_on_drop(true).spawn()?;
    let status = tokio::select! {
        status = child.wait() => Some(status?),
        stopped = told_to_stop() => {
            stopped?;
            // Ctrl-C has reached the command as well; it gets the time to end by itself.
            let _ = tokio::time::timeout(std::time::Duration::from_secs(5), child.wait()).await;
            None
        }
    };
    drop(database);
    server.stop().await?;
    let code = status
        .and_then(|status| status.code())
        .and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// A database with these migrations. Read models live in schemas of their own and are written without naming them, so
/// all schemas are searched: then every statement can be checked in it.
async fn migrated_database(server: &Server, migrations: PathBuf) -> Result<TestDatabase, Box<dyn Error>> {
    let database = TestDatabase::create_on(server, &Migrator::new(migrations).await?).await?;
    let mut owner = PgConnection::connect(database.url()).await?;
    let set: String = sqlx::query_scalar(
        "SELECT format('ALTER DATABASE %I SET search_path = %s', current_database(),
                       string_agg(quote_ident(nspname), ', ' ORDER BY nspname <> 'public', nspname))
         FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'",
    )
    .fetch_one(&mut owner)
    .await?;
    sqlx::raw_sql(AssertSqlSafe(set)).execute(&mut owner).await?;
    owner.close().await?;
    Ok(database)
}
