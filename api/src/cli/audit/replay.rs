//! `comptoir audit replay`

use std::process::ExitCode;

use clap::Args;
use comptoir_audit::moment::Moment;
use comptoir_audit::replay::{Keys, Phase, ReplayAsked, ReplayProgress, Replayed, replay};
use comptoir_engine::worker::PolicyWorker;
use comptoir_ledger::{Position, with_session_settings};
use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::super::{CliError, print_line, progress};
use crate::config::Source;
use crate::node::NodeError;

/// What to replay, and into which database.
#[derive(Debug, Args)]
#[command(after_help = "\
The target is an empty database that its user owns. It gets the schema, the events byte for byte up to the position, the
Merkle tree and the checkpoints that were signed up to there, and every read model, built from these events alone. A replay
that was interrupted goes on when the same command is given again. A database with anything else in it is refused, and so is
the source itself.

Nothing in the copy acts: it holds no answers of requests, the workers have nothing left to do, a node that is started on it
runs none of them, and the database itself takes no further event. Without --with-keys it holds no key of a person, so that
everybody reads as if they had been erased. Files are not copied.

To look around in it, serve it beside the original, with the settings of the original and another address:
  DATABASE_URL=postgres://comptoir@localhost/as_it_stood COMPTOIR_HTTP_ADDR=127.0.0.1:8181 comptoir serve
It answers reads, and refuses everything else with 403 read_only_replica.

Examples:
  createdb as_it_stood && comptoir audit replay --into postgres://comptoir@localhost/as_it_stood
  comptoir audit replay --until 2026-03-01T12:00:00Z --into postgres://comptoir@localhost/march")]
pub(super) struct ReplayArgs {
    /// The address of the target
    #[arg(
        long,
        value_name = "DATABASE_URL",
        env = "COMPTOIR_REPLAY_INTO",
        hide_env_values = true
    )]
    into: String,
    /// The last event: a position, a time (RFC 3339), or a day in UTC [default: the newest of the ledger]
    #[arg(long, value_name = "POSITION|TIME|DAY")]
    until: Option<Moment>,
    /// Copy the keys of persons too, sealed by the master key: who has that reads personal data in the copy
    #[arg(long)]
    with_keys: bool,
    /// Print one JSON object instead of a sentence
    #[arg(long)]
    json: bool,
}

/// Replays.
pub(super) async fn run(source: &Source, args: &ReplayArgs) -> Result<ExitCode, CliError> {
    let ledger = super::ledger(source).await?;
    let options: PgConnectOptions = args.into.parse().map_err(|_| CliError::NoTarget)?;
    let target = PgPoolOptions::new()
        .connect_with(with_session_settings(options.disable_statement_logging()))
        .await
        .map_err(comptoir_audit::replay::ReplayError::Database)?;
    let through = match args.until {
        None => ledger.horizon(),
        Some(until) => until.position_through(&ledger).await.map_err(NodeError::from)?,
    };
    let asked = ReplayAsked {
        through,
        keys: if args.with_keys {
            Keys::Copied
        } else {
            Keys::LeftOut
        },
        followers: &PolicyWorker::ALL.map(PolicyWorker::subscription),
    };
    let bar = progress::positions("replaying".to_owned());
    let replayed = replay(&ledger, &target, &asked, |progress| tell(&bar, progress)).await;
    bar.finish_and_clear();
    target.close().await;
    let replayed = replayed?;
    let text = if args.json {
        json!({ "through": replayed.through, "events_copied": replayed.events_copied }).to_string()
    } else {
        sentence(replayed)
    };
    print_line(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(bar: &indicatif::ProgressBar, progress: ReplayProgress) {
    bar.set_message(match progress.phase {
        Phase::Events => "copying events".to_owned(),
        Phase::Tree => "growing the tree".to_owned(),
        Phase::ReadModel(model) => format!("building {model}"),
    });
    bar.set_length(progress.through.get().unsigned_abs());
    bar.set_position(progress.done.get().unsigned_abs());
}

fn sentence(
    Replayed {
        through,
        events_copied,
    }: Replayed,
) -> String {
    if events_copied == 0 && through > Position::START {
        return format!("the target holds the engine as it stood at position {through} already");
    }
    format!("the target holds the engine as it stood at position {through}; `--help` says how to serve it")
}
