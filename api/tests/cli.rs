//! The binary `comptoir`, as an operator meets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "cli/projections.rs"]
mod projections;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};

use comptoir_ledger::MIGRATOR;
use comptoir_projections::ReadModel;
use comptoir_sandbox::postgres::TestDatabase;
use sqlx::migrate::Migrator;

const JWT_SECRET: &str = "cli-secret-cli-secret-cli-secret-cli";
const WITHOUT_EFFECT: &str = "has no effect in this release";
const MASTER_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn comptoir(database_url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comptoir"));
    command.env_clear().args(arguments).envs([
        ("DATABASE_URL", database_url),
        ("COMPTOIR_HTTP_ADDR", "127.0.0.1:0"),
        ("COMPTOIR_JWT_SECRET", JWT_SECRET),
        ("COMPTOIR_MASTER_KEY", MASTER_KEY),
        ("HYPERSWITCH_BASE_URL", "http://127.0.0.1:1"),
        ("HYPERSWITCH_API_KEY", "snd_cli-hush"),
        ("HYPERSWITCH_PUBLISHABLE_KEY", "pk_snd_cli"),
        ("HYPERSWITCH_WEBHOOK_SECRET", "cli-hook-hush"),
    ]);
    command
}

fn run(database_url: &str, arguments: &[&str]) -> Output {
    comptoir(database_url, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn an_unmigrated_database_is_refused_with_what_to_do() {
    let empty = TestDatabase::create(&Migrator::DEFAULT).await.unwrap();
    let refused = run(empty.url(), &["serve"]);
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("run `comptoir migrate` first"),
        "{}",
        text(&refused.stderr)
    );
    let migrated = run(empty.url(), &["migrate"]);
    assert!(migrated.status.success(), "{}", text(&migrated.stderr));
    assert!(text(&migrated.stdout).contains("migrations applied"));
    assert_eq!(
        text(&run(empty.url(), &["migrate"]).stdout),
        "the database was up to date\n"
    );
    let rebuilt = run(empty.url(), &["rebuild", "orders"]);
    let said = text(&rebuilt.stdout);
    assert_eq!(
        said.lines().next(),
        Some("orders is rebuilt up to position 0"),
        "{}",
        text(&rebuilt.stderr)
    );
    assert!(said.contains("0 events from the first event on, in "), "{said}");
}

/// Starts to serve, sends a signal when it is ready, and answers with its log once it has ended well.
async fn log_of_serving_until(signal: &str, settings: &[(&str, &str)]) -> String {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let mut child = comptoir(database.url(), &["serve"])
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    assert!(
        ready.starts_with("comptoir is ready on http://127.0.0.1:"),
        "{ready}"
    );
    Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    let status = child.wait().unwrap();
    assert!(status.success(), "{signal}: {status}");
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("stopping"), "{log}");
    log
}

#[tokio::test]
async fn serve_says_when_it_is_ready_and_stops_when_it_is_told_to() {
    // By a service manager, and by Ctrl-C.
    for signal in ["-TERM", "-INT"] {
        let log = log_of_serving_until(signal, &[]).await;
        for line in log.lines() {
            assert!(
                serde_json::from_str::<serde_json::Value>(line).is_ok(),
                "not JSON: {line}"
            );
        }
    }
}

#[tokio::test]
async fn a_log_for_people_is_written_where_it_is_asked_for() {
    let log = log_of_serving_until("-TERM", &[("COMPTOIR_LOG_FORMAT", "pretty")]).await;
    let stopping = log.lines().find(|line| line.contains("stopping")).unwrap();
    assert!(stopping.ends_with(" INFO stopping"), "{stopping}");
    // Colours are for terminals, and this is none.
    assert!(!log.contains('\u{1b}'), "{log:?}");
    for line in log.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_err(),
            "JSON: {line}"
        );
    }
}

#[tokio::test]
async fn the_doctor_shows_every_setting_and_no_secret() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let examined = run(database.url(), &["doctor"]);
    let report = text(&examined.stdout);
    // Nothing listens where Hyperswitch should be.
    assert!(!examined.status.success());
    assert!(report.contains("FAILED hyperswitch"), "{report}");
    assert!(
        report.contains("ok     database: reached, and up to date"),
        "{report}"
    );
    assert!(report.contains("pk_snd_cli"), "{report}");
    assert!(!report.contains(WITHOUT_EFFECT), "{report}");
    for secret in [JWT_SECRET, MASTER_KEY, "snd_cli-hush", "cli-hook-hush"] {
        assert!(
            !report.contains(secret) && !text(&examined.stderr).contains(secret),
            "{secret} in {report}"
        );
    }
}

#[tokio::test]
async fn the_doctor_names_variables_that_have_no_effect_and_shows_no_value_of_them() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let set = [
        ("COMPTOIR_METRICS_ADDR", "127.0.0.1:9090"),
        ("RABBITMQ_URL", "amqp://guest:broker-hush@127.0.0.1"),
        ("REDIS_URL", "redis://:cache-hush@127.0.0.1"),
    ];
    let examined = comptoir(database.url(), &["doctor"]).envs(set).output().unwrap();
    let report = text(&examined.stdout);
    let lines = report.lines().filter(|line| line.contains(WITHOUT_EFFECT));
    let named: Vec<&str> = lines
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(named, set.map(|(name, _)| name));
    assert!(!report.contains("hush@"), "{report}");
}

#[test]
fn every_read_model_can_be_named_to_rebuild() {
    let help = Command::new(env!("CARGO_BIN_EXE_comptoir"))
        .env_clear()
        .args(["rebuild", "--help"])
        .output()
        .unwrap();
    assert!(help.status.success());
    let expected = format!(
        "[possible values: {}]",
        ReadModel::ALL.map(ReadModel::name).join(", ")
    );
    // Help and refusals are broken into lines where it suits them.
    let in_one_line = |bytes: &[u8]| text(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
    let help = in_one_line(&help.stdout);
    assert!(help.contains(&expected), "{expected} is not in {help}");
    let refused = run("postgres://comptoir@127.0.0.1:1/none", &["rebuild", "ordres"]);
    let message = in_one_line(&refused.stderr);
    assert!(
        !refused.status.success() && message.contains(&expected),
        "{message}"
    );
}

#[test]
fn a_token_is_three_parts_on_one_line() {
    let minted = run(
        "postgres://nowhere/none",
        &["token", "--role", "buyer", "--ttl", "5m"],
    );
    assert!(minted.status.success(), "{}", text(&minted.stderr));
    assert_eq!(text(&minted.stdout).trim().split('.').count(), 3);
}

#[test]
fn the_description_is_printed_without_any_configuration() {
    let printed = Command::new(env!("CARGO_BIN_EXE_comptoir"))
        .env_clear()
        .arg("openapi")
        .output()
        .unwrap();
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    let document: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn a_wrong_configuration_is_one_message() {
    let output = Command::new(env!("CARGO_BIN_EXE_comptoir"))
        .env_clear()
        .arg("serve")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let message = text(&output.stderr);
    for name in [
        "DATABASE_URL",
        "COMPTOIR_JWT_SECRET",
        "COMPTOIR_MASTER_KEY",
        "HYPERSWITCH_API_KEY",
    ] {
        assert!(
            message.contains(&format!("{name} is missing")),
            "{name} in {message}"
        );
    }
}

/// The binary in a folder of its own, without any settings.
fn in_folder(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_comptoir"))
        .env_clear()
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_preview_needs_no_settings_and_writes_each_form() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, file, start) in [
        (&["invoice", "preview"][..], "b2c_fr.pdf", "%PDF-"),
        (
            &["invoice", "preview", "credit_note_full", "-o", "a.xml"],
            "a.xml",
            "<?xml",
        ),
        (&["invoice", "preview", "--format", "json"], "b2c_fr.json", "{"),
        (
            &["invoice", "preview", "--format", "data"],
            "b2c_fr.data.json",
            "{",
        ),
        (
            &["invoice", "preview", "--all", "--format", "xml", "-o", "all"],
            "all/mandate.xml",
            "<?xml",
        ),
    ] {
        let written = in_folder(folder.path(), arguments);
        assert!(written.status.success(), "{}", text(&written.stderr));
        assert!(text(&written.stdout).contains(file), "{}", text(&written.stdout));
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        assert!(bytes.starts_with(start.as_bytes()), "{file}");
    }
    let unknown = in_folder(folder.path(), &["invoice", "preview", "nothing"]);
    assert!(!unknown.status.success() && text(&unknown.stderr).contains("b2b_domestic"));
}

#[test]
fn a_preview_by_an_own_template_names_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("ours");
    std::fs::create_dir(&template).unwrap();
    let preview = ["invoice", "preview", "--template", "ours"];
    let empty = in_folder(folder.path(), &preview);
    assert!(
        text(&empty.stderr).contains("holds nothing of a template"),
        "{}",
        text(&empty.stderr)
    );
    std::fs::write(template.join("body.typ"), "#let body(data) = [#data.nothing]").unwrap();
    let wrong = in_folder(folder.path(), &preview);
    assert!(!wrong.status.success());
    assert!(
        text(&wrong.stderr).contains("body.typ:1"),
        "{}",
        text(&wrong.stderr)
    );
    assert!(!folder.path().join("b2c_fr.pdf").exists());
    std::fs::write(
        template.join("body.typ"),
        "#let body(data) = [Number #data.document.number]",
    )
    .unwrap();
    let right = in_folder(folder.path(), &preview);
    assert!(right.status.success(), "{}", text(&right.stderr));
    let page = std::fs::read(folder.path().join("b2c_fr.pdf")).unwrap();
    assert!(page.starts_with(b"%PDF-"));
}

#[test]
fn an_export_of_no_time_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let export = [
        "invoice",
        "export",
        "--from",
        "2026-02-01",
        "--to",
        "2026-01-31",
        "-o",
        "books",
    ];
    let refused = in_folder(folder.path(), &export);
    assert!(
        text(&refused.stderr).contains("--to is before --from"),
        "{}",
        text(&refused.stderr)
    );
    let wrong = in_folder(
        folder.path(),
        &[
            "invoice", "export", "--from", "soon", "--to", "later", "-o", "books",
        ],
    );
    assert!(!wrong.status.success());
    assert!(!folder.path().join("books").exists());
}
