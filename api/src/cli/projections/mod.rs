//! `comptoir projections`: how the read models are doing, and what to do when one stands before an event.

mod decide;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use comptoir_ledger::Ledger;
use comptoir_projections::{ProjectionStatus, statuses};
use serde_json::{Value, json};

use super::{CliError, print_line};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to do about them.
#[derive(Debug, Args)]
#[command(after_help = "\
Without a command they are listed, with version, position, lag, and what each stands before or leaves out.

A read model that cannot take an event stands still, and only that one. Mend the program and let it try again (`retry`: it does so
by itself within a minute); or leave out the stream of that event, for this read model alone (`quarantine`), and let it
count again when the program can take it (`release`). Both decisions are recorded in the ledger.

Exit status of the list: 0 if all is well, 1 if a read model stands before an event or leaves streams out.

Examples:
  comptoir projections
  comptoir projections retry orders
  comptoir projections quarantine orders --by ops-anna
  comptoir projections release orders --stream order-0198c0de-... --by ops-anna")]
pub(super) struct ProjectionsArgs {
    #[command(subcommand)]
    command: Option<ProjectionsCommand>,
    /// Print one JSON object for each read model
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ProjectionsCommand {
    /// Let a read model that stands before an event try again at once
    Retry(decide::RetryArgs),
    /// Leave the stream of the event out that a read model, or its rebuild, stands before
    Quarantine(decide::QuarantineArgs),
    /// Build a read model with a stream that it has left out, and let the stream count again
    Release(decide::ReleaseArgs),
}

/// Carries it out.
pub(super) async fn run(source: &Source, args: ProjectionsArgs) -> Result<ExitCode, CliError> {
    match args.command {
        None => list(source, args.json).await,
        Some(ProjectionsCommand::Retry(args)) => decide::retry(source, &args).await,
        Some(ProjectionsCommand::Quarantine(args)) => decide::quarantine(source, &args).await,
        Some(ProjectionsCommand::Release(args)) => decide::release(source, &args).await,
    }
}

async fn list(source: &Source, as_json: bool) -> Result<ExitCode, CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    let ledger = Ledger::read_only(pool).await.map_err(NodeError::from)?;
    let statuses = statuses(&ledger).await.map_err(NodeError::from)?;
    for status in &statuses {
        if as_json {
            print_line(&as_json_of(status).to_string())?;
        } else {
            print(status)?;
        }
    }
    Ok(if statuses.iter().all(ProjectionStatus::is_well) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn print(status: &ProjectionStatus) -> Result<(), CliError> {
    let version = match status.version {
        None => format!("version {} to come", status.program_version),
        Some(version) if version == status.program_version => format!("version {version}"),
        Some(version) => format!(
            "version {version}, this program builds {}",
            status.program_version
        ),
    };
    print_line(&format!(
        "{:<11} {version}, generation {}, position {} of {}, {} events and {} s behind",
        status.name,
        status.generation,
        status.position,
        status.horizon,
        status.lag_events(),
        status.lag_seconds
    ))?;
    if let Some(stuck) = &status.stuck {
        print_line(&format!(
            "  STUCK before position {} ({} of {}), tried last at {}: {}",
            stuck.position,
            stuck.event_type,
            stuck.stream,
            stuck
                .tried_at
                .map_or_else(|| "an unknown time".to_owned(), |at| at.to_string()),
            stuck.reason
        ))?;
        print_line(&format!(
            "  mend the program and `comptoir projections retry {0}`, or `comptoir projections quarantine {0} --by NAME`",
            status.name
        ))?;
    }
    for left_out in &status.quarantined {
        print_line(&format!(
            "  leaves out {} from position {} on ({}, {}), {} events so far; decided by {} at {}",
            left_out.stream,
            left_out.decision.from_position,
            left_out.decision.cause.as_str(),
            left_out.standing.as_str(),
            left_out.parked_events,
            left_out.decision.by,
            left_out.decision.at
        ))?;
    }
    if let Some(rebuild) = &status.rebuild {
        print_line(&format!(
            "  a rebuild to version {} stands at position {}, begun at {}",
            rebuild.version, rebuild.position, rebuild.begun_at
        ))?;
        if let Some(stuck) = &rebuild.stuck {
            print_line(&format!(
                "  it could not apply position {} ({} of {}): {}",
                stuck.position, stuck.event_type, stuck.stream, stuck.reason
            ))?;
        }
    }
    Ok(())
}

fn as_json_of(status: &ProjectionStatus) -> Value {
    let stuck = status.stuck.as_ref().map(|stuck| {
        json!({
            "position": stuck.position, "stream": stuck.stream, "event_type": stuck.event_type,
            "reason": stuck.reason, "tried_at": stuck.tried_at,
        })
    });
    let quarantined = status.quarantined.iter().map(|left_out| {
        json!({
            "stream": left_out.stream, "from_position": left_out.decision.from_position,
            "cause": left_out.decision.cause, "by": left_out.decision.by, "at": left_out.decision.at,
            "standing": left_out.standing.as_str(), "parked_events": left_out.parked_events,
        })
    });
    let rebuild = status.rebuild.as_ref().map(|rebuild| {
        json!({
            "version": rebuild.version, "position": rebuild.position, "begun_at": rebuild.begun_at,
            "stuck": rebuild.stuck.as_ref().map(|stuck| json!({
                "position": stuck.position, "stream": stuck.stream, "event_type": stuck.event_type,
                "reason": stuck.reason,
            })),
        })
    });
    json!({
        "name": status.name,
        "version": status.version,
        "program_version": status.program_version,
        "generation": status.generation,
        "position": status.position,
        "horizon": status.horizon,
        "lag_events": status.lag_events(),
        "lag_seconds": status.lag_seconds,
        "stuck": stuck,
        "quarantined": quarantined.collect::<Vec<_>>(),
        "rebuild": rebuild,
    })
}
