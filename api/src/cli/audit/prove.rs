//! `comptoir audit prove`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use comptoir_audit::prove::{ProofRequest, ProveError, prove};
use comptoir_audit::timeline::{Subject, TimelineError, find};
use comptoir_domain::person::Person;
use comptoir_ledger::{Ledger, StreamName};
use comptoir_proof::note::Note;
use serde_json::json;

use super::super::{CliError, print_line};
use crate::config::Source;

/// What to prove.
#[derive(Debug, Args)]
#[command(after_help = "\
The bundle holds the events of what is named, as they are stored, and for each of them the hashes that lead to
the newest signed checkpoint. Whoever gets it checks it with the program comptoir-verify, without a database,
without a network and without trusting this engine. It stays good when persons are erased later.

Examples:
  comptoir audit prove order_01jd3e8m6xf2r9kq7v5t4w8zab -o bundle.json && comptoir-verify bundle.json
  comptoir audit prove order_... ref_... licence_... --since kept-last-year.txt -o dispute.json")]
pub(super) struct ProveArgs {
    /// Ids of any kind, numbers of invoices, names of streams
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Where the bundle goes; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// A checkpoint that somebody has kept: prove also that the ledger continues it unchanged
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// Print what was written as one JSON object
    #[arg(long)]
    json: bool,
}

/// Why nothing was proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveCommandError {
    /// An id says nothing to us.
    #[error(transparent)]
    Unknown(#[from] TimelineError),
    /// There is no proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The kept checkpoint cannot be read.
    #[error("{} is no checkpoint", .path.display())]
    Kept {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Proves it.
pub(super) async fn run(source: &Source, args: &ProveArgs) -> Result<ExitCode, CliError> {
    let since = args.since.as_deref().map(kept).transpose()?;
    let keys = source.ledger_keys()?;
    let ledger = super::ledger(source).await?;
    let streams = streams(&ledger, &args.ids).await?;
    let request = ProofRequest {
        about: args.ids.clone(),
        streams,
        since,
        keys: keys.all().map(ToString::to_string).collect(),
    };
    let bundle = prove(&ledger, request).await.map_err(ProveCommandError::from)?;
    let text = serde_json::to_string_pretty(&bundle)?;
    if args.output == Path::new("-") {
        print_line(&text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = &args.output;
    let written = std::fs::File::create(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| CliError::Unwritable {
        path: path.clone(),
        source,
    })?;
    let events = bundle.events.len();
    print_line(&if args.json {
        json!({ "events": events, "streams": bundle.streams, "output": path }).to_string()
    } else {
        format!("{events} events and their proofs are in {}", path.display())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The streams of what is named, each once.
async fn streams(ledger: &Ledger, ids: &[String]) -> Result<Vec<StreamName>, ProveCommandError> {
    let mut streams = Vec::with_capacity(ids.len());
    for id in ids {
        streams.push(match find(ledger, id).await? {
            Subject::Thing(stream) => stream,
            Subject::Person(person_id) => StreamName::of::<Person>(person_id.as_uuid()),
        });
    }
    streams.sort();
    streams.dedup();
    Ok(streams)
}

fn kept(path: &Path) -> Result<Note, ProveCommandError> {
    let wrong = |source: Box<dyn std::error::Error + Send + Sync>| ProveCommandError::Kept {
        path: path.to_owned(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.into()))?;
    // Who keeps a note may keep it without its last newline.
    format!("{}\n", text.trim_end())
        .parse()
        .map_err(|error: comptoir_proof::note::NoteError| wrong(error.into()))
}
