//! The outbox: sends events as the settings say, and remembers what came of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::schedule::retry_delays;
use super::signature::sign;
use super::{Event, SIGNATURE_HEADER};
use crate::http_client::HttpClient;
use crate::hyperswitch::wire::EventType;

/// The original waits that long for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// An event that waits to be overtaken by the next one goes alone after this time.
const OVERTAKING_WAIT: Duration = Duration::from_millis(500);

/// How webhooks are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookMode {
    /// At once.
    #[default]
    On,
    /// Not at all; they are made and remembered.
    Off,
    /// Each one twice, with the same body and signature.
    Twice,
    /// In pairs, the later event first.
    Reordered,
    /// After a delay.
    Delayed,
}

/// How webhooks are sent, as the control interface sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSettings {
    /// The mode.
    pub mode: WebhookMode,
    /// How long `delayed` waits.
    pub delay_ms: u64,
}

/// What came of a webhook so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// Not sent, because webhooks are off or have nowhere to go.
    HeldBack,
    /// On its way, or to be sent again.
    Pending,
    /// Answered with success (any 2xx).
    Delivered,
    /// Never answered with success; no further attempt follows.
    GivenUp,
}

/// What is remembered of a webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// `evt_...`
    pub event_id: String,
    /// Such as `payment_succeeded`.
    pub event_type: EventType,
    /// The payment or refund.
    pub object_id: String,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer, if there was one.
    pub last_status: Option<u16>,
    /// What came of it.
    pub outcome: DeliveryOutcome,
}

struct Remembered {
    event: Arc<Event>,
    delivery: Delivery,
}

/// Sends and remembers webhooks.
pub(crate) struct Outbox {
    target: Mutex<Option<Uri>>,
    secret: String,
    retry_speed_up: u32,
    kept: usize,
    client: HttpClient,
    settings: Mutex<WebhookSettings>,
    overtakable: Mutex<Option<Arc<Event>>>,
    remembered: Mutex<VecDeque<Remembered>>,
    stopped: CancellationToken,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Outbox {
    pub(crate) fn new(
        target: Option<Uri>,
        secret: String,
        retry_speed_up: u32,
        kept: usize,
        stopped: CancellationToken,
    ) -> Self {
        Self {
            target: Mutex::new(target),
            secret,
            retry_speed_up,
            kept,
            client: HttpClient::new(),
            settings: Mutex::default(),
            overtakable: Mutex::default(),
            remembered: Mutex::default(),
            stopped,
        }
    }

    pub(crate) fn settings(&self) -> WebhookSettings {
        *open(&self.settings)
    }

    pub(crate) fn set(&self, settings: WebhookSettings) {
        *open(&self.settings) = settings;
    }

    pub(crate) fn set_target(&self, target: Option<Uri>) {
        *open(&self.target) = target;
    }

    pub(crate) fn forget(&self) {
        *open(&self.overtakable) = None;
        open(&self.remembered).clear();
    }

    /// All that is remembered, oldest first.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        open(&self.remembered)
            .iter()
            .map(|remembered| remembered.delivery.clone())
            .collect()
    }

    /// The body of a remembered webhook and its signature.
    pub(crate) fn signed_body(&self, event_id: &str) -> Option<(Bytes, String)> {
        let event = self.find(event_id)?;
        let signature = self.sign(&event.body);
        Some((event.body.clone(), signature))
    }

    /// Signs with the profile's key.
    pub(crate) fn sign(&self, message: &[u8]) -> String {
        sign(&self.secret, message)
    }

    /// Sends an event as the settings say; answers at once.
    pub(crate) fn send(self: &Arc<Self>, event: Event) {
        let event = Arc::new(event);
        let settings = self.settings();
        let nowhere = open(&self.target).is_none();
        if nowhere || settings.mode == WebhookMode::Off {
            self.remember(&event, DeliveryOutcome::HeldBack);
            return;
        }
        self.remember(&event, DeliveryOutcome::Pending);
        match settings.mode {
            WebhookMode::On | WebhookMode::Off => self.spawn_in_turn(Duration::ZERO, vec![event]),
            WebhookMode::Twice => self.spawn_in_turn(Duration::ZERO, vec![event.clone(), event]),
            WebhookMode::Delayed => self.spawn_in_turn(Duration::from_millis(settings.delay_ms), vec![event]),
            WebhookMode::Reordered => self.send_reordered(event),
        }
    }

    /// Sends a remembered webhook once more, now, with the same body; answers with the status it met.
    pub(crate) async fn send_again(&self, event_id: &str) -> Option<Option<StatusCode>> {
        let event = self.find(event_id)?;
        Some(self.attempt(&event).await)
    }

    fn send_reordered(self: &Arc<Self>, event: Arc<Event>) {
        let earlier = open(&self.overtakable).take();
        if let Some(earlier) = earlier {
            self.spawn_in_turn(Duration::ZERO, vec![event, earlier]);
            return;
        }
        *open(&self.overtakable) = Some(event.clone());
        let outbox = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(OVERTAKING_WAIT).await;
            let alone = open(&outbox.overtakable).take_if(|waiting| Arc::ptr_eq(waiting, &event));
            if let Some(event) = alone {
                outbox.deliver(&event).await;
            }
        });
    }

    fn spawn_in_turn(self: &Arc<Self>, delay: Duration, events: Vec<Arc<Event>>) {
        let outbox = self.clone();
        tokio::spawn(async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            for event in events {
                outbox.deliver(&event).await;
            }
        });
    }

    /// Sends an event until it is taken, on the original's schedule.
    async fn deliver(&self, event: &Event) {
        let mut delays = retry_delays(self.retry_speed_up);
        loop {
            if self
                .attempt(event)
                .await
                .is_some_and(|status| status.is_success())
            {
                return;
            }
            let Some(delay) = delays.next() else {
                self.note(&event.id, |delivery| delivery.outcome = DeliveryOutcome::GivenUp);
                return;
            };
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = self.stopped.cancelled() => return,
            }
        }
    }

    async fn attempt(&self, event: &Event) -> Option<StatusCode> {
        let target = open(&self.target).clone()?;
        let headers = self.headers(event)?;
        let sending = self
            .client
            .send(Method::POST, &target, headers, event.body.clone(), ANSWER_TIMEOUT);
        let status = sending.await.ok().map(|(status, _)| status);
        self.note(&event.id, |delivery| {
            delivery.attempts += 1;
            delivery.last_status = status.map(|status| status.as_u16());
            delivery.outcome = match status {
                Some(status) if status.is_success() => DeliveryOutcome::Delivered,
                Some(_) | None => DeliveryOutcome::Pending,
            };
        });
        status
    }

    fn headers(&self, event: &Event) -> Option<HeaderMap> {
        let signature = HeaderValue::from_str(&self.sign(&event.body)).ok()?;
        let signature_header = HeaderName::from_bytes(SIGNATURE_HEADER.as_bytes()).ok()?;
        Some(HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (
                header::USER_AGENT,
                HeaderValue::from_static("Hyperswitch-Backend-Server"),
            ),
            (header::VIA, HeaderValue::from_static("HyperSwitch")),
            (signature_header, signature),
        ]))
    }

    fn find(&self, event_id: &str) -> Option<Arc<Event>> {
        let remembered = open(&self.remembered);
        remembered
            .iter()
            .rev()
            .find(|one| one.event.id == event_id)
            .map(|one| one.event.clone())
    }

    fn remember(&self, event: &Arc<Event>, outcome: DeliveryOutcome) {
        let delivery = Delivery {
            event_id: event.id.clone(),
            event_type: event.event_type,
            object_id: event.object_id.clone(),
            attempts: 0,
            last_status: None,
            outcome,
        };
        let mut remembered = open(&self.remembered);
        if remembered.len() >= self.kept {
            remembered.pop_front();
        }
        remembered.push_back(Remembered {
            event: event.clone(),
            delivery,
        });
    }

    /// What is noted of a forgotten webhook is lost. The newest ones change most, so the search starts there.
    fn note(&self, event_id: &str, change: impl FnOnce(&mut Delivery)) {
        let mut remembered = open(&self.remembered);
        if let Some(one) = remembered.iter_mut().rev().find(|one| one.event.id == event_id) {
            change(&mut one.delivery);
        }
    }
}
