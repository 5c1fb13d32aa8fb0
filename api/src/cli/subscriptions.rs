//! `comptoir subscriptions`

use clap::{Args, Subcommand};
use comptoir_ledger::{Checkpoint, Ledger, LedgerOptions, Position};
use comptoir_projections::ReadModel;
use serde_json::json;

use super::{CliError, print_line};
use crate::config::Source;
use crate::node::{NodeError, check_schema, connect};

/// What to do about the followers of the ledger.
#[derive(Debug, Args)]
#[command(after_help = "\
Workers and read models follow the ledger, each from its own checkpoint, which names the event that it handled
last by position and hash. After a fail-over or a restore that lost the end of the ledger that event is gone:
the follower then stops, so that it does not take other events for those that it knows.

To go on, name the last position that the restored ledger and the lost one have in common: the position of the
newest checkpoint that was kept elsewhere (`comptoir audit checkpoint`), or any earlier one. What a worker did
because of the lost events has been done; what is behind the position comes again, and repeats are harmless.
A read model is built anew instead: `comptoir rebuild <name>`.

Examples:
  comptoir subscriptions
  comptoir subscriptions rewind policy_orders --to 120934")]
pub(super) struct SubscriptionsArgs {
    #[command(subcommand)]
    command: Option<SubscriptionsCommand>,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum SubscriptionsCommand {
    /// Let a worker that has lost the event it stood behind go on from an earlier position
    Rewind {
        /// The worker's subscription
        name: String,
        /// The last position that the ledger has in common with the one that was lost
        #[arg(long, value_name = "POSITION")]
        to: i64,
    },
}

/// Lists them, or moves one back.
pub(super) async fn run(source: &Source, args: SubscriptionsArgs) -> Result<(), CliError> {
    let pool = connect(&source.database()?).await?;
    check_schema(&pool).await?;
    match args.command {
        None => {
            let ledger = Ledger::read_only(pool).await.map_err(NodeError::from)?;
            list(&ledger, args.json).await
        }
        Some(SubscriptionsCommand::Rewind { name, to }) => {
            if name.parse::<ReadModel>().is_ok() {
                return Err(CliError::RebuildInstead { name });
            }
            let ledger = Ledger::start(pool, LedgerOptions::default())
                .await
                .map_err(NodeError::from)?;
            let to = Position::new(to);
            let rewound = ledger.rewind_subscription(&name, to).await;
            ledger.stop().await;
            rewound?;
            Ok(print_line(&format!("{name} goes on behind position {to}"))?)
        }
    }
}

async fn list(ledger: &Ledger, as_json: bool) -> Result<(), CliError> {
    let checkpoints = ledger.checkpoints().await.map_err(NodeError::from)?;
    let rewound = ledger.rewound_subscriptions().await.map_err(NodeError::from)?;
    let horizon = ledger.horizon();
    if as_json {
        let rows: Vec<_> = checkpoints
            .iter()
            .map(|row| {
                json!({
                    "name": row.name, "position": row.position, "behind": horizon.get() - row.position.get(),
                    "lost_its_event": rewound.contains(&row.name), "stuck_at": row.failed_position,
                    "failure": row.failure, "failed_at": row.failed_at,
                })
            })
            .collect();
        return Ok(print_line(&serde_json::to_string_pretty(&rows)?)?);
    }
    print_line(&format!("the ledger ends at position {horizon}"))?;
    for row in &checkpoints {
        print_line(&line(row, horizon, rewound.contains(&row.name)))?;
    }
    Ok(())
}

fn line(row: &Checkpoint, horizon: Position, is_rewound: bool) -> String {
    let behind = horizon.get() - row.position.get();
    let state = match (is_rewound, &row.failure) {
        (true, _) => "the ledger has lost the event it stands behind".to_owned(),
        (false, Some(failure)) => {
            let at = row.failed_position.unwrap_or(row.position);
            format!("stuck at position {at}: {failure}")
        }
        (false, None) if behind > 0 => format!("{behind} behind"),
        (false, None) => "up to date".to_owned(),
    };
    format!("{:<28} {:>12}  {state}", row.name, row.position.get())
}
