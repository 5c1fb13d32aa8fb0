//! What all handlers share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::books::Books;
use super::faults::FaultBox;
use super::webhooks::{Event, Outbox};

/// The stand-in's state.
pub(crate) struct Shared {
    pub(crate) account: Account,
    pub(crate) base_url: String,
    settle_delay: Duration,
    books: Mutex<Books>,
    calls: Mutex<BTreeMap<String, u64>>,
    pub(crate) faults: FaultBox,
    pub(crate) outbox: Arc<Outbox>,
    stopped: CancellationToken,
}

impl Shared {
    pub(super) fn new(
        account: Account,
        base_url: String,
        settle_delay: Duration,
        outbox: Outbox,
        stopped: CancellationToken,
    ) -> Self {
        Self {
            account,
            base_url,
            settle_delay,
            books: Mutex::default(),
            calls: Mutex::default(),
            faults: FaultBox::default(),
            outbox: Arc::new(outbox),
            stopped,
        }
    }

    /// The books are open for as long as the guard lives: never across an `.await`.
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the webhook of a change, if the change has one.
    pub(crate) fn announce(&self, event: Option<Event>) {
        if let Some(event) = event {
            self.outbox.send(event);
        }
    }

    /// Does something to the books after the settle delay, and sends the webhook of it.
    pub(crate) fn later(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Books, &Account) -> Option<Event> + Send + 'static,
    ) {
        let shared = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(shared.settle_delay) => {}
                () = shared.stopped.cancelled() => return,
            }
            let event = change(&mut shared.books(), &shared.account);
            shared.announce(event);
        });
    }

    pub(super) fn count_call(&self, route: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.get_mut(route) {
            Some(count) => *count += 1,
            None => {
                calls.insert(route.to_owned(), 1);
            }
        }
    }

    /// How often each route was called.
    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets everything, as after a new start.
    pub(crate) fn reset(&self) {
        *self.books() = Books::default();
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.faults.set(super::Faults::default());
        self.outbox.set(super::WebhookSettings::default());
        self.outbox.forget();
    }
}
