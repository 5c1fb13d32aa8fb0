//! The binary `comptoir-verify`: checks a bundle that `comptoir audit prove` has made, offline, trusting neither the engine nor
//! its database.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use comptoir_proof::bundle::{Bundle, BundleError, Proven, Trust};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, NoteError, PublicKey};
use serde_json::json;

/// The longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Check a bundle of proofs offline: no network, no database, no trust in the engine that made it
#[derive(Debug, Parser)]
#[command(
    name = "comptoir-verify",
    version,
    after_help = "\
Exit status: 0 if the bundle proves what it says, 1 if it does not, 2 if it could not be read.

Without --key the bundle is checked against the keys that it brings itself, which are printed: compare them with
those that the platform publishes. Personal data in the events is sealed, and stays so.

Examples:
  comptoir-verify bundle.json
  comptoir-verify bundle.json --key 'shop.example/ledger+0a1b2c3d+AaXk...'
  comptoir-verify bundle.json --checkpoint kept-last-year.txt --events"
)]
struct Arguments {
    /// The bundle; - reads standard input
    bundle: PathBuf,
    /// A key that you know the platform to sign with; may be repeated
    #[arg(long, value_name = "KEY")]
    key: Vec<PublicKey>,
    /// A checkpoint that you have kept: the bundle's ledger must be the same one; may be repeated
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Show each event
    #[arg(long)]
    events: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{} cannot be read", .path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{} is no bundle of proofs", .path.display())]
    Bundle {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{} is no checkpoint", .path.display())]
    Checkpoint { path: PathBuf, source: NoteError },
    #[error("standard output is closed")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(&arguments).unwrap_or_else(|error| {
        let mut text = format!("comptoir-verify: {error}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}\n  because: {cause}");
            source = cause.source();
        }
        // There is nobody left to tell if standard error is closed.
        drop(writeln!(io::stderr(), "{text}"));
        ExitCode::from(2)
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode, Unreadable> {
    let path = &arguments.bundle;
    let bundle: Bundle = serde_json::from_str(&read(path)?).map_err(|source| Unreadable::Bundle {
        path: path.clone(),
        source,
    })?;
    let kept = arguments
        .checkpoint
        .iter()
        .map(|path| kept(path))
        .collect::<Result<Vec<_>, _>>()?;
    let trust = if arguments.key.is_empty() {
        Trust::Bundle
    } else {
        Trust::Keys(&arguments.key)
    };
    let checked = bundle.check(trust, &kept);
    let text = match &checked {
        Ok(proven) if arguments.json => sound_json(&bundle, proven, trust),
        Ok(proven) => sound(&bundle, proven, arguments),
        Err(error) if arguments.json => json!({ "sound": false, "reason": reason(error) }).to_string(),
        Err(error) => format!("NOT PROVEN: {}", reason(error)),
    };
    writeln!(io::stdout(), "{text}")?;
    Ok(if checked.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn read(path: &Path) -> Result<String, Unreadable> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(FILE_BYTES_MAX).read_to_string(&mut text)
    } else {
        fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text))
    };
    read.map_err(|source| Unreadable::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(text)
}

fn kept(path: &Path) -> Result<Checkpoint, Unreadable> {
    let text = read(path)?;
    // Who keeps a note may keep it without its last newline.
    let note: Result<Note, _> = format!("{}\n", text.trim_end()).parse();
    note.and_then(|note| Checkpoint::of(&note))
        .map_err(|source| Unreadable::Checkpoint {
            path: path.to_owned(),
            source,
        })
}

fn reason(error: &BundleError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}

fn sound(bundle: &Bundle, proven: &Proven, arguments: &Arguments) -> String {
    let Proven {
        checkpoint,
        signed,
        since,
    } = proven;
    let mut lines = vec![format!(
        "PROVEN: {} events of {} stand in the ledger {} of {} events, unchanged.",
        bundle.events.len(),
        bundle.about.join(", "),
        checkpoint.origin,
        checkpoint.size
    )];
    for signed in signed {
        let when = signed
            .at
            .map_or_else(String::new, |at| format!(" at {}", at.to_rfc3339()));
        lines.push(format!("  signed by {} ({}){when}", signed.name, signed.id));
    }
    if let Some(since) = since {
        lines.push(format!(
            "  continues the ledger of {} events, unchanged",
            since.size
        ));
    }
    if arguments.key.is_empty() {
        lines.push(
            "The keys are those that the bundle brings. Compare them with what the platform publishes:"
                .to_owned(),
        );
        lines.extend(bundle.keys.iter().map(|key| format!("  {key}")));
    }
    if arguments.events {
        for event in &bundle.events {
            let at = event.recorded_at().map(|at| at.to_rfc3339()).unwrap_or_default();
            lines.push(format!(
                "{at}  {}  {}  {}",
                event.position, event.event_type, event.stream
            ));
            lines.push(format!("  {}", event.data));
            lines.push(format!("  {}", event.metadata));
        }
    }
    lines.join("\n")
}

fn sound_json(bundle: &Bundle, proven: &Proven, trust: Trust<'_>) -> String {
    let signed = proven
        .signed
        .iter()
        .map(|signed| json!({ "name": signed.name, "id": signed.id, "at": signed.at }));
    json!({
        "sound": true,
        "about": bundle.about,
        "events": bundle.events.len(),
        "origin": proven.checkpoint.origin,
        "size": proven.checkpoint.size,
        "root": hex::encode(proven.checkpoint.root),
        "signed_by": signed.collect::<Vec<_>>(),
        "keys_from_bundle": matches!(trust, Trust::Bundle),
        "continues": proven.since.as_ref().map(|since| since.size),
    })
    .to_string()
}
