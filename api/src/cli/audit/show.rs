//! `comptoir audit show`

use std::fmt::Write as _;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use comptoir_audit::timeline::{Entry, Link, StateLine, Timeline, Wanted, find, timeline};
use comptoir_ledger::{Ledger, Position};

use super::super::{CliError, print_line};
use crate::config::Source;
use crate::node::NodeError;

/// What to show, and as of when.
#[derive(Debug, Args)]
#[command(after_help = "\
An id of any kind will do (order_..., ref_..., licence_..., product_..., person_..., pay_..., document_..., and so on), the number of an
invoice or credit note, the id or position of an event, or the name of a stream.

Examples:
  comptoir audit show order_01jd3e8m6xf2r9kq7v5t4w8zab
  comptoir audit show order_01jd3e8m6xf2r9kq7v5t4w8zab --as-of 2026-03-01T12:00:00Z
  comptoir audit show F-2026-000017 --json")]
pub(super) struct ShowArgs {
    /// What names the thing or the person
    #[arg(value_name = "ID")]
    id: String,
    /// Show it as it was at this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = read_time, conflicts_with = "position")]
    as_of: Option<DateTime<Utc>>,
    /// Show it as it was when this position was the newest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    position: Option<i64>,
    /// Show so many events at most, the newest ones
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Show only events before this position
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    before: Option<i64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn read_time(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| "a time such as 2026-03-01T12:00:00Z (RFC 3339) is expected".to_owned())
}

/// Prints the timeline of a thing or a person.
pub(super) async fn run(source: &Source, args: &ShowArgs) -> Result<ExitCode, CliError> {
    let ledger = super::ledger(source).await?;
    let subject = find(&ledger, &args.id).await?;
    let wanted = Wanted {
        through: moment(&ledger, args).await?,
        entries_max: usize::try_from(args.limit).unwrap_or(usize::MAX),
        before: args.before.map(Position::new),
    };
    let found = timeline(&ledger, &subject, &wanted).await?;
    if args.json {
        print_line(&serde_json::to_string(&found)?)?;
    } else {
        print_line(told(&found).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the ledger ends for the question. A moment to come is now.
async fn moment(ledger: &Ledger, args: &ShowArgs) -> Result<Position, CliError> {
    let now = ledger.horizon();
    match (args.as_of, args.position) {
        (Some(at), _) => Ok(ledger.position_as_of(at).await.map_err(NodeError::from)?),
        (None, Some(position)) => Ok(now.min(Position::new(position))),
        (None, None) => Ok(now),
    }
}

/// The timeline as text.
fn told(found: &Timeline) -> String {
    let mut text = format!(
        "{} {}, as of position {}\n",
        found.kind, found.id, found.as_of_position
    );
    if found.linked_through < found.as_of_position {
        let through = found.linked_through;
        // Writing to a text cannot fail.
        let _ = writeln!(text, "(what follows from what is known up to position {through})");
    }
    if found.has_earlier {
        let first = found
            .entries
            .first()
            .map_or(Position::START, |entry| entry.position);
        let _ = writeln!(text, "(there is more before this: --before {first})");
    }
    for entry in &found.entries {
        text.push_str(&told_entry(found, entry));
    }
    if !found.state.is_empty() {
        text.push_str("\nnow it stands so\n");
        for line in &found.state {
            let _ = writeln!(text, "  {}: {}", line.label, line.value);
        }
    }
    if !found.related.is_empty() {
        text.push_str("\nwhat belongs to it\n");
        for related in &found.related {
            let _ = writeln!(
                text,
                "  #{} {} {}: {}",
                related.position, related.kind, related.id, related.sentence
            );
        }
        if found.has_more_related {
            text.push_str("  and more\n");
        }
    }
    text
}

fn told_entry(found: &Timeline, entry: &Entry) -> String {
    let at = entry.recorded_at.format("%Y-%m-%d %H:%M:%S");
    let of = if entry.object == found.id {
        String::new()
    } else {
        format!("{} ", entry.object)
    };
    let mut text = format!(
        "\n#{}  {at} UTC  {}\n  {of}{}\n",
        entry.position, entry.actor.words, entry.sentence
    );
    if let Some(cause) = &entry.cause {
        let _ = writeln!(text, "  because of {}", told_link(cause));
    }
    for effect in &entry.effects {
        let _ = writeln!(text, "  led to {}", told_link(effect));
    }
    for line in entry.state.iter().filter(|line| line.changed) {
        let _ = writeln!(text, "  {}", told_change(line));
    }
    text
}

fn told_link(link: &Link) -> String {
    format!("#{} {}: {}", link.position, link.object, link.sentence)
}

fn told_change(line: &StateLine) -> String {
    match &line.before {
        Some(before) => format!("{}: {before} -> {}", line.label, line.value),
        None => format!("{}: {}", line.label, line.value),
    }
}
