//! The history that one sale leaves in the ledger, made of the domain's own golden events.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use comptoir_domain::licence::LicenceEvent;
use comptoir_domain::order::OrderEvent;
use comptoir_domain::webhook::WebhookEvent;
use comptoir_domain::{DecodeError, DomainEvent};
use comptoir_ledger::clock::{IdSource, SystemIds};
use comptoir_ledger::{Append, ExpectedRevision, Metadata, NewEvent, RecordedEvent, StreamName};

/// Category and golden file of each event, some 500 bytes on average; an older one is written as it would be today.
const GOLDEN: [(&str, &[(&str, i32)]); 3] = [
    (
        "order",
        &[
            ("order.placed", 1),
            ("order.payment_initiated", 1),
            ("order.paid", 1),
        ],
    ),
    ("webhook", &[("webhook.received", 1)]),
    ("licence", &[("licence.issued", 1)]),
];

/// The events of one sale, as they are stored.
pub(crate) struct Sale {
    streams: Vec<(&'static str, Vec<Stored>)>,
}

struct Stored {
    event_type: &'static str,
    schema_version: i32,
    data: String,
}

/// Any event of a sale, decoded.
#[expect(dead_code, reason = "decoding is what is measured; nothing reads the result")]
pub(crate) enum SaleEvent {
    Order(OrderEvent),
    Webhook(WebhookEvent),
    Licence(LicenceEvent),
}

impl Sale {
    /// Reads the golden files of the domain.
    pub(crate) fn from_golden_files() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/golden");
        let mut streams = Vec::new();
        for (category, events) in GOLDEN {
            let stored: Result<Vec<Stored>> =
                events.iter().map(|event| read_golden(&folder, *event)).collect();
            streams.push((category, stored?));
        }
        Ok(Self { streams })
    }

    /// How many events a sale has.
    pub(crate) fn events_count(&self) -> usize {
        self.streams.iter().map(|(_, events)| events.len()).sum()
    }

    /// Adds one more sale, in streams of its own.
    pub(crate) fn write(&self, append: Append) -> Append {
        self.streams.iter().fold(append, |append, (category, events)| {
            append.write_raw(
                StreamName::new(category, SystemIds.uuid_v7()),
                ExpectedRevision::NoStream,
                events.iter().map(Stored::anew).collect(),
            )
        })
    }

    /// The events of one of its streams, to be appended once more.
    pub(crate) fn events_of(&self, category: &str) -> Vec<NewEvent> {
        let streams = self.streams.iter().filter(|(known, _)| *known == category);
        streams
            .flat_map(|(_, events)| events.iter().map(Stored::anew))
            .collect()
    }

    /// An append of several sales.
    pub(crate) fn append_of(&self, sales: usize) -> Append {
        (0..sales).fold(Append::new(&Metadata::default()), |append, _| self.write(append))
    }
}

impl Stored {
    fn anew(&self) -> NewEvent {
        NewEvent {
            event_id: SystemIds.uuid_v7(),
            event_type: self.event_type.to_owned(),
            schema_version: self.schema_version,
            data: self.data.clone(),
        }
    }
}

impl SaleEvent {
    /// As a projection decodes what it reads: by the category of the stream.
    pub(crate) fn decode(event: &RecordedEvent) -> Result<Self> {
        let decoded: Result<Self, DecodeError> = match event.category() {
            "order" => event.decode().map(Self::Order),
            "webhook" => event.decode().map(Self::Webhook),
            "licence" => event.decode().map(Self::Licence),
            other => bail!("no event of a sale is in category {other}"),
        };
        decoded.with_context(|| format!("decode the event at position {}", event.position))
    }
}

fn read_golden(folder: &Path, (event_type, golden_version): (&'static str, i32)) -> Result<Stored> {
    let path = folder.join(format!("{event_type}.v{golden_version}.json"));
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    stored::<OrderEvent>(event_type, golden_version, &text)
        .or_else(|| stored::<WebhookEvent>(event_type, golden_version, &text))
        .or_else(|| stored::<LicenceEvent>(event_type, golden_version, &text))
        .with_context(|| format!("{} is no event of a sale", path.display()))
}

/// The very bytes that the engine would store today, under today's version.
fn stored<E: DomainEvent>(event_type: &'static str, golden_version: i32, text: &str) -> Option<Stored> {
    let event = E::from_json(event_type, golden_version, text).ok()?;
    Some(Stored {
        event_type,
        schema_version: event.schema_version(),
        data: event.to_json(),
    })
}
