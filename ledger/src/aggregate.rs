//! An aggregate as the ledger holds it: its state and the revision that it stands for.

use comptoir_domain::Decider;
use uuid::Uuid;

use crate::ledger::{Ledger, LedgerError};
use crate::names::{ExpectedRevision, Revision, StreamName};

/// The state of one aggregate, folded from its stream.
pub struct Loaded<D: Decider> {
    /// The aggregate's id.
    pub id: Uuid,
    /// Its stream.
    pub stream: StreamName,
    /// Its state after the event at `revision`.
    pub state: D::State,
    /// The newest revision of its stream; none, if it has no event.
    pub revision: Option<Revision>,
}

impl<D: Decider> Loaded<D> {
    /// An aggregate without any event.
    pub fn new(id: Uuid) -> Self {
        Self {
            id,
            stream: StreamName::of::<D>(id),
            state: D::State::default(),
            revision: None,
        }
    }

    /// What an append that was decided on this state must expect of the stream.
    pub fn expected(&self) -> ExpectedRevision {
        self.revision
            .map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact)
    }

    /// Whether it has any event.
    pub fn exists(&self) -> bool {
        self.revision.is_some()
    }

    /// What follows from a command in this state.
    pub fn decide(&self, command: D::Command) -> Result<Vec<D::Event>, D::Error> {
        D::decide(&self.state, command)
    }

    /// The same aggregate after events that were appended to it.
    #[must_use]
    pub fn after(self, events: &[D::Event]) -> Self {
        let Self {
            id,
            stream,
            state,
            revision,
        } = self;
        let appended = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let newest = revision.map_or(-1, Revision::get).saturating_add(appended);
        let state = events.iter().fold(state, D::evolve);
        Self {
            id,
            stream,
            state,
            revision: (newest >= 0).then(|| Revision::new(newest)),
        }
    }
}

impl<D: Decider> Clone for Loaded<D> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            stream: self.stream.clone(),
            state: self.state.clone(),
            revision: self.revision,
        }
    }
}

impl<D: Decider> std::fmt::Debug for Loaded<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded")
            .field("stream", &self.stream)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

impl Ledger {
    /// Folds the stream of one aggregate. An aggregate without events is in its default state.
    pub async fn load<D: Decider>(&self, id: Uuid) -> Result<Loaded<D>, LedgerError> {
        let loaded = Loaded::<D>::new(id);
        self.reload(loaded).await
    }

    /// Brings an aggregate that was loaded before up to date, reading only what it has not seen.
    pub async fn reload<D: Decider>(&self, loaded: Loaded<D>) -> Result<Loaded<D>, LedgerError> {
        let from = loaded
            .revision
            .map_or(Revision::FIRST, |seen| Revision::new(seen.get() + 1));
        let events = self
            .read_stream(&loaded.stream, from)
            .await?
            .iter()
            .map(|event| {
                event.decode::<D::Event>().map_err(|source| LedgerError::Decode {
                    position: event.position,
                    source,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(loaded.after(&events))
    }
}
