//! The binary `comptoir`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use comptoir_api::cli::Cli;
use mimalloc::MiMalloc;

/// Requests allocate and free many small things; docs/adr/0024-allocator.md has the measure.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(ran) = cli.run_alone() {
        return ran.unwrap_or_else(|error| fail(&error, error.exit_status()));
    }
    let ran = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map(|runtime| {
            let ran = runtime.block_on(cli.run());
            runtime.shutdown_background();
            ran
        });
    match ran {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => fail(&error, error.exit_status()),
        Err(error) => fail(&error, 1),
    }
}

/// Says why, with all causes, and fails.
fn fail(error: &dyn std::error::Error, exit_status: u8) -> ExitCode {
    let mut text = format!("comptoir: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}\n  because: {cause}");
        source = cause.source();
    }
    // There is nobody left to tell if standard error is closed.
    drop(writeln!(std::io::stderr(), "{text}"));
    ExitCode::from(exit_status)
}
