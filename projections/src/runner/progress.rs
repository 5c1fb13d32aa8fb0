//! How far each projection has come: for reads that must see a write, and for caches of what was read.
//!
//! The node that runs a projection hears of each batch when it is committed. For those that another node runs, one task a
//! process reads the stored checkpoints: often while somebody waits for a position, and rarely otherwise.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use comptoir_ledger::{Ledger, Position};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const PAUSE_MIN: Duration = Duration::from_millis(2);
const PAUSE_MAX: Duration = Duration::from_millis(20);
const PAUSE_IDLE: Duration = Duration::from_millis(250);
/// How long a runner of this process may be silent before its checkpoint is read like that of another.
const SILENCE_MAX: Duration = Duration::from_millis(50);

/// Where a projection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Everything up to here is in its tables.
    pub position: Position,
    /// What its tables look like: as long as this is the same, so are they.
    pub changed: ChangeMark,
    /// The event that it cannot get past, if there is one.
    pub stuck_at: Option<Position>,
}

impl Standing {
    /// What was read, and what the runner of this process may have said meanwhile: it is ahead of the stored checkpoint
    /// past events that are none of the projection's business.
    fn and_known(self, known: Self) -> Self {
        if self.changed.generation != known.changed.generation {
            return self;
        }
        let position = self.position.max(known.position);
        Self {
            position,
            changed: ChangeMark {
                position: self.changed.position.max(known.changed.position),
                ..self.changed
            },
            stuck_at: self.stuck_at.filter(|at| *at > position),
        }
    }
}

/// Names a state of a projection's tables. Compare it for equality only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ChangeMark {
    /// How often the tables were replaced by a rebuild.
    pub generation: i64,
    /// The newest event that changed them.
    pub position: Position,
}

/// The streams that tables in use leave out by decision, each with the names of the projections that do so: what these show of
/// them is older than the ledger.
pub type StaleStreams = BTreeMap<String, Vec<&'static str>>;

/// What came of waiting for a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitOutcome {
    /// A read sees everything up to the position.
    Reached,
    /// The patience was over before.
    TimedOut(Standing),
}

/// Follows the progress of some projections: clone it freely, all clones are one.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ledger: Ledger,
    names: Vec<String>,
    followed: BTreeMap<&'static str, Followed>,
    stale: watch::Sender<Arc<StaleStreams>>,
    wake: Notify,
}

#[derive(Debug)]
struct Followed {
    standing: watch::Sender<Standing>,
    /// The furthest position that somebody waits for.
    wanted: AtomicI64,
    /// When the runner of this process was last heard of.
    heard_at: Mutex<Option<Instant>>,
}

impl Followed {
    fn runs_here(&self) -> bool {
        let heard_at = *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner);
        heard_at.is_some_and(|at| at.elapsed() < SILENCE_MAX)
    }

    /// Takes in what was found; true, if it is news.
    fn learn(&self, found: impl FnOnce(Standing) -> Standing) -> bool {
        self.standing.send_if_modified(|known| {
            let found = found(*known);
            let is_news = *known != found;
            *known = found;
            is_news
        })
    }
}

impl Progress {
    /// Follows these projections until `stop`, in a task of its own.
    pub fn follow(
        ledger: &Ledger,
        names: impl IntoIterator<Item = &'static str>,
        stop: CancellationToken,
    ) -> Self {
        let followed: BTreeMap<_, _> = names
            .into_iter()
            .map(|name| {
                let standing = watch::Sender::new(Standing::default());
                let wanted = AtomicI64::new(0);
                let heard_at = Mutex::default();
                let followed = Followed {
                    standing,
                    wanted,
                    heard_at,
                };
                (name, followed)
            })
            .collect();
        let progress = Self(Arc::new(Inner {
            ledger: ledger.clone(),
            names: followed.keys().map(|name| (*name).to_owned()).collect(),
            followed,
            stale: watch::Sender::default(),
            wake: Notify::new(),
        }));
        let reader = progress.clone();
        tokio::spawn(async move { stop.run_until_cancelled(reader.keep_reading()).await });
        progress
    }

    /// Where a projection stands, as far as this process knows. One that is not followed stands at the start.
    pub fn standing(&self, name: &str) -> Standing {
        self.0
            .followed
            .get(name)
            .map(|followed| *followed.standing.borrow())
            .unwrap_or_default()
    }

    /// Follows [`Progress::standing`]; none for a projection that is not followed.
    pub fn watch(&self, name: &str) -> Option<watch::Receiver<Standing>> {
        self.0
            .followed
            .get(name)
            .map(|followed| followed.standing.subscribe())
    }

    /// The streams that are left out, as far as this process knows: it looks several times a second.
    pub fn stale(&self) -> Arc<StaleStreams> {
        Arc::clone(&self.0.stale.borrow())
    }

    /// Follows [`Progress::stale`].
    #[cfg(test)]
    pub(super) fn watch_stale(&self) -> watch::Receiver<Arc<StaleStreams>> {
        self.0.stale.subscribe()
    }

    /// Waits until a read of a projection sees everything up to a position, for as long as `patience`.
    pub async fn wait_until(&self, name: &str, position: Position, patience: Duration) -> WaitOutcome {
        let deadline = Instant::now() + patience;
        let Some(mut standing) = self.watch(name) else {
            return WaitOutcome::TimedOut(Standing::default());
        };
        if standing.borrow().position >= position {
            return WaitOutcome::Reached;
        }
        // A position that is not in the ledger yet is none of the projection's business.
        if self.0.ledger.wait_for(position, patience).await {
            self.expect(name, position);
            let reached = standing.wait_for(|standing| standing.position >= position);
            if let Ok(Ok(_)) = tokio::time::timeout_at(deadline, reached).await {
                return WaitOutcome::Reached;
            }
        }
        WaitOutcome::TimedOut(self.standing(name))
    }

    /// The runner of this process has committed everything up to a position; `changed`, if the tables have changed.
    pub(super) fn reached(&self, name: &str, position: Position, changed: Option<ChangeMark>) {
        let Some(followed) = self.0.followed.get(name) else {
            return;
        };
        *followed.heard_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        followed.learn(|known| Standing {
            position: known.position.max(position),
            changed: changed.unwrap_or(known.changed),
            stuck_at: None,
        });
    }

    /// Looks often until a projection has reached a position, which is in the ledger already.
    fn expect(&self, name: &str, position: Position) {
        if let Some(followed) = self.0.followed.get(name) {
            followed.wanted.fetch_max(position.get(), Ordering::Relaxed);
            self.0.wake.notify_one();
        }
    }

    async fn keep_reading(self) {
        let mut pause = PAUSE_MIN;
        loop {
            let has_moved = match self.read().await {
                Ok(has_moved) => has_moved,
                Err(error) => {
                    tracing::warn!(%error, "the progress of the projections cannot be read; trying again");
                    tokio::time::sleep(PAUSE_IDLE).await;
                    continue;
                }
            };
            if has_moved || !self.is_awaited() {
                pause = PAUSE_MIN;
            }
            if !self.is_awaited() {
                let _ = tokio::time::timeout(PAUSE_IDLE, self.0.wake.notified()).await;
            }
            while self.is_awaited() {
                tokio::time::sleep(pause).await;
                pause = PAUSE_MAX.min(pause * 2);
                if !self.is_heard_of() {
                    break;
                }
            }
        }
    }

    fn is_awaited(&self) -> bool {
        self.awaited().next().is_some()
    }

    /// Whether all that is awaited comes from runners of this process, who say so themselves.
    fn is_heard_of(&self) -> bool {
        self.awaited().all(Followed::runs_here)
    }

    fn awaited(&self) -> impl Iterator<Item = &Followed> {
        self.0.followed.values().filter(|followed| {
            let standing = followed.standing.borrow();
            standing.stuck_at.is_none() && standing.position.get() < followed.wanted.load(Ordering::Relaxed)
        })
    }

    /// Reads where all projections stand; true, if any of them has moved.
    async fn read(&self) -> Result<bool, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT name, c.position, c.failed_position, s.generation, s.changed_position,
                   ARRAY(SELECT q.stream FROM projection_quarantines q WHERE q.name = c.name) AS "left_out!"
             FROM subscription_checkpoints c JOIN projection_state s USING (name)
             WHERE name = ANY($1)"#,
            &self.0.names
        )
        .fetch_all(self.0.ledger.pool())
        .await?;
        let mut has_moved = false;
        let mut stale = StaleStreams::new();
        for row in rows {
            let Some((name, followed)) = self.0.followed.get_key_value(row.name.as_str()) else {
                continue;
            };
            for stream in row.left_out {
                stale.entry(stream).or_default().push(name);
            }
            let found = Standing {
                position: Position::new(row.position),
                changed: ChangeMark {
                    generation: row.generation,
                    position: Position::new(row.changed_position),
                },
                stuck_at: row.failed_position.map(Position::new),
            };
            has_moved |= followed.learn(|known| found.and_known(known));
        }
        self.0.stale.send_if_modified(|known| {
            let is_news = **known != stale;
            if is_news {
                *known = Arc::new(stale);
            }
            is_news
        });
        Ok(has_moved)
    }
}
