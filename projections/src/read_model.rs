//! All read models together.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use comptoir_ledger::{Ledger, LedgerError, Position};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::disputes::Disputes;
use crate::documents::Documents;
use crate::history::History;
use crate::licences::Licences;
use crate::orders::Orders;
use crate::persons::Persons;
use crate::products::Products;
use crate::promotions::Promotions;
use crate::refunds::Refunds;
use crate::reviews::Reviews;
use crate::runner::status::{ProjectionStatus, status};
use crate::runner::{
    ChangeMark, Difference, Progress, Projection, RebuildError, RebuildOptions, RebuildProgress,
    RebuildReport, StaleStreams, Standing, WaitOutcome, difference, needs_rebuild, rebuild_with, run,
};

/// The read models of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadModel {
    /// What was bought, and whether it was paid.
    Orders,
    /// What is offered.
    Products,
    /// Who holds which licence.
    Licences,
    /// Which codes there are, and how often they are used.
    Promotions,
    /// What money goes or went back.
    Refunds,
    /// What buyers' banks want, or wanted, back.
    Disputes,
    /// What buyers say about products.
    Reviews,
    /// Which invoices and credit notes there are.
    Documents,
    /// Where people left traces.
    Persons,
    /// What belongs together.
    History,
}

/// There is no read model of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such read model; there are {}", ReadModel::ALL.map(ReadModel::name).join(", "))]
pub struct UnknownReadModel;

/// The same for whatever projection builds a read model.
macro_rules! of_each {
    ($model:expr, $projection:ident => $what:expr) => {
        match $model {
            ReadModel::Orders => {
                let $projection = Orders;
                $what
            }
            ReadModel::Products => {
                let $projection = Products;
                $what
            }
            ReadModel::Licences => {
                let $projection = Licences;
                $what
            }
            ReadModel::Promotions => {
                let $projection = Promotions;
                $what
            }
            ReadModel::Refunds => {
                let $projection = Refunds;
                $what
            }
            ReadModel::Disputes => {
                let $projection = Disputes;
                $what
            }
            ReadModel::Reviews => {
                let $projection = Reviews;
                $what
            }
            ReadModel::Documents => {
                let $projection = Documents;
                $what
            }
            ReadModel::Persons => {
                let $projection = Persons;
                $what
            }
            ReadModel::History => {
                let $projection = History;
                $what
            }
        }
    };
}

impl ReadModel {
    /// Every read model.
    pub const ALL: [Self; 10] = [
        Self::Orders,
        Self::Products,
        Self::Licences,
        Self::Promotions,
        Self::Refunds,
        Self::Disputes,
        Self::Reviews,
        Self::Documents,
        Self::Persons,
        Self::History,
    ];

    /// Its name, which is also that of its projection and of its checkpoint.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => Orders::NAME,
            Self::Products => Products::NAME,
            Self::Licences => Licences::NAME,
            Self::Promotions => Promotions::NAME,
            Self::Refunds => Refunds::NAME,
            Self::Disputes => Disputes::NAME,
            Self::Reviews => Reviews::NAME,
            Self::Documents => Documents::NAME,
            Self::Persons => Persons::NAME,
            Self::History => History::NAME,
        }
    }

    /// Whether this program has a newer version of it than the database.
    pub async fn needs_rebuild(self, ledger: &Ledger) -> Result<bool, RebuildError> {
        async fn of<P: Projection>(_: P, ledger: &Ledger) -> Result<bool, RebuildError> {
            needs_rebuild::<P>(ledger).await
        }
        of_each!(self, projection => of(projection, ledger).await)
    }

    /// Builds it anew from events alone, beside the one in use, and switches to it. `progress` is told now and then.
    pub async fn rebuild(
        self,
        ledger: &Ledger,
        options: &RebuildOptions,
        progress: impl FnMut(RebuildProgress) + Send,
    ) -> Result<RebuildReport, RebuildError> {
        of_each!(self, projection => rebuild_with(ledger, projection, options, progress).await)
    }

    /// Builds it anew beside the one in use, at the same position, and says in which rows the two differ; at most so many of
    /// them are shown.
    pub async fn difference(
        self,
        ledger: &Ledger,
        shown_max: usize,
        progress: impl FnMut(RebuildProgress) + Send,
    ) -> Result<Difference, RebuildError> {
        of_each!(self, projection => difference(ledger, projection, shown_max, progress).await)
    }

    /// How it is doing.
    pub async fn status(self, ledger: &Ledger) -> Result<ProjectionStatus, LedgerError> {
        of_each!(self, projection => status(ledger, &projection).await)
    }

    /// The wire names of the events that it is built from.
    pub fn event_types(self) -> Vec<&'static str> {
        of_each!(self, projection => projection.event_types())
    }
}

/// How all read models are doing.
pub async fn statuses(ledger: &Ledger) -> Result<Vec<ProjectionStatus>, LedgerError> {
    let mut statuses = Vec::with_capacity(ReadModel::ALL.len());
    for model in ReadModel::ALL {
        statuses.push(model.status(ledger).await?);
    }
    Ok(statuses)
}

impl fmt::Display for ReadModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ReadModel {
    type Err = UnknownReadModel;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|model| model.name() == name)
            .ok_or(UnknownReadModel)
    }
}

/// The running projections of a process: clone it freely, all clones are one.
#[derive(Debug, Clone)]
pub struct Projections {
    progress: Progress,
    runners: TaskTracker,
}

impl Projections {
    /// Runs all projections until `stop`, and follows how far they have come on whatever node.
    pub fn start(ledger: &Ledger, stop: &CancellationToken) -> Self {
        let projections = Self::observe(ledger, stop);
        projections.spawn(ledger, Orders, stop);
        projections.spawn(ledger, Products, stop);
        projections.spawn(ledger, Licences, stop);
        projections.spawn(ledger, Promotions, stop);
        projections.spawn(ledger, Refunds, stop);
        projections.spawn(ledger, Disputes, stop);
        projections.spawn(ledger, Reviews, stop);
        projections.spawn(ledger, Documents, stop);
        projections.spawn(ledger, Persons, stop);
        projections.spawn(ledger, History, stop);
        projections
    }

    /// Runs nothing, and follows how far the projections have come on other nodes.
    pub fn observe(ledger: &Ledger, stop: &CancellationToken) -> Self {
        let progress = Progress::follow(ledger, ReadModel::ALL.map(ReadModel::name), stop.clone());
        let runners = TaskTracker::new();
        runners.close();
        Self { progress, runners }
    }

    /// Waits until a read of a model sees everything up to a position, for as long as `patience`.
    pub async fn wait_until(&self, model: ReadModel, position: Position, patience: Duration) -> WaitOutcome {
        self.progress.wait_until(model.name(), position, patience).await
    }

    /// Where a model stands, as far as this process knows.
    pub fn standing(&self, model: ReadModel) -> Standing {
        self.progress.standing(model.name())
    }

    /// Names the state of a model's tables: what was read under an equal mark would be read again.
    pub fn changed(&self, model: ReadModel) -> ChangeMark {
        self.standing(model).changed
    }

    /// Follows [`Projections::standing`].
    pub fn watch(&self, model: ReadModel) -> Option<watch::Receiver<Standing>> {
        self.progress.watch(model.name())
    }

    /// The streams whose rows are stale, each with the models that leave it out.
    pub fn stale(&self) -> Arc<StaleStreams> {
        self.progress.stale()
    }

    /// Waits until all runners have ended, after `stop`.
    pub async fn stopped(&self) {
        self.runners.wait().await;
    }

    fn spawn<P: Projection>(&self, ledger: &Ledger, projection: P, stop: &CancellationToken) {
        let (ledger, progress, stop) = (ledger.clone(), self.progress.clone(), stop.clone());
        self.runners
            .spawn(async move { run(&ledger, projection, progress, stop).await });
    }
}
