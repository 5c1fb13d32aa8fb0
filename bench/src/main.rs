//! Measures Comptoir: `make bench` runs every part, `make bench ONLY=append` one.
//!
//! Each part ends within five minutes, prints a table and writes its figures to `target/bench/<part>.json`. The parts
//! start what they need themselves, a private PostgreSQL with default durability first of all.
//!
//! - [`append`]: one event to a new stream per append, beside the peers and beside plain INSERTs
//!
//! [`load`] is the closed loop that the parts share, [`storage`] the PostgreSQL, [`report`] the output.

mod append;
mod load;
mod machine;
mod order;
mod report;
mod storage;

use anyhow::Result;
use clap::{Parser, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "comptoir-bench", about = "Measures Comptoir beside its peers.", max_term_width = 100)]
struct Arguments {
    /// Only this part.
    #[arg(long)]
    only: Option<Part>,
    #[command(flatten)]
    append: append::AppendOptions,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One event to a new stream per append.
    Append,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let parts = arguments.only.map_or_else(|| Part::value_variants().to_vec(), |only| vec![only]);
    for part in parts {
        report::progress(&format!("\n== {part:?} on {}", machine::description()));
        match part {
            Part::Append => runtime()?.block_on(append::run(&arguments.append))?,
        }
    }
    Ok(())
}

/// A worker for each core, as the product has it.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
