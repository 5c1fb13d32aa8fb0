//! `comptoir audit what-if`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use comptoir_audit::moment::Moment;
use comptoir_audit::what_if::{Difference, Rules, RulesFormat, WhatIfReport, what_if};

use super::super::{CliError, print_line, progress};
use crate::config::Source;
use crate::node::NodeError;

/// Under which rules.
#[derive(Debug, Args)]
#[command(after_help = "\
Rules are TOML, or JSON where the file is named .json. All of them may be left out; what is not said stays as it was:

  [refund_window]                 # a seller's refund that was asked for later counts as not made
  seller_days = 7
  [platform_fee]                  # of what is kept of each order, rounded once and spread over its lines
  basis_points = 1000             # hundredths of a percent
  of = \"gross\"                    # or \"net\": without the tax
  [[vat]]                         # for what is taxed in this country and was ordered on these days (UTC)
  country = \"FR\"
  rate_basis_points = 1900
  from = \"2026-01-01\"             # until = \"2026-12-31\"
  [[promotion]]                   # for orders that were placed with this code
  code = \"SUMMER\"
  percent_basis_points = 500      # or amount_minor with currency; minimum_minor with currency
  uses_max = 100                  # of the orders that were paid, the first so many keep it

Buyers' behaviour is taken as it was: nobody buys more or less, a refund takes the same share of a line, a lost dispute the
same share of an order, and a longer window brings no refund that was not asked for. docs/WHAT-IF.md defines all of it.
Amounts are in minor units. Nothing is written.

Example:
  comptoir audit what-if --rules next-year.toml --until 2026-12-31")]
pub(super) struct WhatIfArgs {
    /// The file of rules
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The last event that counts: a position, a time (RFC 3339), or a day in UTC [default: the newest of the ledger]
    #[arg(long, value_name = "POSITION|TIME|DAY")]
    until: Option<Moment>,
    /// Print one JSON object instead of tables
    #[arg(long)]
    json: bool,
}

/// Reckons.
pub(super) async fn run(source: &Source, args: &WhatIfArgs) -> Result<ExitCode, CliError> {
    let text = std::fs::read_to_string(&args.rules).map_err(|source| CliError::Unreadable {
        path: args.rules.clone(),
        source,
    })?;
    let is_json = args
        .rules
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let format = if is_json {
        RulesFormat::Json
    } else {
        RulesFormat::Toml
    };
    let rules = Rules::parse(&text, format)?;
    let ledger = super::ledger(source).await?;
    let through = match args.until {
        None => ledger.horizon(),
        Some(until) => until.position_through(&ledger).await.map_err(NodeError::from)?,
    };
    let bar = progress::positions("reading the past".to_owned());
    bar.set_length(through.get().unsigned_abs());
    let report = what_if(&ledger, &rules, through, |reached| {
        bar.set_position(reached.get().unsigned_abs());
    })
    .await;
    bar.finish_and_clear();
    let report = report?;
    print_line(&if args.json {
        serde_json::to_string(&report)?
    } else {
        tables(&report)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn tables(report: &WhatIfReport) -> String {
    let mut lines = vec![format!(
        "{} of {} orders up to position {} would be different; amounts in minor units",
        report.orders_changed, report.orders, report.through
    )];
    for (currency, difference) in &report.totals {
        lines.push(format!(
            "\n{:<12} {:>16} {:>16} {:>16}",
            currency, "as it was", "as it would be", "difference"
        ));
        lines.extend(rows(difference));
    }
    lines.push(format!(
        "\n{:<36} {:<4} {:>14} {:>14} {:>14}",
        "seller", "", "kept", "would keep", "difference"
    ));
    let mut changed = 0;
    for (seller, currencies) in &report.sellers {
        for (
            currency,
            Difference {
                before,
                after,
                difference,
            },
        ) in currencies
        {
            if difference.kept == 0 && difference.fee == 0 && difference.tax_kept == 0 {
                continue;
            }
            changed += 1;
            let left = [
                before.kept - before.fee,
                after.kept - after.fee,
                difference.kept - difference.fee,
            ];
            lines.push(format!(
                "{seller:<36} {currency:<4} {:>14} {:>14} {:>+14}",
                left[0], left[1], left[2]
            ));
        }
    }
    if changed == 0 {
        lines.push("nothing would be different for any of them".to_owned());
    } else {
        lines.push("(kept: after refunds, lost disputes and the fee, with the tax)".to_owned());
    }
    lines.join("\n")
}

fn rows(
    Difference {
        before,
        after,
        difference,
    }: &Difference,
) -> Vec<String> {
    let rows = [
        ("paid", before.paid, after.paid, difference.paid),
        ("discount", before.discount, after.discount, difference.discount),
        ("pending", before.pending, after.pending, difference.pending),
        ("refunded", before.refunded, after.refunded, difference.refunded),
        ("lost", before.lost, after.lost, difference.lost),
        ("kept", before.kept, after.kept, difference.kept),
        ("tax in it", before.tax_kept, after.tax_kept, difference.tax_kept),
        ("fee", before.fee, after.fee, difference.fee),
    ];
    let row =
        |(name, before, after, difference)| format!("{name:<12} {before:>16} {after:>16} {difference:>+16}");
    rows.into_iter().map(row).collect()
}
