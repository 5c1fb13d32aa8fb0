//! `sandbox run`: the whole house on this machine, with a first sale.

mod engine;
mod house;
mod journey;
mod leash;
mod settings;
mod steps;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Outcome, told_to_stop};
use crate::console;
use house::House;
use journey::Journey;

/// Where everything is.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Leave after the first journey, with exit status 0 only if every step held.
    #[arg(long)]
    once: bool,
    /// Where the data, the logs and the development secrets are kept.
    #[arg(long, default_value = ".sandbox", value_name = "FOLDER")]
    folder: PathBuf,
    /// Where the engine listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
    /// Where the stand-in for Hyperswitch listens.
    #[arg(long, default_value = "127.0.0.1:8081")]
    hyperswitch_addr: SocketAddr,
    /// Where the mail server that keeps what it is sent listens.
    #[arg(long, default_value = "127.0.0.1:8025")]
    smtp_addr: SocketAddr,
    /// The engine's binary; the one beside this binary if none is named.
    #[arg(long, value_name = "FILE")]
    comptoir: Option<PathBuf>,
}

pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let once = arguments.once;
    let mut house = House::open(arguments).await?;
    let outcome = tokio::select! {
        outcome = live(&mut house, once) => outcome,
        stopped = told_to_stop() => {
            stopped?;
            Ok(if once { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
    };
    console::say("\nstopping ...");
    house.close().await;
    outcome
}

/// Walks the journey where there is nothing to see yet, then stays.
async fn live(house: &mut House, once: bool) -> Outcome {
    let mut journey = Journey::new(house);
    if once || journey.is_first().await? {
        journey.walk().await?;
    } else {
        console::say("\nThe ledger has its first sale; `ONCE=1 make run` walks another one.");
    }
    if once {
        return Ok(ExitCode::SUCCESS);
    }
    house.describe();
    // Ends only if the engine does, which it should not.
    let status = house.engine_ended().await?;
    Err(format!(
        "the engine ended by itself: {status}; its log is {}",
        house.engine_log().display()
    )
    .into())
}
