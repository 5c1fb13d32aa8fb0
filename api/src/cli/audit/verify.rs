//! `comptoir audit verify`

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::TimeDelta;
use clap::Args;
use comptoir_audit::verify::{Amounts, KeptCheckpoint, Report, VerifyOptions, verify};
use comptoir_proof::note::PublicKey;

use super::super::progress::positions;
use super::super::{CliError, print_line};
use crate::config::Source;

/// What to hold the ledger against.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// A key that checkpoints may be signed with, such as `shop.example+0a1b2c3d+AaXk...`; may be given more than once
    /// [default: those that follow from the settings]
    #[arg(long = "key", value_name = "VKEY")]
    keys: Vec<PublicKey>,
    /// A file with a checkpoint that was kept outside the database; may be given more than once. Nothing else finds a ledger
    /// that was rewritten together with everything in its database
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// How long workers may take, in minutes, by the time of the newest event: what waits longer is a finding
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    patience: u32,
    /// How many findings of one rule are told in full
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    findings_max: usize,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// Verifies the ledger up to its horizon.
pub(super) async fn run(source: &Source, args: VerifyArgs) -> Result<ExitCode, CliError> {
    let kept: Result<Vec<_>, _> = args.checkpoints.into_iter().map(kept).collect();
    let kept = kept?;
    let ledger = super::ledger(source).await?;
    let bar = positions("verifying".to_owned());
    bar.set_length(ledger.horizon().get().cast_unsigned());
    let shown = bar.clone();
    let options = VerifyOptions {
        keys: keys(source, args.keys),
        kept,
        patience: TimeDelta::minutes(i64::from(args.patience)),
        findings_of_rule_max: args.findings_max,
        progress: Arc::new(move |position| shown.set_position(position.get().cast_unsigned())),
    };
    let report = verify(&ledger, options).await;
    bar.finish_and_clear();
    let report = report?;
    if args.json {
        print_line(&serde_json::to_string(&report)?)?;
    } else {
        print_line(&told(&report)?)?;
    }
    Ok(ExitCode::from(u8::from(!report.sound)))
}

/// The keys that were named, or else those of the settings; without either, the report says that no signature was checked.
fn keys(source: &Source, named: Vec<PublicKey>) -> Vec<PublicKey> {
    if !named.is_empty() {
        return named;
    }
    source
        .ledger_keys()
        .map_or_else(|_| Vec::new(), |keys| keys.all().cloned().collect())
}

fn kept(path: PathBuf) -> Result<KeptCheckpoint, CliError> {
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(CliError::Unreadable { path, source }),
    };
    match KeptCheckpoint::try_new(path.display().to_string(), &text) {
        Ok(kept) => Ok(kept),
        Err(source) => Err(CliError::NotACheckpoint { path, source }),
    }
}

/// The report for people: findings first, one a line, then what was read.
fn told(report: &Report) -> Result<String, std::io::Error> {
    let mut out = Vec::new();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    for (rule, count) in &report.broken {
        let told = report
            .findings
            .iter()
            .filter(|finding| finding.rule == *rule)
            .count() as u64;
        if *count > told {
            writeln!(out, "{rule}: and {} more", count - told)?;
        }
    }
    if !report.findings.is_empty() {
        writeln!(out)?;
    }
    let Report {
        events,
        streams,
        orders,
        root,
        checkpoints,
        ..
    } = report;
    writeln!(
        out,
        "{events} events in {streams} streams, {orders} of them orders; root {root}"
    )?;
    let signatures = if checkpoints.signatures_checked {
        "signatures checked"
    } else {
        "signatures not checked: name the keys with --key"
    };
    writeln!(
        out,
        "{} stored and {} kept checkpoints, the newest that holds at {}; {signatures}",
        checkpoints.stored, checkpoints.kept, checkpoints.newest_size
    )?;
    for total in &report.totals.currencies {
        let Amounts {
            revenue_minor,
            refunded_minor,
            pending_minor,
            lost_minor,
            balance_minor,
            tax_in_balance_minor,
        } = total.amounts;
        writeln!(
            out,
            "{} in minor units: revenue {revenue_minor}, refunded {refunded_minor}, being refunded {pending_minor}, lost \
             {lost_minor}, balance {balance_minor} (tax in it {tax_in_balance_minor})",
            total.currency
        )?;
    }
    if report.without_documents > 0 {
        writeln!(
            out,
            "{} paid orders have no invoice (by supplier)",
            report.without_documents
        )?;
    }
    for waiting in &report.under_way {
        writeln!(
            out,
            "under way: {} of {}, the oldest for {} s",
            waiting.count, waiting.rule, waiting.oldest_s
        )?;
    }
    let found: u64 = report.broken.values().sum();
    if found == 0 {
        write!(out, "nothing is wrong")?;
    } else {
        write!(
            out,
            "{found} findings; docs/AUDIT.md says what each rule means and what to do"
        )?;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}
