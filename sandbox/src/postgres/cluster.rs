//! The cluster of a server: its folder, how it is created, how its process is launched and ended.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::account::Account;
use super::port::free_port;
use super::server::{Durability, Place, ServerOptions};
use super::{Binaries, PostgresError, folder, process};

const START_TIMEOUT: Duration = Duration::from_mins(1);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Another process may take the free port between our look and the server's start.
const START_TRIES: usize = 5;
const LOG_TAIL_BYTES: usize = 2_000;
/// One statement a line; run once, before the server is first started.
const FIRST_STATEMENTS: &str = "CREATE ROLE comptoir LOGIN CREATEDB\n";

/// What it takes to launch the server.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    binaries: Binaries,
    account: Account,
    pub(super) folder: PathBuf,
    pub(super) options: ServerOptions,
    pub(super) port: u16,
}

impl Cluster {
    /// Finds the binaries and the user, and makes the folder.
    pub(super) fn place(options: ServerOptions) -> Result<Self, PostgresError> {
        let binaries = Binaries::find()?;
        let account = Account::find()?;
        let folder = folder::make(&options.place, account)?;
        Ok(Self {
            binaries,
            account,
            folder,
            options,
            port: 0,
        })
    }

    /// Creates the cluster where there is none yet, and launches it on a port that proves to be free.
    pub(super) fn first_launch(&mut self) -> Result<Child, PostgresError> {
        self.wait_for_leftover()?;
        if !self.data().join("PG_VERSION").exists() {
            self.create()?;
        }
        let mut tries_left = if self.options.port.is_some() {
            1
        } else {
            START_TRIES
        };
        loop {
            self.port = self.choose_port()?;
            tries_left -= 1;
            match self.launch() {
                Err(PostgresError::DidNotStart { .. }) if tries_left > 0 => {}
                outcome => return outcome,
            }
        }
    }

    /// Starts the server's process and waits until it accepts connections.
    pub(super) fn launch(&self) -> Result<Child, PostgresError> {
        let opening = || PostgresError::io("open the server's log");
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .map_err(opening())?;
        let error_log = log.try_clone().map_err(opening())?;
        let mut command = self.account.command(&self.binaries.path("postgres"));
        command
            .arg("-D")
            .arg(self.data())
            .args(self.arguments())
            .stdout(log)
            .stderr(error_log);
        let mut postmaster = command.spawn().map_err(PostgresError::io("start postgres"))?;
        if self.becomes_ready(&mut postmaster) {
            return Ok(postmaster);
        }
        process::signal(&postmaster, Signal::QUIT);
        process::wait_or_kill(&mut postmaster, STOP_TIMEOUT);
        Err(PostgresError::DidNotStart { log: self.log_tail() })
    }

    /// Ends the server: at once where its data goes anyway, with a last checkpoint where it is kept.
    pub(super) fn end(&self, postmaster: &mut Child) {
        let signal = match self.options.place {
            Place::Temporary | Place::TemporaryIn(_) => Signal::QUIT,
            Place::Kept(_) => Signal::INT,
        };
        process::signal(postmaster, signal);
        process::wait_or_kill(postmaster, STOP_TIMEOUT);
    }

    pub(super) fn log_tail(&self) -> String {
        let text = fs::read(self.log()).unwrap_or_default();
        let start = text.len().saturating_sub(LOG_TAIL_BYTES);
        String::from_utf8_lossy(&text[start..]).into_owned()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// A kept folder may still have a server whose starter was killed a moment ago: its guard is about to stop it.
    fn wait_for_leftover(&self) -> Result<(), PostgresError> {
        let deadline = Instant::now() + STOP_TIMEOUT;
        while let Some(pid) = self.running_pid() {
            if Instant::now() > deadline {
                let folder = self.folder.display();
                return Err(PostgresError::DidNotStart {
                    log: format!("{folder} is in use by another server (pid {pid})"),
                });
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(())
    }

    /// The process that the pid file names, if it works in our data folder.
    fn running_pid(&self) -> Option<u32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let pid = text.lines().next()?.trim().parse().ok()?;
        let working_folder = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
        (working_folder == self.data()).then_some(pid)
    }

    /// A kept server keeps its port where it can, so that bookmarks and `psql` histories stay true.
    fn choose_port(&self) -> Result<u16, PostgresError> {
        if let Some(port) = self.options.port {
            return Ok(port);
        }
        let noted = fs::read_to_string(self.folder.join("port"))
            .ok()
            .and_then(|text| text.trim().parse().ok());
        let port = match noted {
            Some(port) if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() => port,
            Some(_) | None => free_port()?,
        };
        fs::write(self.folder.join("port"), port.to_string())
            .map_err(PostgresError::io("note the server's port"))?;
        Ok(port)
    }

    fn create(&self) -> Result<(), PostgresError> {
        if let Err(first_failure) = self.initdb("C.UTF-8") {
            // An old C library knows no C.UTF-8.
            let _ = fs::remove_dir_all(self.data());
            self.initdb("C").map_err(|_| first_failure)?;
        }
        self.run_single_user(FIRST_STATEMENTS)
    }

    fn initdb(&self, locale: &str) -> Result<(), PostgresError> {
        let mut command = self.account.command(&self.binaries.path("initdb"));
        command.arg("-D").arg(self.data()).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-instructions",
        ]);
        command.arg(format!("--locale={locale}"));
        match self.options.place {
            Place::Temporary | Place::TemporaryIn(_) => {
                command.arg("--no-sync");
            }
            Place::Kept(_) => {}
        }
        let output = command.output().map_err(PostgresError::io("run initdb"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(PostgresError::InitFailed {
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    /// Runs statements, one a line, without a server.
    fn run_single_user(&self, statements: &str) -> Result<(), PostgresError> {
        let mut child = self
            .account
            .command(&self.binaries.path("postgres"))
            .args(["--single", "-D"])
            .arg(self.data())
            .arg("postgres")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(PostgresError::io("run postgres --single"))?;
        if let Some(mut input) = child.stdin.take() {
            input
                .write_all(statements.as_bytes())
                .map_err(PostgresError::io("write to postgres --single"))?;
        }
        let output = child
            .wait_with_output()
            .map_err(PostgresError::io("wait for postgres --single"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() && !said.contains("ERROR:") {
            return Ok(());
        }
        Err(PostgresError::InitFailed {
            output: said.trim().to_owned(),
        })
    }

    fn arguments(&self) -> Vec<OsString> {
        let mut settings = vec![
            ("port".to_owned(), self.port.to_string()),
            ("listen_addresses".to_owned(), "127.0.0.1".to_owned()),
            ("unix_socket_directories".to_owned(), String::new()),
            (
                "max_connections".to_owned(),
                self.options.max_connections.to_string(),
            ),
        ];
        match self.options.durability {
            Durability::Full => {}
            Durability::Relaxed => settings.push(("fsync".to_owned(), "off".to_owned())),
        }
        settings.extend(self.options.settings.iter().cloned());
        settings
            .into_iter()
            .flat_map(|(name, value)| ["-c".into(), format!("{name}={value}").into()])
            .collect()
    }

    /// The server itself says in the eighth line of its pid file when it accepts connections (`pg_ctl` waits for
    /// the same).
    fn becomes_ready(&self, postmaster: &mut Child) -> bool {
        let own_number = postmaster.id().to_string();
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            if !matches!(postmaster.try_wait(), Ok(None)) {
                return false;
            }
            let text = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
            let mut lines = text.lines();
            if lines.next() == Some(own_number.as_str()) && lines.nth(6).map(str::trim_end) == Some("ready") {
                return true;
            }
            thread::sleep(POLL_INTERVAL);
        }
        false
    }
}
