//! Progress on standard error: bars on a terminal, nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// For work whose length is not known.
pub(super) fn spinner(what: &'static str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(what);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// For work that goes from one position of the ledger to another.
pub(super) fn positions(what: String) -> ProgressBar {
    let template = "{msg} [{bar:40}] {human_pos}/{human_len} events, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0)
        .with_style(style.progress_chars("=> "))
        .with_message(what)
}
