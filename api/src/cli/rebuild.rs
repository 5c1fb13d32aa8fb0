//! `comptoir rebuild`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use comptoir_domain::values::{OperatorName, Sha256Hex};
use comptoir_ledger::{Ledger, LedgerOptions};
use comptoir_projections::runner::{Operator, accept};
use comptoir_projections::{
    Beginning, Gate, ReadModel, RebuildError, RebuildOptions, RebuildReport, RebuildStage,
};
use indicatif::ProgressBar;

use super::{CliError, print_line, progress};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to rebuild.
#[derive(Debug, Args)]
#[command(after_help = "\
The new version is built beside the one in use, catches up, and takes over in one transaction: readers notice nothing. After
an interruption it goes on where it was.

With --gate it takes over only if it equals the one in use, row by row, or if the difference was accepted: the digest is the
one that `comptoir audit diff` and the refusal print. An acceptance is recorded in the ledger, with the name of who gave it.

Examples:
  comptoir rebuild products
  comptoir rebuild orders --gate
  comptoir rebuild orders --gate --accept 5f0c... --by ops-anna")]
pub(super) struct RebuildArgs {
    /// The read model
    #[arg(value_name = "PROJECTION", value_parser = read_models())]
    model: ReadModel,
    /// Take over only if nothing differs, or if the difference was accepted
    #[arg(long)]
    gate: bool,
    /// Accept the difference with this digest, and no other
    #[arg(long, value_name = "DIGEST", requires_all = ["gate", "by"])]
    accept: Option<Sha256Hex>,
    /// Who accepts it: the name of an operator's account (a-z, 0-9, `.`, `_`, `-`), not of a person
    #[arg(long, value_name = "NAME")]
    by: Option<OperatorName>,
}

/// Accepts the name of a read model; help and refusals list them all.
pub(super) fn read_models() -> impl TypedValueParser<Value = ReadModel> {
    PossibleValuesParser::new(ReadModel::ALL.map(ReadModel::name)).try_map(|name| name.parse::<ReadModel>())
}

/// Rebuilds a read model.
pub(super) async fn run(source: &Source, args: RebuildArgs) -> Result<(), CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    let ledger = Ledger::start(pool, LedgerOptions::default())
        .await
        .map_err(NodeError::from)?;
    let rebuilt = guarded(&ledger, &args).await;
    ledger.stop().await;
    say_what_was_done(args.model, &rebuilt?)
}

/// What was rebuilt, how quickly, and whether an interrupted rebuild was gone on with.
pub(super) fn say_what_was_done(model: ReadModel, report: &RebuildReport) -> Result<(), CliError> {
    print_line(&format!("{model} is rebuilt up to position {}", report.position))?;
    let began = match report.beginning {
        Beginning::Anew => "from the first event on".to_owned(),
        Beginning::AnewBecause(misfit) => format!("from the first event on, for {}", misfit.as_str()),
        Beginning::Continued(position) => format!("from position {position} on, where it was interrupted"),
    };
    let milliseconds = report.duration.as_millis().max(1);
    let rate = u128::from(report.events) * 1000 / milliseconds;
    Ok(print_line(&format!(
        "  {} events {began}, in {:.1?}: {rate} a second",
        report.events, report.duration
    ))?)
}

/// Rebuilds; where the difference is the one that is to be accepted, that is recorded first, and what is built already takes
/// over by it.
async fn guarded(ledger: &Ledger, args: &RebuildArgs) -> Result<RebuildReport, CliError> {
    let options = RebuildOptions {
        gate: if args.gate { Gate::Guarded } else { Gate::Open },
        ..RebuildOptions::default()
    };
    let refused = match with_bar(ledger, args.model, &options).await {
        Err(RebuildError::Differs(difference)) => difference,
        other => return Ok(other?),
    };
    let (Some(digest), Some(name)) = (args.accept, &args.by) else {
        return Err(RebuildError::Differs(refused).into());
    };
    if digest != refused.digest {
        return Err(CliError::OtherDifference {
            accepted: digest,
            found: refused,
        });
    }
    let operator = Operator {
        name: name.clone(),
        at: ledger.clock().now(),
    };
    accept(ledger, args.model.name(), &refused, &operator).await?;
    Ok(with_bar(ledger, args.model, &options).await?)
}

/// Rebuilds, with progress, rate and the time that is left on a terminal.
pub(super) async fn with_bar(
    ledger: &Ledger,
    model: ReadModel,
    options: &RebuildOptions,
) -> Result<RebuildReport, RebuildError> {
    let bar = progress::positions(format!("rebuilding {model}"));
    let mut told = None;
    let rebuilt = model
        .rebuild(ledger, options, |progress| {
            if told != Some(progress.beginning) {
                told = Some(progress.beginning);
                say_how_it_begins(&bar, model, progress.beginning);
            }
            bar.set_length(progress.horizon.get().unsigned_abs());
            bar.set_position(progress.position.get().unsigned_abs());
            bar.set_message(match progress.stage {
                RebuildStage::Filling => format!("rebuilding {model}"),
                RebuildStage::Indexing => format!("indexing {model}"),
                RebuildStage::CatchingUp => format!("catching up with {model}"),
                RebuildStage::Switching => format!("switching to {model}"),
            });
        })
        .await;
    bar.finish_and_clear();
    rebuilt
}

/// One line, also where there is no terminal; the rate counts from here.
fn say_how_it_begins(bar: &ProgressBar, model: ReadModel, beginning: Beginning) {
    let line = match beginning {
        Beginning::Anew => format!("{model} is built from the first event on"),
        Beginning::AnewBecause(misfit) => format!(
            "{model} is built from the first event on; an interrupted rebuild is of no use, for {}",
            misfit.as_str()
        ),
        Beginning::Continued(position) => {
            bar.set_position(position.get().unsigned_abs());
            bar.reset_eta();
            format!("{model} goes on from position {position}, where a rebuild was interrupted")
        }
    };
    // Whoever reads the log of a script wants to know as well.
    bar.suspend(|| tracing::info!("{line}"));
}
