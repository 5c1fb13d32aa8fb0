//! The engine: the product's own binary, as a child process.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use comptoir_sandbox::http_client::{HttpClient, Method};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::leash::Leash;

const READY_TIMEOUT: Duration = Duration::from_secs(30);
const READY_POLL_INTERVAL: Duration = Duration::from_millis(50);
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// How the engine is called.
#[derive(Debug, Clone)]
pub(super) struct Binary {
    pub(super) path: PathBuf,
    pub(super) variables: Vec<(String, String)>,
}

impl Binary {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs a subcommand to its end and answers with what it printed.
    pub(super) async fn run(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = self
            .command(arguments)
            .output()
            .await
            .map_err(|error| self.not_there(&error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`comptoir {}` failed: {}", arguments.join(" "), said.trim()).into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts to serve and waits until it is ready.
    pub(super) async fn serve(&self, base_url: &str, log: &Path) -> Result<Engine, Box<dyn Error>> {
        let log_file = File::create(log)?;
        let child = self
            .command(&["serve"])
            .stdout(log_file.try_clone()?)
            .stderr(log_file)
            // Ctrl-C at the terminal is for us; we pass it on in our order.
            .process_group(0)
            .spawn()
            .map_err(|error| self.not_there(&error))?;
        let leash = child.id().map(Leash::on).transpose()?;
        let mut engine = Engine { child, leash };
        engine.wait_until_ready(base_url, log).await?;
        Ok(engine)
    }

    fn not_there(&self, error: &std::io::Error) -> String {
        format!(
            "could not run {}: {error}; `cargo build --bins` makes it",
            self.path.display()
        )
    }
}

/// The engine while it serves.
#[derive(Debug)]
pub(super) struct Engine {
    child: Child,
    leash: Option<Leash>,
}

impl Engine {
    async fn wait_until_ready(&mut self, base_url: &str, log: &Path) -> Result<(), Box<dyn Error>> {
        let client = HttpClient::new();
        let url = format!("{base_url}/health/ready");
        let deadline = Instant::now() + READY_TIMEOUT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(format!("the engine did not start ({status}): {}", said.trim()).into());
            }
            let answer = client.call(Method::GET, &url, &[], None).await;
            if answer.is_ok_and(|(status, _)| status.is_success()) {
                return Ok(());
            }
            tokio::time::sleep(READY_POLL_INTERVAL).await;
        }
        Err(format!("the engine was not ready in time; its log is {}", log.display()).into())
    }

    pub(super) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to stop and waits; what takes too long is killed.
    pub(super) async fn stop(mut self) {
        drop(self.leash.take());
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // The only failure is that it has ended, which is what the signal is for.
            let _ = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(STOP_TIMEOUT, self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}
