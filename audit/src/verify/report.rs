//! What came of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::books::UnderWay;
use super::finding::Finding;
use super::rule::Rule;
use super::totals::Totals;
use super::tree::CheckpointSummary;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether nothing was found.
    pub sound: bool,
    /// How many events were read.
    pub events: u64,
    /// In how many streams.
    pub streams: u64,
    /// How many of them are orders.
    pub orders: u64,
    /// The root of the Merkle tree of these events, in hexadecimal.
    pub root: String,
    /// The checkpoints that were held against it.
    pub checkpoints: CheckpointSummary,
    /// Where the money is.
    pub totals: Totals,
    /// Paid orders, counted for each supplier, that have no document.
    pub without_documents: u64,
    /// What the workers have still to do.
    pub under_way: Vec<UnderWay>,
    /// How many findings there are of each rule that is broken.
    pub broken: BTreeMap<Rule, u64>,
    /// The findings in the order of their places; of each rule the first ones.
    pub findings: Vec<Finding>,
}
