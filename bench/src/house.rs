//! The product as it runs: its own binaries, a private PostgreSQL with default durability, and the stand-in for
//! Hyperswitch, each a process of its own whose processor time is read off.

mod binaries;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use comptoir_sandbox::postgres::Server;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) use self::binaries::Binaries;
use crate::database;
use crate::http::{Connection, get};
use crate::machine;
use crate::report;
use crate::socket::SocketFolder;
use crate::storage::{Storage, Template, create_database};

const API_KEY: &str = "snd_benchbenchbenchbenchbenchbenchbenchbenchbenchbenchbenchbench0000";
const PUBLISHABLE_KEY: &str = "pk_snd_0123456789abcdef0123456789abcdef";
/// What signs the webhooks.
pub(crate) const WEBHOOK_SECRET: &str = "bench_payment_response_hash_key";
const JWT_SECRET: &str = "a secret of the benchmark, long enough to sign with";
/// Base64 of 32 bytes.
const MASTER_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const READY_TIME_MAX: Duration = Duration::from_secs(30);
const STOP_TIME_MAX: Duration = Duration::from_secs(15);
const DATABASE: &str = "comptoir";

/// Where the binaries are, and how the engine is set.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct HouseOptions {
    /// The folder of the release binaries `comptoir` and `sandbox`; they are built if it is not given.
    #[arg(long)]
    binaries: Option<PathBuf>,
    /// What the engine logs; its own default if nobody says.
    #[arg(long)]
    log: Option<String>,
    /// Further settings of PostgreSQL, as `name=value`, to look into what it does.
    #[arg(long = "pg-setting", value_parser = name_and_value)]
    pg_settings: Vec<(String, String)>,
    /// How the engine reaches PostgreSQL.
    #[arg(long, value_enum, default_value = "socket")]
    database_by: DatabaseBy,
}

/// How the engine reaches PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DatabaseBy {
    /// By a Unix socket, as is usual on one machine.
    Socket,
    /// By TCP on loopback.
    Tcp,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "name=value is expected".to_owned())
}

/// A running house.
pub(crate) struct House {
    server: Server,
    stand_in: Service,
    engine: Service,
    binaries: Binaries,
    _socket: SocketFolder,
}

/// A process of the product that serves HTTP.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    pub(crate) addr: SocketAddr,
}

/// What was used so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    pub(crate) processor_time: ProcessorTime,
    /// Transactions that PostgreSQL has committed.
    pub(crate) transactions: u64,
}

/// Processor time taken so far, by process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProcessorTime {
    pub(crate) engine: Duration,
    pub(crate) postgres: Duration,
    pub(crate) stand_in: Duration,
    pub(crate) load: Duration,
}

impl House {
    /// Starts PostgreSQL, the stand-in and the engine, in this order.
    pub(crate) async fn open(options: &HouseOptions) -> Result<Self> {
        Self::open_with(options, &[]).await
    }

    /// The same with further settings of the engine.
    pub(crate) async fn open_with(options: &HouseOptions, engine: &[(&str, &str)]) -> Result<Self> {
        let folder = options.binaries.clone().map_or_else(build, Ok)?;
        let socket = SocketFolder::make()?;
        let mut settings = options.pg_settings.clone();
        settings.push(socket.setting());
        let server = Storage::Disk.start_server_with(&settings).await?;
        let by_tcp = create_database(&server, DATABASE, Template::Empty).await?;
        let stand_in = Service::start(
            Command::new(folder.join("sandbox"))
                .args(["hyperswitch", "--addr", "127.0.0.1:0"])
                .envs([
                    ("HYPERSWITCH_API_KEY", API_KEY),
                    ("HYPERSWITCH_PUBLISHABLE_KEY", PUBLISHABLE_KEY),
                    ("HYPERSWITCH_WEBHOOK_SECRET", WEBHOOK_SECRET),
                ]),
        )
        .await?;
        let binaries = Binaries {
            folder,
            log: options.log.clone(),
            database_url: match options.database_by {
                DatabaseBy::Socket => socket.url(&by_tcp),
                DatabaseBy::Tcp => by_tcp,
            },
            hyperswitch_url: format!("http://{}", stand_in.addr),
            settings: engine
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        };
        binaries.run(&["migrate"]).await?;
        let engine = binaries.serve().await?;
        Ok(Self {
            server,
            stand_in,
            engine,
            binaries,
            _socket: socket,
        })
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Where the engine answers.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.engine.addr
    }

    /// A connection to the engine's database.
    pub(crate) async fn database(&self) -> Result<sqlx::PgConnection> {
        database::connect(&self.binaries.database_url).await
    }

    /// A token for a new person.
    pub(crate) async fn token(&self, role: &str) -> Result<String> {
        self.binaries.run(&["token", "--role", role, "--ttl", "2h"]).await
    }

    /// What was used so far.
    pub(crate) async fn usage(&self) -> Result<Usage> {
        let mut connection = self.database().await?;
        let (backend, transactions): (i32, i64) = sqlx::query_as(
            "SELECT pg_backend_pid(), xact_commit FROM pg_stat_database WHERE datname = current_database()",
        )
        .fetch_one(&mut connection)
        .await?;
        let processor_time = ProcessorTime {
            engine: self.engine.processor_time(),
            postgres: machine::processor_time_of_family(u32::try_from(backend)?),
            stand_in: self.stand_in.processor_time(),
            load: machine::processor_time(),
        };
        Ok(Usage {
            processor_time,
            transactions: u64::try_from(transactions)?,
        })
    }

    /// Stops the engine alone, and hands over the rest.
    pub(crate) async fn stop_engine(&mut self) -> Result<()> {
        self.engine.stop().await
    }

    /// Stops everything.
    pub(crate) async fn close(mut self) -> Result<()> {
        self.engine.stop().await?;
        self.stand_in.stop().await?;
        self.server.stop().await?;
        Ok(())
    }
}

impl Usage {
    /// From `self` to `later`.
    pub(crate) fn until(self, later: Self) -> Self {
        Self {
            processor_time: self.processor_time.until(later.processor_time),
            transactions: later.transactions.saturating_sub(self.transactions),
        }
    }
}

impl ProcessorTime {
    fn until(self, later: Self) -> Self {
        Self {
            engine: later.engine.saturating_sub(self.engine),
            postgres: later.postgres.saturating_sub(self.postgres),
            stand_in: later.stand_in.saturating_sub(self.stand_in),
            load: later.load.saturating_sub(self.load),
        }
    }
}

async fn is_ready(addr: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(addr).await else {
        return false;
    };
    let answer = connection.call(&get("/health/ready", "")).await;
    answer.is_ok_and(|answer| answer.status == 200)
}

impl Service {
    /// Starts a process and waits for the line in which it says where it serves.
    async fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("run {}", Path::new(command.as_std().get_program()).display()))?;
        let output = child.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            let Some((_, address)) = line.split_once("http://") else {
                continue;
            };
            let address = address.split_whitespace().next().unwrap_or_default();
            let addr = address
                .parse()
                .with_context(|| format!("no address in: {line}"))?;
            // Whatever it says later is of no interest, but must not block it.
            drop(tokio::spawn(async move {
                while let Ok(Some(_)) = lines.next_line().await {}
            }));
            return Ok(Self { child, addr });
        }
        bail!(
            "a process ended without saying where it serves: {:?}",
            child.wait().await?
        )
    }

    fn process(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    fn processor_time(&self) -> Duration {
        machine::processor_time_of(self.process())
    }

    /// Its resident memory.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        machine::resident_kib(self.process())
    }

    /// Asks it to stop, and waits.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        let process = i32::try_from(self.process())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let Some(process) = process {
            rustix::process::kill_process(process, rustix::process::Signal::TERM)?;
        }
        if tokio::time::timeout(STOP_TIME_MAX, self.child.wait())
            .await
            .is_err()
        {
            report::progress("a process did not stop in time, and is killed");
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// The release binaries, as a release has them.
fn build() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    report::progress("building the release binaries");
    let status = std::process::Command::new("cargo")
        .args([
            "build",
            "--release",
            "-p",
            "comptoir-api",
            "-p",
            "comptoir-sandbox",
        ])
        .current_dir(&root)
        .status()
        .context("run cargo")?;
    ensure!(status.success(), "the release binaries could not be built");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release"))
}
