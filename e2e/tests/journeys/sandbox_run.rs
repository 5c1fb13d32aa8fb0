//! `make run`, from its binary on: the house is started, the first journey walked, and the exit status tells the truth.

use std::fs::Permissions;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use comptoir_e2e::repository;
use comptoir_sandbox::postgres::free_port;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::world::node::beside_the_tests;

/// It creates a PostgreSQL cluster and starts an engine, beside all the other journeys.
const PATIENCE: Duration = Duration::from_mins(3);
const FIRST_SALE: &str = "The first sale took ";
const SOLD_ALREADY: &str = "The ledger has its first sale";

#[tokio::test(flavor = "multi_thread")]
async fn one_journey_ends_with_its_last_step_and_success() {
    let ran = Sandbox::new().run_once(None).await;
    let (said, complained) = (text(&ran.stdout), text(&ran.stderr));
    assert!(ran.status.success(), "{}: {said}\n{complained}", ran.status);
    // The README shows the same steps.
    let steps = steps_of_the_readme();
    assert!(
        said.lines()
            .any(|line| line == steps.last().expect("it shows some")),
        "{said}"
    );
    for step in steps {
        assert!(said.lines().any(|line| line == step), "{step} is not in {said}");
    }
    assert!(said.contains(FIRST_SALE), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_fails_is_a_failure() {
    let sandbox = Sandbox::new();
    let engine = sandbox.stand_in_for_the_engine("echo 'no room on the disk' >&2; exit 3");
    let ran = sandbox.run_once(Some(&engine)).await;
    assert!(!ran.status.success(), "{}", text(&ran.stdout));
    let complained = text(&ran.stderr);
    assert!(
        complained.contains("`comptoir migrate` failed: no room on the disk"),
        "{complained}"
    );
}

/// The first journey breaks off when the buyer signs in: products are there, and nothing was sold. So the next start walks it
/// once more, and the one after that does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_journey_that_broke_off_is_a_failure_and_no_first_sale() {
    let sandbox = Sandbox::new();
    let engine = sandbox.stand_in_for_the_engine(&format!(
        "[ \"$*\" != 'token --role buyer' ] || exit 3\nexec '{}' \"$@\"",
        beside_the_tests("comptoir").display()
    ));
    let broken = sandbox.run_once(Some(&engine)).await;
    let said = text(&broken.stdout);
    assert!(!broken.status.success(), "{said}");
    assert!(
        said.contains("the seller puts it on sale") && !said.contains(FIRST_SALE),
        "{said}"
    );

    let said = sandbox.run_until_it_stays().await;
    assert!(
        said.contains(FIRST_SALE) && !said.contains(SOLD_ALREADY),
        "{said}"
    );
    let said = sandbox.run_until_it_stays().await;
    assert!(
        said.contains(SOLD_ALREADY) && !said.contains(FIRST_SALE),
        "{said}"
    );
}

/// The numbered lines of the README.
fn steps_of_the_readme() -> Vec<String> {
    let readme = repository::read("README.md");
    let steps = readme.lines().filter(|line| {
        let number = line.split_once(". ").map_or("", |(number, _)| number);
        !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit())
    });
    steps.map(str::to_owned).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The binary `sandbox` with a folder and ports of its own.
struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The unprivileged user must get in whom root lends the server to.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
        Self { folder }
    }

    /// A script in the engine's place.
    fn stand_in_for_the_engine(&self, script: &str) -> PathBuf {
        let path = self.folder.path().join("engine");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("it is ours");
        path
    }

    fn command(&self, engine: Option<&Path>) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let port = free_port().expect("a free port");
        let mut command = Command::new(beside_the_tests("sandbox"));
        command
            .env_clear()
            .env("PATH", path)
            .arg("run")
            .arg("--folder")
            .arg(self.folder.path().join("house"))
            .arg("--addr")
            .arg(SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string())
            .args(["--hyperswitch-addr", "127.0.0.1:0", "--smtp-addr", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(engine) = engine {
            command.arg("--comptoir").arg(engine);
        }
        command
    }

    async fn run_once(&self, engine: Option<&Path>) -> Output {
        let ran = self.command(engine).arg("--once").output();
        tokio::time::timeout(PATIENCE, ran)
            .await
            .expect("it ends in time")
            .expect("`cargo build --workspace` makes it, as `make test` does")
    }

    /// Runs it until everything is up, stops it as Ctrl-C does, and answers with what it said.
    async fn run_until_it_stays(&self) -> String {
        let mut child = self.command(None).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut said = String::new();
        let staying = async {
            while let Some(line) = lines.next_line().await.expect("it says text") {
                said.push_str(&line);
                said.push('\n');
                if line.starts_with("Everything is up") {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, staying).await.is_ok();
        interrupt(&child);
        let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
        let ended = ended.expect("it stops in time").expect("its end can be seen");
        let complained = text(&ended.stderr);
        assert!(
            in_time && ended.status.success(),
            "{}: {said}\n{complained}",
            ended.status
        );
        said
    }
}

fn interrupt(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let pid = id.and_then(Pid::from_raw).expect("it is running");
    kill_process(pid, Signal::INT).expect("it can be told");
}
