//! The newest events that this node wrote, kept for its own followers: what was just in memory need not be asked for.
//!
//! An event comes here when its append is answered and not before: it is on disk then, at that very position. The
//! stretch is dense; what another node writes in between, and a lost connection, begin a new one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::event::RecordedEvent;
use crate::names::Position;
use crate::read::{Filter, Page};

const EVENTS_MAX: usize = 4096;
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// How many positions one page looks through at most, so that a writer never waits long for a reader.
const WINDOW_POSITIONS: i64 = 1000;

/// Clone it freely, all clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Nothing is kept before somebody follows.
    has_followers: AtomicBool,
    stretch: Mutex<Stretch>,
}

#[derive(Debug, Default)]
struct Stretch {
    events: VecDeque<RecordedEvent>,
    bytes: usize,
}

impl Recent {
    /// From now on events are kept.
    pub(crate) fn begin_to_keep(&self) {
        self.0.has_followers.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.0.has_followers.load(Ordering::Relaxed)
    }

    /// Adds events that are durable, in the order of their positions.
    pub(crate) fn push(&self, events: Vec<RecordedEvent>) {
        if !events.is_empty() {
            self.with(|stretch| stretch.push(events));
        }
    }

    /// Forgets everything: a connection was lost, and what was known may no longer be so.
    pub(crate) fn clear(&self) {
        self.with(Stretch::clear);
    }

    /// The page behind `after`, as [`crate::Ledger::read_page`] would give it; none, if it is not all here.
    pub(crate) fn page(
        &self,
        after: Position,
        until: Position,
        filter: &Filter,
        limit: usize,
    ) -> Option<Page> {
        self.with(|stretch| stretch.page(after, until, filter, limit))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Stretch) -> T) -> T {
        // Nothing in here panics half way.
        let mut stretch = self.0.stretch.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut stretch)
    }
}

impl Stretch {
    fn push(&mut self, events: Vec<RecordedEvent>) {
        for event in events {
            let follows = self
                .events
                .back()
                .is_none_or(|last| last.position.get() + 1 == event.position.get());
            if !follows {
                self.clear();
            }
            self.bytes += size(&event);
            self.events.push_back(event);
        }
        while self.events.len() > EVENTS_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.events.pop_front() else {
                break;
            };
            self.bytes -= size(&oldest);
        }
    }

    fn clear(&mut self) {
        self.events.clear();
        self.bytes = 0;
    }

    fn page(&self, after: Position, until: Position, filter: &Filter, limit: usize) -> Option<Page> {
        let first = self.events.front()?.position.get();
        let last = self.events.back()?.position;
        if after.get() + 1 < first || until > last || until <= after {
            return None;
        }
        let until = until.min(Position::new(after.get() + WINDOW_POSITIONS));
        let index_of = |position: i64| usize::try_from(position - first).ok();
        let wanted = self
            .events
            .range(index_of(after.get() + 1)?..=index_of(until.get())?)
            .filter(|event| filter.wants(event));
        let events: Vec<RecordedEvent> = wanted.take(limit).cloned().collect();
        let through = match events.last() {
            Some(newest) if events.len() >= limit => newest.position,
            Some(_) | None => until,
        };
        Some(Page { events, through })
    }
}

fn size(event: &RecordedEvent) -> usize {
    size_of::<RecordedEvent>()
        + event.stream.len()
        + event.event_type.len()
        + event.data.len()
        + event.metadata.len()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::names::Revision;

    fn event(position: i64) -> RecordedEvent {
        RecordedEvent {
            position: Position::new(position),
            stream: format!("order-{position}"),
            revision: Revision::new(0),
            event_id: Uuid::from_u128(1),
            event_type: if position % 2 == 0 {
                "order.even"
            } else {
                "order.odd"
            }
            .to_owned(),
            schema_version: 1,
            recorded_at: DateTime::UNIX_EPOCH,
            data: "{}".to_owned(),
            metadata: "{}".to_owned(),
            leaf_hash: vec![0; 32],
        }
    }

    fn kept(positions: impl IntoIterator<Item = i64>) -> Recent {
        let recent = Recent::default();
        recent.push(positions.into_iter().map(event).collect());
        recent
    }

    fn page(
        recent: &Recent,
        after: i64,
        until: i64,
        filter: &Filter,
        limit: usize,
    ) -> Option<(Vec<i64>, i64)> {
        let page = recent.page(Position::new(after), Position::new(until), filter, limit)?;
        let positions = page.events.iter().map(|event| event.position.get()).collect();
        Some((positions, page.through.get()))
    }

    #[test]
    fn a_page_is_given_where_all_of_it_is_here() {
        let recent = kept(5..=9);
        assert_eq!(
            page(&recent, 4, 9, &Filter::All, 100),
            Some((vec![5, 6, 7, 8, 9], 9))
        );
        assert_eq!(page(&recent, 6, 8, &Filter::All, 100), Some((vec![7, 8], 8)));
        assert_eq!(page(&recent, 3, 9, &Filter::All, 100), None, "4 is not here");
        assert_eq!(page(&recent, 6, 10, &Filter::All, 100), None, "10 is not here");
        assert_eq!(
            page(&recent, 9, 9, &Filter::All, 100),
            None,
            "nothing was asked for"
        );
        assert_eq!(page(&Recent::default(), 0, 1, &Filter::All, 100), None);
    }

    #[test]
    fn a_page_holds_what_the_filter_wants_and_reaches_as_far_as_it_has_looked() {
        let recent = kept(1..=9);
        let even = Filter::types(["order.even"]);
        assert_eq!(page(&recent, 0, 9, &even, 100), Some((vec![2, 4, 6, 8], 9)));
        assert_eq!(page(&recent, 0, 9, &even, 2), Some((vec![2, 4], 4)));
        assert_eq!(page(&recent, 8, 9, &even, 2), Some((vec![], 9)));
        let orders = Filter::Category("order".to_owned());
        assert_eq!(page(&recent, 7, 9, &orders, 9), Some((vec![8, 9], 9)));
        assert_eq!(
            page(&recent, 7, 9, &Filter::Category("ord".to_owned()), 9),
            Some((vec![], 9))
        );
    }

    #[test]
    fn a_gap_or_a_step_back_begins_a_new_stretch() {
        let recent = kept([1, 2, 3, 7, 8]);
        assert_eq!(page(&recent, 0, 8, &Filter::All, 9), None);
        assert_eq!(page(&recent, 6, 8, &Filter::All, 9), Some((vec![7, 8], 8)));
        recent.push(vec![event(8)]);
        assert_eq!(page(&recent, 6, 8, &Filter::All, 9), None, "7 is forgotten");
        assert_eq!(page(&recent, 7, 8, &Filter::All, 9), Some((vec![8], 8)));
        recent.clear();
        assert_eq!(page(&recent, 7, 8, &Filter::All, 9), None);
    }

    #[test]
    fn the_oldest_make_room() {
        let most = i64::try_from(EVENTS_MAX).expect("small");
        let recent = kept(1..=most + 10);
        assert_eq!(page(&recent, 9, 11, &Filter::All, 9), None);
        assert_eq!(page(&recent, 10, 12, &Filter::All, 9), Some((vec![11, 12], 12)));
        let (seen, through) = page(&recent, 10, most, &Filter::All, 5000).expect("a page");
        assert_eq!(
            (seen.len(), through),
            (1000, 1010),
            "one page looks through a window"
        );
    }
}
