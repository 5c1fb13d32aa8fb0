//! The product's own binaries, with the settings that they are started with.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::process::Command;

use super::{
    API_KEY, HouseOptions, JWT_SECRET, MASTER_KEY, PUBLISHABLE_KEY, READY_TIME_MAX, Service, WEBHOOK_SECRET,
    build, is_ready,
};

/// The binaries and the settings that they are started with.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    pub(super) folder: PathBuf,
    pub(super) log: Option<String>,
    pub(super) database_url: String,
    pub(super) hyperswitch_url: String,
    pub(super) settings: Vec<(String, String)>,
}

impl Binaries {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.join("comptoir"));
        command
            .args(arguments)
            .envs([
                ("DATABASE_URL", self.database_url.as_str()),
                ("COMPTOIR_HTTP_ADDR", "127.0.0.1:0"),
                ("COMPTOIR_JWT_SECRET", JWT_SECRET),
                ("COMPTOIR_MASTER_KEY", MASTER_KEY),
                ("HYPERSWITCH_BASE_URL", self.hyperswitch_url.as_str()),
                ("HYPERSWITCH_API_KEY", API_KEY),
                ("HYPERSWITCH_PUBLISHABLE_KEY", PUBLISHABLE_KEY),
                ("HYPERSWITCH_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ])
            .env("COMPTOIR_FILES_FOLDER", self.folder.join("comptoir-files"))
            .envs(self.log.iter().map(|filter| ("COMPTOIR_LOG", filter)))
            .envs(self.settings.iter().cloned());
        command
    }

    /// The binaries for a database of the caller's own, without a payment provider.
    pub(crate) fn over(options: &HouseOptions, database_url: &str) -> Result<Self> {
        Ok(Self {
            folder: options.binaries.clone().map_or_else(build, Ok)?,
            log: options.log.clone(),
            database_url: database_url.to_owned(),
            hyperswitch_url: "http://127.0.0.1:1".to_owned(),
            settings: Vec::new(),
        })
    }

    /// Runs a subcommand to its end and answers with what it printed.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "`comptoir {}` failed: {said}",
            arguments.join(" ")
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts the engine and waits until it is ready.
    pub(crate) async fn serve(&self) -> Result<Service> {
        let service = Service::start(&mut self.command(&["serve"])).await?;
        let deadline = Instant::now() + READY_TIME_MAX;
        while !is_ready(service.addr).await {
            ensure!(Instant::now() < deadline, "the engine was not ready in time");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(service)
    }
}
