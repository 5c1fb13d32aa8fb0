//! The private PostgreSQL, tested as its users see it.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use comptoir_sandbox::postgres::{Place, Role, Server, ServerOptions, TestDatabase};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection, PgConnection, SqlSafeStr};

type Outcome = Result<(), Box<dyn Error>>;

fn migrator() -> Migrator {
    let create = "CREATE TABLE note (text text NOT NULL)".into_sql_str();
    Migrator::with_migrations(vec![Migration::new(
        1,
        Cow::from("notes"),
        MigrationType::Simple,
        create,
        false,
    )])
}

#[tokio::test]
async fn each_test_has_a_migrated_database_of_its_own() -> Outcome {
    let (one, other) = (
        TestDatabase::create(&migrator()).await?,
        TestDatabase::create(&migrator()).await?,
    );
    sqlx::query("INSERT INTO note VALUES ('only in one')")
        .execute(&one.pool().await)
        .await?;
    let in_other: i64 = sqlx::query_scalar("SELECT count(*) FROM note")
        .fetch_one(&other.pool().await)
        .await?;
    assert_eq!(in_other, 0);
    Ok(())
}

#[tokio::test]
async fn databases_are_made_side_by_side_and_dropped() -> Outcome {
    let tasks: Vec<_> = (0..8)
        .map(|_| tokio::spawn(async { TestDatabase::create(&migrator()).await }))
        .collect();
    let mut names = Vec::new();
    let mut server_url = String::new();
    for task in tasks {
        let database = task.await??;
        names.push(database.name().to_owned());
        server_url = database.superuser_url().replace(database.name(), "postgres");
    }
    let mut admin = PgConnection::connect(&server_url).await?;
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = ANY($1)")
        .bind(&names)
        .fetch_one(&mut admin)
        .await?;
    assert_eq!(left, 0);
    Ok(())
}

#[tokio::test]
async fn the_product_connects_as_an_owner_who_is_no_superuser() -> Outcome {
    let database = TestDatabase::create(&migrator()).await?;
    let (name, superuser): (String, bool) =
        sqlx::query_as("SELECT rolname::text, rolsuper FROM pg_roles WHERE rolname = current_user")
            .fetch_one(&database.pool().await)
            .await?;
    assert_eq!((name.as_str(), superuser), ("comptoir", false));
    let (owner,): (String,) =
        sqlx::query_as("SELECT tableowner::text FROM pg_tables WHERE tablename = 'note'")
            .fetch_one(&database.pool().await)
            .await?;
    assert_eq!(owner, "comptoir");
    Ok(())
}

#[tokio::test]
async fn what_was_committed_outlives_a_hard_kill() -> Outcome {
    let mut server = Server::start(ServerOptions::default()).await?;
    let database = TestDatabase::create_on(&server, &migrator()).await?;
    sqlx::query("INSERT INTO note VALUES ('kept')")
        .execute(&database.pool().await)
        .await?;

    server.kill_hard();
    assert!(PgConnection::connect(database.url()).await.is_err());
    server.start_again().await?;

    let text: String = sqlx::query_scalar("SELECT text FROM note")
        .fetch_one(&database.pool().await)
        .await?;
    assert_eq!(text, "kept");
    let fsync: String = sqlx::query_scalar("SHOW fsync")
        .fetch_one(&database.pool().await)
        .await?;
    assert_eq!(fsync, "on");
    Ok(())
}

#[tokio::test]
async fn a_kept_server_has_its_data_and_port_when_it_is_started_again() -> Outcome {
    let parent = open_temporary_folder()?;
    let options = || ServerOptions {
        place: Place::Kept(parent.path().join("pg")),
        ..ServerOptions::default()
    };
    let server = Server::start(options()).await?;
    let port = server.port();
    let mut connection = PgConnection::connect(&server.superuser_url()).await?;
    sqlx::query("CREATE DATABASE remembered")
        .execute(&mut connection)
        .await?;
    drop(connection);
    server.stop().await?;

    let server = Server::start(options()).await?;
    assert_eq!(server.port(), port);
    PgConnection::connect(&server.url_for("remembered", Role::Superuser)).await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_stopped_temporary_server_leaves_nothing() -> Outcome {
    let parent = open_temporary_folder()?;
    let place = Place::TemporaryIn(parent.path().to_owned());
    let server = Server::start(ServerOptions {
        place,
        ..ServerOptions::default()
    })
    .await?;
    assert_eq!(std::fs::read_dir(parent.path())?.count(), 1);
    let url = server.superuser_url();
    server.stop().await?;
    assert_eq!(std::fs::read_dir(parent.path())?.count(), 0);
    assert!(PgConnection::connect(&url).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_server_ends_when_its_starter_is_killed() -> Outcome {
    let parent = open_temporary_folder()?;
    let mut starter = tokio::process::Command::new(env!("CARGO_BIN_EXE_sandbox"))
        .args(["postgres", "--temporary-in"])
        .arg(parent.path())
        .stdout(std::process::Stdio::null())
        .spawn()?;
    wait_until("a server is up", || server_is_up(parent.path())).await;
    starter.kill().await?;
    wait_until("its folder is gone", || folder_is_empty(parent.path())).await;
    Ok(())
}

/// A temporary folder that the unprivileged user may enter whom root lends the server to.
fn open_temporary_folder() -> std::io::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

fn server_is_up(parent: &std::path::Path) -> bool {
    let Some(Ok(folder)) = std::fs::read_dir(parent)
        .ok()
        .and_then(|mut entries| entries.next())
    else {
        return false;
    };
    std::fs::read_to_string(folder.path().join("data/postmaster.pid"))
        .is_ok_and(|text| text.contains("ready"))
}

fn folder_is_empty(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..600 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited 30 s in vain until {what}");
}
