//! What can be set about a ledger.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, IdSource, SystemClock, SystemIds};

/// Limits and sources of a [`crate::Ledger`]. The defaults suit a server.
#[derive(Clone)]
pub struct LedgerOptions {
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn IdSource>,
    /// How many appends may wait, for their batch or for the disk, before further ones are refused as overload.
    pub queue_appends_max: usize,
    /// The most events committed together.
    pub batch_events_max: usize,
    /// The most appends that are made durable by their own commit, which keeps the head locked while the disk works but
    /// is a round trip less. Larger batches leave the disk to the flusher, and the next batch is recorded meanwhile.
    pub immediate_appends_max: usize,
    /// The most payload committed together, in bytes.
    pub batch_bytes_max: usize,
    /// How often an idle node looks whether events wait for the durable horizon or have passed it unannounced.
    pub tick: Duration,
    /// How long a lost database is waited for before waiting appends are given up.
    pub outage_max: Duration,
    /// How long a caller waits for an append, whatever it is held up by: those before it, a lock, the disk.
    pub append_time_max: Duration,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            queue_appends_max: 8192,
            batch_events_max: 512,
            immediate_appends_max: 24,
            batch_bytes_max: 8 * 1024 * 1024,
            tick: Duration::from_millis(500),
            outage_max: Duration::from_secs(10),
            append_time_max: Duration::from_secs(30),
        }
    }
}

impl std::fmt::Debug for LedgerOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedgerOptions")
            .field("queue_appends_max", &self.queue_appends_max)
            .field("batch_events_max", &self.batch_events_max)
            .field("immediate_appends_max", &self.immediate_appends_max)
            .field("batch_bytes_max", &self.batch_bytes_max)
            .field("tick", &self.tick)
            .field("outage_max", &self.outage_max)
            .field("append_time_max", &self.append_time_max)
            .finish_non_exhaustive()
    }
}
