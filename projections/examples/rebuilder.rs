//! Rebuilds the read model of orders in a process of its own: `rebuilder <database url> <events at a time>`.
//!
//! The tests kill it on the way.

use comptoir_ledger::{Ledger, LedgerOptions};
use comptoir_projections::{ReadModel, RebuildOptions};
use sqlx::PgPool;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(piece_events)) = (arguments.next(), arguments.next()) else {
        return Err("usage: rebuilder <database url> <events at a time>".into());
    };
    let options = RebuildOptions {
        piece_events: piece_events.parse()?,
        ..RebuildOptions::default()
    };
    let ledger = Ledger::start(PgPool::connect_lazy(&url)?, LedgerOptions::default()).await?;
    ReadModel::Orders.rebuild(&ledger, &options, |_| {}).await?;
    ledger.stop().await;
    Ok(())
}
