//! Measures Comptoir: `make bench` runs every part, `make bench ONLY=append` one.
//!
//! Each part ends within five minutes, prints a table and writes its figures to `target/bench/<part>.json`. The parts
//! start what they need themselves, a private PostgreSQL with default durability first of all.
//!
//! - [`append`]: one event to a new stream per append, beside the peers and beside plain INSERTs
//! - [`read`]: a million events in order, decoded into domain events
//! - [`rebuild`]: the order read model built anew from events, beside the peers
//! - [`export`]: a million events as JSON lines, beside PostgreSQL's own COPY
//! - [`scale`]: appends to a ledger of 100,000 events and to one of 10,000,000
//! - [`sale`]: whole sales over HTTP, from the product to its licence
//! - [`page`]: a page of the catalogue over HTTP
//! - [`invoice`]: documents a second, beside peers, and how soon after its payment an order has its invoice
//! - [`checkpoint`]: the Merkle tree of a million leaves, from nothing to its signed root
//! - [`show`]: an order as of a time, on a ledger of 10,000,000 events
//! - [`verify`](mod@verify): a million events verified, from their hashes to the books
//! - [`start`]: how soon the product is ready, and what memory it takes
//!
//! [`load`] is the closed loop that the first parts share, [`house`] the running product that the others measure,
//! [`storage`] the PostgreSQL, [`report`] the output.

mod append;
mod checkpoint;
mod export;
mod invoice;
mod page;
mod read;
mod rebuild;
mod sale;
mod scale;
mod show;
mod start;
mod verify;

mod catalogue;
mod database;
mod house;
mod http;
mod load;
mod machine;
mod order;
mod report;
mod sale_events;
mod socket;
mod storage;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// The allocator of the product, for it and for the peers that are libraries.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(
    name = "comptoir-bench",
    about = "Measures Comptoir beside its peers.",
    max_term_width = 100
)]
struct Arguments {
    /// Only this part.
    #[arg(long)]
    only: Option<Part>,
    #[command(flatten)]
    append: append::AppendOptions,
    #[command(flatten)]
    rebuild: rebuild::RebuildArguments,
    #[command(flatten)]
    scale: scale::ScaleOptions,
    #[command(flatten)]
    show: show::ShowOptions,
    #[command(flatten)]
    sale: sale::SaleOptions,
    #[command(flatten)]
    invoice: invoice::InvoiceOptions,
    #[command(flatten)]
    house: house::HouseOptions,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One event to a new stream per append.
    Append,
    /// A million events read back in order and decoded.
    Read,
    /// The order read model built anew from events.
    Rebuild,
    /// A million events as files, beside PostgreSQL's own COPY.
    Export,
    /// Appends to a short ledger and to a long one.
    Scale,
    /// Whole sales over HTTP.
    Sale,
    /// A million events verified.
    Verify,
    /// A page of products over HTTP.
    Page,
    /// How soon the product is ready, and its memory.
    Start,
    /// The Merkle tree of a million leaves.
    Checkpoint,
    /// An order as of a time, on a long ledger.
    Show,
    /// Documents a second beside peers, and how soon an order has its invoice.
    Invoice,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(own) = arguments.invoice.contestant {
        return invoice::serve(own, arguments.invoice.keep.as_deref());
    }
    let parts = arguments
        .only
        .map_or_else(|| Part::value_variants().to_vec(), |only| vec![only]);
    for part in parts {
        report::progress(&format!("\n== {part:?} on {}", machine::description()));
        match part {
            Part::Append => runtime()?.block_on(append::run(&arguments.append))?,
            Part::Read => read::run()?,
            Part::Rebuild => runtime()?.block_on(rebuild::run(&arguments.rebuild))?,
            Part::Export => runtime()?.block_on(export::run())?,
            Part::Scale => runtime()?.block_on(scale::run(&arguments.scale))?,
            Part::Sale => runtime()?.block_on(sale::run(&arguments.sale, &arguments.house))?,
            Part::Verify => verify::run()?,
            Part::Page => runtime()?.block_on(page::run(&arguments.house))?,
            Part::Start => runtime()?.block_on(start::run(&arguments.house))?,
            Part::Checkpoint => runtime()?.block_on(checkpoint::run())?,
            Part::Show => runtime()?.block_on(show::run(&arguments.show, &arguments.house))?,
            Part::Invoice => runtime()?.block_on(invoice::run(&arguments.invoice, &arguments.house))?,
        }
    }
    Ok(())
}

/// A worker for each core, as the product has it.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
