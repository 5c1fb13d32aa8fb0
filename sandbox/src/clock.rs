//! The time of day, for what the stand-ins write.

use chrono::{DateTime, Utc};

/// The present instant.
#[expect(
    clippy::disallowed_methods,
    reason = "a stand-in is the outside world: it has a time of its own, which no test of the product sets"
)]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
