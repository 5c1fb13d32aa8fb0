//! The product's binary: its commands, and a node that serves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use comptoir_sandbox::hyperswitch::StandInOptions;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// What `comptoir serve` prints before its address when it is ready.
const READY: &str = "comptoir is ready on ";
const READY_TIMEOUT: Duration = Duration::from_secs(30);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Secrets of the tests, which must appear nowhere.
pub(crate) const JWT_SECRET: &str = "journeys-journeys-journeys-journeys";
pub(crate) const MASTER_KEY: &str = "am91cm5leXMgam91cm5leXMgam91cm5leXMgam91cm4=";

/// The binary with its settings.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    path: PathBuf,
    settings: Vec<(String, String)>,
    /// Where its nodes keep files.
    files: Arc<TempDir>,
}

impl Binary {
    /// The settings of a journey: the clockwork is quick where a journey waits for it, and the reconciler is out of the way,
    /// so that no journey is saved by it unseen.
    pub(crate) fn new(database_url: &str, hyperswitch_url: &str) -> Self {
        let account = StandInOptions::default();
        let settings = [
            ("DATABASE_URL", database_url),
            ("COMPTOIR_HTTP_ADDR", "127.0.0.1:0"),
            ("COMPTOIR_DATABASE_CONNECTIONS_MAX", "6"),
            ("COMPTOIR_JWT_SECRET", JWT_SECRET),
            ("COMPTOIR_MASTER_KEY", MASTER_KEY),
            ("HYPERSWITCH_BASE_URL", hyperswitch_url),
            ("HYPERSWITCH_API_KEY", &account.api_key),
            ("HYPERSWITCH_PUBLISHABLE_KEY", &account.publishable_key),
            ("HYPERSWITCH_PROFILE_ID", &account.profile_id),
            ("HYPERSWITCH_WEBHOOK_SECRET", &account.webhook_secret),
            ("COMPTOIR_PAYMENT_RETRY_AFTER_MS", "200"),
            ("COMPTOIR_PAYMENT_RETRY_INTERVAL_MS", "50"),
            ("COMPTOIR_EXPIRY_INTERVAL_MS", "100"),
            ("COMPTOIR_RECONCILER_INTERVAL_MS", "3600000"),
            ("COMPTOIR_RECONCILER_DISPUTES_INTERVAL_MS", "86400000"),
            ("COMPTOIR_LOG_FORMAT", "json"),
        ];
        let files = tempfile::tempdir().expect("a temporary folder");
        let folder = files.path().display().to_string();
        Self {
            path: beside_the_tests("comptoir"),
            settings: Vec::new(),
            files: Arc::new(files),
        }
        .with(&settings)
        .with(&[("COMPTOIR_FILES_FOLDER", &folder)])
    }

    /// The same with these settings; an empty one counts as not set.
    #[must_use]
    pub(crate) fn with(mut self, settings: &[(&str, &str)]) -> Self {
        for (name, value) in settings {
            self.settings.retain(|(known, _)| known != name);
            self.settings.push(((*name).to_owned(), (*value).to_owned()));
        }
        self
    }

    /// Where its nodes keep files.
    pub(crate) fn files(&self) -> &Path {
        self.files.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        let settings = self.settings.iter().map(|(name, value)| (name, value));
        command
            .args(arguments)
            .env_clear()
            .envs(settings)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// A command for who cannot wait otherwise than by blocking.
    pub(crate) fn blocking_command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(&self.path);
        let settings = self.settings.iter().map(|(name, value)| (name, value));
        command.args(arguments).env_clear().envs(settings);
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments)
            .output()
            .await
            .unwrap_or_else(|error| self.not_built(&error))
    }

    /// Runs a command that must succeed; answers with what it printed.
    pub(crate) async fn run_well(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "comptoir {} failed: {said}",
            arguments.join(" ")
        );
        String::from_utf8(output.stdout)
            .expect("the output is text")
            .trim()
            .to_owned()
    }

    /// Starts a node and waits until it is ready.
    pub(crate) async fn serve(&self) -> Node {
        self.serve_as(&["serve"]).await
    }

    /// The same with other arguments.
    pub(crate) async fn serve_as(&self, arguments: &[&str]) -> Node {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = fs::File::create(folder.path().join("log")).expect("a file for the log");
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap_or_else(|error| self.not_built(&error));
        let mut lines = BufReader::new(child.stdout.take().expect("its output is a pipe")).lines();
        let first = tokio::time::timeout(READY_TIMEOUT, lines.next_line()).await;
        let line = first.ok().and_then(Result::ok).flatten().unwrap_or_default();
        let base_url = line.strip_prefix(READY).and_then(|rest| rest.split(' ').next());
        let Some(base_url) = base_url else {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            panic!("comptoir serve was not ready in time; it said {line:?} and logged:\n{log}");
        };
        Node {
            child,
            base_url: base_url.to_owned(),
            folder,
        }
    }

    fn not_built(&self, error: &std::io::Error) -> ! {
        let path = self.path.display();
        panic!(
            "{path}: {error}. Journeys need the binary: `cargo build --workspace` makes it, as `make test` does"
        )
    }
}

/// Cargo puts the binaries of the workspace into the folder above that of the tests.
pub(crate) fn beside_the_tests(binary: &str) -> PathBuf {
    let mut path = std::env::current_exe().expect("a test knows its own file");
    path.pop();
    path.set_file_name(binary);
    path
}

/// A process that serves. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    base_url: String,
    folder: TempDir,
}

impl Node {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base_url)
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn webhook_url(&self) -> String {
        self.url("/webhooks/hyperswitch")
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("the log can be read")
    }

    /// `kill -9`, as a machine that loses its power.
    pub(crate) async fn kill_hard(&mut self) {
        self.child.kill().await.expect("the process was running");
    }

    /// The same, without waiting for its end.
    pub(crate) fn kill_without_waiting(&self) {
        self.signal(Signal::KILL);
    }

    /// Tells it to stop, as a service manager does.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    fn signal(&self, signal: Signal) {
        let id = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        kill_process(id.expect("the process is running"), signal).expect("it can be told");
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(STOP_TIMEOUT, self.child.wait()).await;
        ended
            .expect("the process ends in time")
            .expect("its end can be seen")
    }
}
