//! A read model that grows beside the one in use, for a rebuild or for a comparison.

use comptoir_ledger::{Filter, Ledger, Position};
use sqlx::{Connection, PgConnection};

use super::options::{Beginning, Gate, RebuildOptions, RebuildProgress, RebuildStage};
use super::schema::Schemas;
use super::stored::{self, Dependence};
use super::{CLOSE_POSITIONS, RebuildError, drop_lock};
use crate::runner::quarantine::LeftOut;
use crate::runner::{Projection, chain, filter_of};

/// New tables on their way.
pub(in crate::runner) struct Building<'a, P> {
    pub(super) ledger: &'a Ledger,
    pub(in crate::runner) projection: P,
    pub(super) filter: Filter,
    pub(in crate::runner) schemas: Schemas,
    /// The name under which its progress is kept.
    pub(super) name: String,
    pub(in crate::runner) left_out: LeftOut,
    pub(in crate::runner) connection: PgConnection,
    /// How far each lane has come.
    pub(super) lanes: Vec<Position>,
    pub(in crate::runner) events: u64,
    pub(super) beginning: Beginning,
    pub(super) stage: RebuildStage,
    pub(super) piece_events: usize,
}

impl<'a, P: Projection> Building<'a, P> {
    /// Goes on with what an interrupted rebuild has left, or makes empty tables.
    pub(in crate::runner) async fn open(
        ledger: &'a Ledger,
        projection: P,
        schemas: Schemas,
        left_out: LeftOut,
        options: &RebuildOptions,
        mut connection: PgConnection,
    ) -> Result<Self, RebuildError> {
        let name = format!("{}@{}", P::NAME, schemas.purpose());
        let lanes = options.lanes_for(P::ROWS);
        schemas.drop_old(&mut connection).await?;
        let dependence = Dependence::new(P::VERSION, &schemas.shape(&mut connection).await?, &left_out);
        let is_there = schemas.next_is_there(&mut connection).await?;
        let found = stored::find(&mut connection, &name, &dependence).await?;
        let (beginning, stage, lanes) = match found {
            Some(Ok(left)) if is_there => {
                let from = left.lanes.iter().min().copied().unwrap_or_default();
                (Beginning::Continued(from), left.stage, left.lanes)
            }
            other => {
                schemas.drop_next(&mut connection).await?;
                let mut transaction = connection.begin().await?;
                schemas.create_next(&mut transaction).await?;
                let now = ledger.clock().now();
                stored::begin(&mut transaction, &name, &dependence, lanes, now).await?;
                transaction.commit().await?;
                let beginning = match other {
                    Some(Err(misfit)) => Beginning::AnewBecause(misfit),
                    Some(Ok(_)) | None => Beginning::Anew,
                };
                (beginning, RebuildStage::Filling, vec![Position::START; lanes])
            }
        };
        Ok(Self {
            ledger,
            filter: filter_of(&projection),
            projection,
            schemas,
            name,
            left_out,
            connection,
            lanes,
            events: 0,
            beginning,
            stage,
            piece_events: options.piece_events,
        })
    }

    pub(in crate::runner) const fn ledger(&self) -> &'a Ledger {
        self.ledger
    }

    /// Everything up to here is in the new tables.
    pub(in crate::runner) fn position(&self) -> Position {
        self.lanes.iter().min().copied().unwrap_or_default()
    }

    pub(super) fn tell(&self, progress: &mut impl FnMut(RebuildProgress)) {
        self.tell_of(self.position(), progress);
    }

    pub(super) fn tell_of(&self, position: Position, progress: &mut impl FnMut(RebuildProgress)) {
        progress(RebuildProgress {
            position,
            horizon: self.ledger.horizon(),
            beginning: self.beginning,
            stage: self.stage,
        });
    }

    /// Applies events until the place of the switch is close.
    pub(super) async fn catch_up(
        &mut self,
        gate: Gate,
        progress: &mut (impl FnMut(RebuildProgress) + Send),
    ) -> Result<(), RebuildError> {
        loop {
            let aim = self.aim(gate).await?;
            self.fill(aim, progress).await?;
            self.tell(progress);
            if self.aim(gate).await?.get() - self.position().get() <= CLOSE_POSITIONS {
                return Ok(());
            }
        }
    }

    /// How far to go: to the end; but where the two are to be compared, no further than the model in use.
    async fn aim(&self, gate: Gate) -> Result<Position, RebuildError> {
        let horizon = self.ledger.horizon();
        Ok(match gate {
            Gate::Open => horizon,
            Gate::Guarded => {
                let live = self.ledger.checkpoint(P::NAME).await?;
                horizon.min(live.map_or(Position::START, |live| live.position))
            }
        })
    }

    /// Gives the new tables what readers need: all indexes, and statistics.
    pub(super) async fn make_ready(
        &mut self,
        progress: &mut impl FnMut(RebuildProgress),
    ) -> Result<(), RebuildError> {
        if self.stage == RebuildStage::Filling {
            self.stage = RebuildStage::Indexing;
            self.tell(progress);
            let mut transaction = self.connection.begin().await?;
            self.schemas.create_indexes(&mut transaction).await?;
            stored::indexed(&mut transaction, &self.name).await?;
            transaction.commit().await?;
        }
        self.stage = RebuildStage::CatchingUp;
        self.schemas.analyse_next(&mut self.connection).await?;
        Ok(())
    }

    /// Notes which event could not be applied, for whoever asks how the read model is doing.
    pub(super) async fn note_failure(&mut self, error: &RebuildError) {
        if let RebuildError::Poison { event, source } = error
            && let Err(lost) =
                stored::fail(&mut self.connection, &self.name, event.position, &chain(source)).await
        {
            tracing::warn!(projection = P::NAME, error = %lost, "the failure of the rebuild cannot be noted");
        }
    }

    /// Drops it, for it was made to be looked at alone.
    pub(in crate::runner) async fn discard(mut self) -> Result<(), RebuildError> {
        self.schemas.drop_next(&mut self.connection).await?;
        stored::forget(&mut self.connection, &self.name).await?;
        drop_lock(&mut self.connection, P::NAME).await?;
        Ok(())
    }
}
