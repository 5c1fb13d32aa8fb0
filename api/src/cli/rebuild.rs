//! `comptoir rebuild`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use comptoir_ledger::{Ledger, LedgerOptions};
use comptoir_projections::ReadModel;

use super::{CliError, print_line, progress};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to rebuild.
#[derive(Debug, Args)]
#[command(after_help = "\
The new version is built beside the one in use, catches up, and takes over in one transaction: readers notice nothing.

Examples:
  comptoir rebuild products
  comptoir rebuild orders")]
pub(super) struct RebuildArgs {
    /// The read model
    #[arg(value_name = "PROJECTION", value_parser = read_models())]
    model: ReadModel,
}

/// Accepts the name of a read model; help and refusals list them all.
fn read_models() -> impl TypedValueParser<Value = ReadModel> {
    PossibleValuesParser::new(ReadModel::ALL.map(ReadModel::name)).try_map(|name| name.parse::<ReadModel>())
}

/// Rebuilds a read model.
pub(super) async fn run(source: &Source, RebuildArgs { model }: RebuildArgs) -> Result<(), CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    let ledger = Ledger::start(pool, LedgerOptions::default())
        .await
        .map_err(NodeError::from)?;
    let bar = progress::positions(format!("rebuilding {model}"));
    let rebuilt = model
        .rebuild(&ledger, |progress| {
            bar.set_length(progress.horizon.get().unsigned_abs());
            bar.set_position(progress.position.get().unsigned_abs());
        })
        .await;
    bar.finish_and_clear();
    ledger.stop().await;
    let report = rebuilt?;
    Ok(print_line(&format!(
        "{model} is rebuilt up to position {}",
        report.position
    ))?)
}
