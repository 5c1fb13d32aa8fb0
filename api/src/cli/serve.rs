//! `comptoir serve`

use clap::Args;
use tokio::net::TcpListener;

use super::{CliError, print_line, signals};
use crate::config::Source;
use crate::http::{router, serve};
use crate::node::{Duties, Node};

/// How to serve.
#[derive(Debug, Args)]
#[command(after_help = "\
The database must be migrated first (`comptoir migrate`). When it is ready it prints one line with the address; with port 0
in COMPTOIR_HTTP_ADDR the system picks a free one.

Examples:
  comptoir serve
  COMPTOIR_HTTP_ADDR=0.0.0.0:8080 COMPTOIR_LOG_FORMAT=json comptoir serve
  comptoir serve --requests-only              leave projections and workers to other nodes")]
pub(super) struct ServeArgs {
    /// Answer requests only: other nodes run the projections and the workers
    #[arg(long)]
    requests_only: bool,
}

/// Serves until it is told to stop.
pub(super) async fn run(source: &Source, args: &ServeArgs) -> Result<(), CliError> {
    let config = source.config()?;
    let stop = signals::stop_on_signals()?;
    let addr = config.http.addr;
    let listener = TcpListener::bind(addr)
        .await
        .map_err(|source| CliError::Listen { addr, source })?;
    let bound = listener.local_addr()?;
    let duties = if args.requests_only {
        Duties::Requests
    } else {
        Duties::All
    };
    let node = Node::start(&config, duties).await?;
    print_line(&format!(
        "comptoir is ready on http://{bound} (page: http://{bound}/docs)"
    ))?;
    let ledger = node.engine().ledger();
    if ledger.is_read_only() {
        let through = ledger.horizon();
        let copy = format!(
            "the database is a copy of a ledger up to position {through}: reads are answered, nothing is done"
        );
        print_line(&copy)?;
    }
    let served = serve(listener, router(node.app().clone()), stop).await;
    node.stop().await;
    Ok(served?)
}
