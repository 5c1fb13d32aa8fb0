//! `comptoir audit export`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use comptoir_audit::export::{
    Asked, CheckReport, ExportOpened, Exported, Format, NotRecorded, Outcome, Progress, RecordExport,
    RecordExportError, check, export, export_to,
};
use comptoir_audit::moment::Moment;
use comptoir_engine::{ExportRecord, record_export};
use comptoir_ledger::{Ledger, LedgerOptions, Position};
use comptoir_proof::note::PublicKey;
use serde_json::{Value, json};

use super::super::{CliError, print_line, progress};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to export, and to where.
#[derive(Debug, Args)]
#[command(after_help = "\
The folder gets the events in parts of bounded size, in `events/`, and a `manifest.json` that says what was asked, what each
part holds, its SHA-256, and the signed checkpoint that the events belong to. An export that was killed goes on when the
same command is given again; finished parts are kept. Parquet is laid out by day (`events/date=2026-11-27/...`) as Spark,
Trino and DuckDB read it. `data` and `metadata` keep their bytes, so that the leaf hash of each event can be computed from
the files (docs/LEDGER-FORMAT.md). They hold personal data in sealed form only.

Who takes events out of the house is on record: an event says so before the first of them is written, and without it
nothing is. A database that cannot be written, such as a standby or a copy, takes --unrecorded.

--check holds a folder against its manifest: each digest, each leaf hash, the order of positions and revisions, and the root
of the tree against the checkpoint. It needs no database; its memory grows with the number of streams.

Examples:
  comptoir audit export --format jsonl --output ledger-2026
  comptoir audit export --format parquet --from 2026-01-01 --until 2026-12-31 --output year
  comptoir audit export --format jsonl --category order --output - | grep order.paid
  comptoir audit export --check ledger-2026")]
pub(super) struct ExportArgs {
    /// How the events are written
    #[arg(long, value_parser = formats(), required_unless_present = "check")]
    format: Option<Format>,
    /// The first event: a position, a time (RFC 3339), or a day in UTC [default: the first of the ledger]
    #[arg(long, value_name = "POSITION|TIME|DAY")]
    from: Option<Moment>,
    /// The last event, in the same forms; of a day its last [default: the newest of the ledger]
    #[arg(long, value_name = "POSITION|TIME|DAY")]
    until: Option<Moment>,
    /// Only streams of this category, such as `order`
    #[arg(long)]
    category: Option<String>,
    /// How many events a part has at most; it is also closed at 256 MiB
    #[arg(long, value_name = "EVENTS", default_value_t = 500_000, value_parser = clap::value_parser!(u64).range(1..))]
    part_events: u64,
    /// The folder to write to, which is made if it is not there; `-` for standard output (jsonl and csv, without a manifest)
    #[arg(long, short, value_name = "FOLDER", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Leave no event that says what was exported: for a database that cannot be written
    #[arg(long)]
    unrecorded: bool,
    /// Export nothing: check the export in this folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["format", "from", "until", "category", "part_events", "output", "unrecorded"])]
    check: Option<PathBuf>,
    /// With --check: a public key that must have signed the checkpoints; may be given more than once
    #[arg(long, value_name = "NAME+ID+KEY", requires = "check")]
    key: Vec<PublicKey>,
    /// Print one JSON object about it instead of text
    #[arg(long)]
    json: bool,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| name.parse::<Format>())
}

/// Exports, or checks an export.
pub(super) async fn run(source: &Source, args: ExportArgs) -> Result<ExitCode, CliError> {
    match (args.check, args.format, args.output) {
        (Some(folder), _, _) => run_check(&folder, &args.key, args.json),
        (None, Some(format), Some(output)) => {
            let asked = Asked {
                format,
                from: args.from,
                until: args.until,
                category: args.category,
                part_events: args.part_events,
            };
            let desk = Desk::open(source, args.unrecorded).await?;
            let done = if output == Path::new("-") {
                run_pipe(&desk, &asked).await
            } else {
                run_export(&desk, &output, &asked, args.json).await
            };
            desk.ledger.stop().await;
            done
        }
        // The parser has seen to it.
        (None, None, _) | (None, _, None) => Ok(ExitCode::from(2)),
    }
}

/// Where events are handed out.
struct Desk {
    ledger: Ledger,
    record: Record,
}

/// Whether it is noted what is handed out.
enum Record {
    Kept,
    NotKept,
}

impl Desk {
    async fn open(source: &Source, unrecorded: bool) -> Result<Self, CliError> {
        if unrecorded {
            let ledger = super::ledger(source).await?;
            return Ok(Self {
                ledger,
                record: Record::NotKept,
            });
        }
        let pool = connect(&source.database()?).await?;
        check_schema(&pool).await?;
        let ledger = Ledger::start(pool, LedgerOptions::default())
            .await
            .map_err(NodeError::from)?;
        Ok(Self {
            ledger,
            record: Record::Kept,
        })
    }
}

impl RecordExport for Desk {
    async fn record(&self, opened: &ExportOpened<'_>) -> Result<(), RecordExportError> {
        match self.record {
            Record::NotKept => NotRecorded.record(opened).await,
            Record::Kept => {
                let asked = opened.asked.category.iter();
                let record = ExportRecord {
                    format: opened.asked.format.to_string(),
                    parameters: asked
                        .map(|category| ("category".to_owned(), category.clone()))
                        .collect(),
                    from: Position::new(opened.range.after.get() + 1),
                    through: opened.range.through,
                    events: None,
                    manifest_digest: None,
                };
                let recorded = record_export(&self.ledger, record).await;
                recorded
                    .map(|_| ())
                    .map_err(|error| RecordExportError(error.into()))
            }
        }
    }
}

async fn run_pipe(desk: &Desk, asked: &Asked) -> Result<ExitCode, CliError> {
    let (bar, told) = bar(asked);
    export_to(&desk.ledger, std::io::stdout(), asked, desk, told).await?;
    bar.finish_and_clear();
    Ok(ExitCode::SUCCESS)
}

async fn run_export(desk: &Desk, folder: &Path, asked: &Asked, as_json: bool) -> Result<ExitCode, CliError> {
    let (bar, told) = bar(asked);
    let exported = export(&desk.ledger, folder, asked, desk, told).await;
    bar.finish_and_clear();
    let exported = exported?;
    let text = if as_json {
        summary(folder, &exported).to_string()
    } else {
        sentence(folder, &exported)
    };
    print_line(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn bar(asked: &Asked) -> (indicatif::ProgressBar, impl FnMut(Progress) + Send + use<>) {
    let bar = progress::positions(format!("exporting {}", asked.format));
    let told = bar.clone();
    let tell = move |progress: Progress| {
        told.set_length(progress.positions);
        told.set_position(progress.done);
    };
    (bar, tell)
}

fn summary(folder: &Path, Exported { manifest, outcome }: &Exported) -> Value {
    let outcome = match outcome {
        Outcome::Written => "written",
        Outcome::Resumed { parts_kept: _ } => "resumed",
        Outcome::AlreadyFinished => "already_finished",
    };
    json!({
        "folder": folder,
        "outcome": outcome,
        "events": manifest.events,
        "parts": manifest.parts.len(),
        "after": manifest.range.after,
        "through": manifest.range.through,
        "root": manifest.root,
        "checkpoint_size": manifest.checkpoint.as_ref().map(|signed| signed.size),
        "checkpoint_within_size": manifest.checkpoint_within.as_ref().map(|signed| signed.size),
    })
}

fn sentence(folder: &Path, Exported { manifest, outcome }: &Exported) -> String {
    let (events, parts) = (manifest.events, manifest.parts.len());
    let begun = match outcome {
        Outcome::Written => String::new(),
        Outcome::Resumed { parts_kept } => format!("; it went on behind {parts_kept} finished parts"),
        Outcome::AlreadyFinished => "; it was finished before".to_owned(),
    };
    let signed = match &manifest.checkpoint {
        Some(signed) => format!("It belongs to the checkpoint of {} events.", signed.size),
        None => {
            "No signed checkpoint covers it yet, so that nobody but the engine vouches for it.".to_owned()
        }
    };
    format!(
        "{events} events in {parts} parts are in {}{begun}.\n{signed}",
        folder.display()
    )
}

fn run_check(folder: &Path, keys: &[PublicKey], as_json: bool) -> Result<ExitCode, CliError> {
    let bar = progress::positions("checking".to_owned());
    let report = check(folder, keys, |done, events| {
        bar.set_length(events);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let report = report?;
    if as_json {
        print_line(&serde_json::to_string(&report)?)?;
    } else {
        print_line(&told(&report))?;
    }
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn told(report: &CheckReport) -> String {
    let mut lines = Vec::new();
    for finding in &report.findings {
        let at = finding
            .position
            .map(|position| format!(", position {position}"))
            .unwrap_or_default();
        lines.push(format!("{}{at}: {}", finding.file, finding.problem));
    }
    if report.more_findings > 0 {
        lines.push(format!("... and {} more", report.more_findings));
    }
    let root = if report.root_recomputed {
        "they have the root that was signed for them"
    } else {
        "no signed root could be computed from them alone"
    };
    let verdict = if report.is_sound() {
        "all is as the manifest says"
    } else {
        "it is NOT as the manifest says"
    };
    lines.push(format!(
        "{} events in {} parts: {verdict}; {root}.",
        report.events, report.parts
    ));
    if !report.signed_by.is_empty() {
        lines.push(format!("signed by {}", report.signed_by.join(", ")));
    }
    lines.join("\n")
}
