//! What the binary says. Its standard output is its job.
#![expect(
    clippy::print_stdout,
    reason = "the sandbox talks to whoever started it at a terminal"
)]

use std::error::Error;

/// A line for the reader.
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

/// An error with all its causes, on standard error.
pub(crate) fn error(error: &dyn Error) {
    eprint!("sandbox: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        eprint!(": {cause}");
        source = cause.source();
    }
    eprintln!();
}
