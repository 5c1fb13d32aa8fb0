//! `sandbox postgres`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use comptoir_sandbox::postgres::{Place, Server, ServerOptions};

use super::{Outcome, told_to_stop};
use crate::console;

/// Where the server is.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Keep the data in this folder.
    #[arg(long, default_value = ".sandbox/pg", value_name = "FOLDER")]
    folder: PathBuf,
    /// Keep nothing: make a temporary folder below this one, such as a RAM disk.
    #[arg(long, value_name = "FOLDER", conflicts_with = "folder")]
    temporary_in: Option<PathBuf>,
    /// The port on 127.0.0.1; a free one if none is given.
    #[arg(long)]
    port: Option<u16>,
}

pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let place = arguments
        .temporary_in
        .map_or(Place::Kept(arguments.folder), Place::TemporaryIn);
    let server = Server::start(ServerOptions {
        place,
        port: arguments.port,
        ..ServerOptions::default()
    })
    .await?;
    console::say(format_args!(
        "PostgreSQL is up (Ctrl-C stops it): {}",
        server.superuser_url()
    ));
    told_to_stop().await?;
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}
