//! All read models together.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use comptoir_ledger::{Ledger, Position};
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
use crate::runner::{
    ChangeMark, Progress, Projection, RebuildError, RebuildProgress, RebuildReport, Standing, WaitOutcome,
    needs_rebuild, rebuild, run,
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
        match self {
            Self::Orders => needs_rebuild::<Orders>(ledger).await,
            Self::Products => needs_rebuild::<Products>(ledger).await,
            Self::Licences => needs_rebuild::<Licences>(ledger).await,
            Self::Promotions => needs_rebuild::<Promotions>(ledger).await,
            Self::Refunds => needs_rebuild::<Refunds>(ledger).await,
            Self::Disputes => needs_rebuild::<Disputes>(ledger).await,
            Self::Reviews => needs_rebuild::<Reviews>(ledger).await,
            Self::Documents => needs_rebuild::<Documents>(ledger).await,
            Self::Persons => needs_rebuild::<Persons>(ledger).await,
            Self::History => needs_rebuild::<History>(ledger).await,
        }
    }

    /// Builds it anew from events alone, beside the one in use, and switches to it. `progress` is told after each batch.
    pub async fn rebuild(
        self,
        ledger: &Ledger,
        progress: impl FnMut(RebuildProgress) + Send,
    ) -> Result<RebuildReport, RebuildError> {
        match self {
            Self::Orders => rebuild(ledger, Orders, progress).await,
            Self::Products => rebuild(ledger, Products, progress).await,
            Self::Licences => rebuild(ledger, Licences, progress).await,
            Self::Promotions => rebuild(ledger, Promotions, progress).await,
            Self::Refunds => rebuild(ledger, Refunds, progress).await,
            Self::Disputes => rebuild(ledger, Disputes, progress).await,
            Self::Reviews => rebuild(ledger, Reviews, progress).await,
            Self::Documents => rebuild(ledger, Documents, progress).await,
            Self::Persons => rebuild(ledger, Persons, progress).await,
            Self::History => rebuild(ledger, History, progress).await,
        }
    }
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
