//! What is made of the sales of a round, and of the rounds.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, anyhow};
use hdrhistogram::Histogram;
use serde::Serialize;

use super::buyer::{STEPS, Sale};
use crate::house::Usage;
use crate::load::count;
use crate::report::{self, median, median_u64};

const ASKED_FOR_PER_SECOND: f64 = 1_000.0;
const ASKED_FOR_P99_US: u64 = 150_000;

/// One round.
#[derive(Debug, Clone)]
pub(super) struct Round {
    per_second: f64,
    whole: Percentiles,
    steps: [Percentiles; STEPS.len()],
    looks_per_sale: f64,
    each: BTreeMap<&'static str, f64>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Percentiles {
    p50_us: u64,
    p99_us: u64,
}

/// The line of `target/bench/sale.json`: medians over the rounds.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    contestant: &'static str,
    storage: &'static str,
    clients: usize,
    per_second: f64,
    p50_us: u64,
    p99_us: u64,
    steps: BTreeMap<&'static str, Percentiles>,
    looks_per_sale: f64,
    /// Processor time in microseconds by process, and transactions.
    per_sale: BTreeMap<&'static str, f64>,
    rounds: Vec<f64>,
}

impl Round {
    pub(super) fn new(sales: &[Sale], measured: Duration, usage: Usage) -> Result<Self> {
        let sold = count(sales.len() as u64).max(1.0);
        let mut steps = [Percentiles::NONE; STEPS.len()];
        for (step, percentiles) in steps.iter_mut().enumerate() {
            *percentiles = Percentiles::of(sales.iter().map(|sale| sale.steps_us[step]))?;
        }
        let microseconds = |time: Duration| time.as_secs_f64() * 1e6 / sold;
        let time = usage.processor_time;
        Ok(Self {
            per_second: sold / measured.as_secs_f64(),
            whole: Percentiles::of(sales.iter().map(|sale| sale.whole_us))?,
            steps,
            looks_per_sale: count(sales.iter().map(|sale| sale.looks).sum()) / sold,
            each: BTreeMap::from([
                ("engine_us", microseconds(time.engine)),
                ("postgres_us", microseconds(time.postgres)),
                ("stand_in_us", microseconds(time.stand_in)),
                ("load_us", microseconds(time.load)),
                ("transactions", count(usage.transactions) / sold),
            ]),
        })
    }

    pub(super) fn tell(&self, number: usize) {
        report::progress(&format!(
            "round {number}  {:>6.0} paid orders a second  p50 {:>6} us  p99 {:>7} us  {:.1} looks",
            self.per_second, self.whole.p50_us, self.whole.p99_us, self.looks_per_sale
        ));
        report::progress(&format!("  per sale  {}", listed(&self.each)));
    }
}

impl Percentiles {
    const NONE: Self = Self { p50_us: 0, p99_us: 0 };

    fn of(latencies_us: impl Iterator<Item = u64>) -> Result<Self> {
        let mut histogram = Histogram::<u64>::new(3)?;
        for latency in latencies_us {
            histogram
                .record(latency)
                .map_err(|error| anyhow!("latency: {error}"))?;
        }
        Ok(Self {
            p50_us: histogram.value_at_quantile(0.5),
            p99_us: histogram.value_at_quantile(0.99),
        })
    }

    fn median_of<'a>(all: impl Iterator<Item = &'a Self> + Clone) -> Self {
        Self {
            p50_us: median_u64(all.clone().map(|one| one.p50_us)),
            p99_us: median_u64(all.map(|one| one.p99_us)),
        }
    }
}

impl Row {
    pub(super) fn of(clients: usize, rounds: &[Round]) -> Self {
        let over = |figure: &dyn Fn(&Round) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>());
        let whole = Percentiles::median_of(rounds.iter().map(|round| &round.whole));
        let of_step = |step: usize| Percentiles::median_of(rounds.iter().map(|round| &round.steps[step]));
        let names = rounds.first().map(|round| round.each.keys().copied());
        let each = |name: &'static str| over(&|round| round.each.get(name).copied().unwrap_or_default());
        Self {
            contestant: "comptoir",
            storage: "disk",
            clients,
            per_second: over(&|round| round.per_second),
            p50_us: whole.p50_us,
            p99_us: whole.p99_us,
            steps: STEPS
                .into_iter()
                .enumerate()
                .map(|(step, name)| (name, of_step(step)))
                .collect(),
            looks_per_sale: over(&|round| round.looks_per_sale),
            per_sale: names
                .into_iter()
                .flatten()
                .map(|name| (name, each(name)))
                .collect(),
            rounds: rounds.iter().map(|round| round.per_second).collect(),
        }
    }

    pub(super) fn print(&self) {
        let judged = |held: bool| if held { "held" } else { "missed" };
        report::progress(&format!(
            "\n{} buyers: {:.0} paid orders a second (1,000 asked for: {}), p50 {} us, p99 {} us (150 ms asked for: {})",
            self.clients,
            self.per_second,
            judged(self.per_second >= ASKED_FOR_PER_SECOND),
            self.p50_us,
            self.p99_us,
            judged(self.p99_us <= ASKED_FOR_P99_US),
        ));
        for name in STEPS {
            if let Some(step) = self.steps.get(name) {
                report::progress(&format!(
                    "  {name:<8}  p50 {:>6} us  p99 {:>7} us",
                    step.p50_us, step.p99_us
                ));
            }
        }
        report::progress(&format!("  per sale  {}", listed(&self.per_sale)));
    }
}

fn listed(figures: &BTreeMap<&'static str, f64>) -> String {
    let figures: Vec<String> = figures
        .iter()
        .map(|(name, figure)| format!("{name} {figure:.1}"))
        .collect();
    figures.join("  ")
}
