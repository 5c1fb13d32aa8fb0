//! `comptoir audit diff`

use std::process::ExitCode;

use clap::Args;
use comptoir_audit::difference::{EventBehind, ExplainedDifference, ExplainedRow, explain};
use comptoir_ledger::{Ledger, LedgerOptions};
use comptoir_projections::ReadModel;

use super::super::{CliError, print_line, progress, rebuild};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = "\
The read model is built anew in a schema beside the one in use, at the same position; readers and the runner go on meanwhile.
Each row that differs is shown with the events behind it. Personal data is sealed in the rows, and shown as `sealed`.

Exit status: 0 if nothing differs, 1 if rows differ, 2 if it could not be compared.

Examples:
  comptoir audit diff orders
  comptoir audit diff --all --json")]
pub(super) struct DiffArgs {
    /// The read model
    #[arg(value_name = "PROJECTION", value_parser = rebuild::read_models(), required_unless_present = "all")]
    model: Option<ReadModel>,
    /// All read models, one after the other
    #[arg(long, conflicts_with = "model")]
    all: bool,
    /// How many rows of each are shown; all of them count
    #[arg(long, value_name = "ROWS", default_value_t = 20)]
    rows: usize,
    /// Print one JSON object for each read model
    #[arg(long)]
    json: bool,
}

/// Compares.
pub(super) async fn run(source: &Source, args: &DiffArgs) -> Result<ExitCode, CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    let ledger = Ledger::start(pool, LedgerOptions::default())
        .await
        .map_err(NodeError::from)?;
    let models = args
        .model
        .map_or_else(|| ReadModel::ALL.to_vec(), |model| vec![model]);
    let compared = compare(&ledger, &models, args).await;
    ledger.stop().await;
    compared
}

async fn compare(ledger: &Ledger, models: &[ReadModel], args: &DiffArgs) -> Result<ExitCode, CliError> {
    let mut code = ExitCode::SUCCESS;
    for model in models {
        let bar = progress::positions(format!("comparing {model}"));
        let found = model
            .difference(ledger, args.rows, |progress| {
                bar.set_length(progress.horizon.get().unsigned_abs());
                bar.set_position(progress.position.get().unsigned_abs());
            })
            .await;
        bar.finish_and_clear();
        let explained = explain(ledger, *model, &found?).await.map_err(NodeError::from)?;
        if explained.rows > 0 {
            code = ExitCode::from(1);
        }
        if args.json {
            print_line(&serde_json::to_string(&explained)?)?;
        } else {
            print(&explained)?;
        }
    }
    Ok(code)
}

fn print(difference: &ExplainedDifference) -> Result<(), CliError> {
    let ExplainedDifference {
        projection,
        version,
        position,
        rows,
        digest,
        shown,
    } = difference;
    if *rows == 0 {
        let line = format!(
            "{projection}: no row differs from what the events say (version {version}, position {position})"
        );
        return Ok(print_line(&line)?);
    }
    print_line(&format!(
        "{projection}: {rows} rows differ from what the events say (version {version}, position {position})"
    ))?;
    for row in shown {
        print_row(row)?;
    }
    let more = rows.saturating_sub(shown.len() as u64);
    if more > 0 {
        print_line(&format!("  and {more} more rows; --rows shows more of them"))?;
    }
    print_line(&format!("  digest {digest}"))?;
    Ok(print_line(&format!(
        "  `comptoir rebuild {projection}` puts it right; `comptoir rebuild {projection} --gate --accept {digest} --by NAME` \
         does so only if the difference is still this one"
    ))?)
}

fn print_row(row: &ExplainedRow) -> Result<(), CliError> {
    let key = row.key.iter().map(|(column, value)| format!("{column} {value}"));
    let key = key.collect::<Vec<_>>().join(", ");
    let what = match row.kind {
        "extra" => "is there, but no event has made it",
        "missing" => "is missing",
        _ => "differs",
    };
    print_line(&format!("  {} {key} {what}", row.table))?;
    for column in &row.columns {
        let [live, rebuilt] =
            [&column.live, &column.rebuilt].map(|value| value.as_deref().unwrap_or("nothing"));
        print_line(&format!(
            "    {}: {live} in use, {rebuilt} by the events",
            column.column
        ))?;
    }
    if row.events.is_empty() {
        print_line("    no event speaks of it")?;
    }
    if row.events_left_out > 0 {
        print_line(&format!("    {} older events", row.events_left_out))?;
    }
    for event in &row.events {
        let EventBehind {
            position,
            stream: _,
            event_type,
            recorded_at,
            actor,
        } = event;
        let actor = actor.as_deref().unwrap_or("nobody named");
        print_line(&format!(
            "    {position:>10}  {recorded_at}  {event_type}  by {actor}"
        ))?;
    }
    Ok(())
}
