//! `comptoir projections retry`, `quarantine` and `release`

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use comptoir_domain::values::{OperatorName, StreamKey};
use comptoir_ledger::{Filter, Ledger, LedgerOptions, Position, RecordedEvent};
use comptoir_projections::runner::{self, ApplyError, Operator, RetryOutcome, ask_retry};
use comptoir_projections::{ProjectionStatus, ReadModel, RebuildOptions, Release};

use super::super::{CliError, print_line, rebuild};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// How long a node may take to try again.
const RETRY_PATIENCE: Duration = Duration::from_secs(15);

/// Which one is to try again.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if it got past the event, 1 if it failed again or no node runs it.")]
pub(super) struct RetryArgs {
    /// The read model
    #[arg(value_name = "PROJECTION", value_parser = rebuild::read_models())]
    model: ReadModel,
}

/// What is left out.
#[derive(Debug, Args)]
#[command(after_help = "\
From the event on that the read model stands before, the events of that stream are left out of it, and the rows that they would
change stay as they are. All other streams, and all other read models, go on.")]
pub(super) struct QuarantineArgs {
    /// The read model
    #[arg(value_name = "PROJECTION", value_parser = rebuild::read_models())]
    model: ReadModel,
    /// The event, by its position, where there is a choice: a rebuild may stand before another one
    #[arg(long, value_name = "POSITION")]
    position: Option<i64>,
    /// Who decides it: the name of an operator's account (a-z, 0-9, `.`, `_`, `-`), not of a person
    #[arg(long, value_name = "NAME")]
    by: OperatorName,
}

/// What counts again.
#[derive(Debug, Args)]
#[command(after_help = "\
The read model is rebuilt with all events of the stream, in order, while the one in use goes on answering. If one of them still
cannot be applied, nothing changes, and the stream stays left out.")]
pub(super) struct ReleaseArgs {
    /// The read model
    #[arg(value_name = "PROJECTION", value_parser = rebuild::read_models())]
    model: ReadModel,
    /// The stream, as `comptoir projections` shows it
    #[arg(long, value_name = "STREAM")]
    stream: StreamKey,
    /// Who decides it: the name of an operator's account (a-z, 0-9, `.`, `_`, `-`), not of a person
    #[arg(long, value_name = "NAME")]
    by: OperatorName,
}

async fn open(source: &Source) -> Result<Ledger, CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    let started = Ledger::start(pool, LedgerOptions::default()).await;
    Ok(started.map_err(NodeError::from)?)
}

/// Tries again.
pub(super) async fn retry(source: &Source, args: &RetryArgs) -> Result<ExitCode, CliError> {
    let ledger = open(source).await?;
    let tried = try_again(&ledger, args.model).await;
    ledger.stop().await;
    tried
}

async fn try_again(ledger: &Ledger, model: ReadModel) -> Result<ExitCode, CliError> {
    let outcome = ask_retry(ledger, model.name(), RETRY_PATIENCE)
        .await
        .map_err(NodeError::from)?;
    let (line, code) = match outcome {
        RetryOutcome::NotStuck => (format!("{model} stands before no event"), ExitCode::SUCCESS),
        RetryOutcome::Passed => (
            format!("{model} is past the event and goes on"),
            ExitCode::SUCCESS,
        ),
        RetryOutcome::FailedAgain { position, failure } => (
            format!("{model} failed again at position {position}: {failure}"),
            ExitCode::from(1),
        ),
        RetryOutcome::NobodyThere => (
            format!("no node has tried {model} again; is `comptoir serve` running?"),
            ExitCode::from(1),
        ),
    };
    print_line(&line)?;
    Ok(code)
}

/// Leaves a stream out.
pub(super) async fn quarantine(source: &Source, args: &QuarantineArgs) -> Result<ExitCode, CliError> {
    let ledger = open(source).await?;
    let left_out = leave_out(&ledger, args).await;
    ledger.stop().await;
    left_out
}

async fn leave_out(ledger: &Ledger, args: &QuarantineArgs) -> Result<ExitCode, CliError> {
    let model = args.model;
    let status = model.status(ledger).await.map_err(NodeError::from)?;
    let Some((position, reason)) = stands_before(&status, args.position.map(Position::new)) else {
        return Err(CliError::StandsBeforeNothing { model });
    };
    let event = event_at(ledger, position)
        .await?
        .ok_or(CliError::StandsBeforeNothing { model })?;
    let operator = Operator {
        name: args.by.clone(),
        at: ledger.clock().now(),
    };
    let cause = ApplyError::cause_of(&reason);
    runner::quarantine(ledger, model.name(), &event, cause, &operator).await?;
    print_line(&format!(
        "{model} leaves {} out from position {position} on; `comptoir projections release {model} --stream {} --by NAME` lets it \
         count again",
        event.stream, event.stream
    ))?;
    if status.stuck.is_some() {
        try_again(ledger, model).await
    } else {
        Ok(ExitCode::SUCCESS)
    }
}

/// The event that the model or its rebuild stands before, with what is wrong with it.
fn stands_before(status: &ProjectionStatus, wanted: Option<Position>) -> Option<(Position, String)> {
    let live = status.stuck.as_ref();
    let rebuild = status.rebuild.as_ref().and_then(|rebuild| rebuild.stuck.as_ref());
    let mut found = live.into_iter().chain(rebuild);
    found
        .find(|stuck| wanted.is_none_or(|wanted| wanted == stuck.position))
        .map(|stuck| (stuck.position, stuck.reason.clone()))
}

async fn event_at(ledger: &Ledger, position: Position) -> Result<Option<RecordedEvent>, CliError> {
    let before = Position::new(position.get() - 1);
    let page = ledger
        .read_page_through(before, position, &Filter::All, 1)
        .await
        .map_err(NodeError::from)?;
    Ok(page.events.into_iter().next())
}

/// Lets a stream count again.
pub(super) async fn release(source: &Source, args: &ReleaseArgs) -> Result<ExitCode, CliError> {
    let ledger = open(source).await?;
    let released = count_again(&ledger, args).await;
    ledger.stop().await;
    released
}

async fn count_again(ledger: &Ledger, args: &ReleaseArgs) -> Result<ExitCode, CliError> {
    let (model, stream) = (args.model, &args.stream);
    let decided = runner::decisions(ledger, model.name())
        .await
        .map_err(NodeError::from)?;
    if !decided.is_quarantined(stream) {
        return Err(runner::DecisionError::from(
            comptoir_domain::projection::ProjectionError::NotQuarantined,
        )
        .into());
    }
    let options = RebuildOptions {
        release: Release::Stream(stream.clone()),
        ..RebuildOptions::default()
    };
    let report = rebuild::with_bar(ledger, model, &options).await?;
    rebuild::say_what_was_done(model, &report)?;
    let operator = Operator {
        name: args.by.clone(),
        at: ledger.clock().now(),
    };
    runner::release(ledger, model.name(), stream, &operator).await?;
    print_line(&format!("{stream} counts again"))?;
    Ok(ExitCode::SUCCESS)
}
