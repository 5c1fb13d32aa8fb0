//! What is done to the ledger and to its model, as proptest draws it.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};

/// Small sets, so that streams, event ids and keys meet often.
const STREAMS: u8 = 5;
const EVENT_IDS: u8 = 12;
const KEYS: u8 = 4;

#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// Appends, all at once; one alone is a group of its own.
    Append(Vec<Draft>),
    ReadStream {
        stream: u8,
        from: i64,
    },
    ReadPages {
        after: i64,
        selection: Selection,
        limit: usize,
    },
    AsOf {
        minutes: i64,
        stream: u8,
        selection: Selection,
        limit: usize,
    },
    Answer {
        key: u8,
    },
    AdvanceClock {
        minutes: i64,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) writes: Vec<Write>,
    pub(super) key: Option<u8>,
    pub(super) flaw: Option<Flaw>,
}

#[derive(Debug, Clone)]
pub(super) struct Write {
    pub(super) stream: u8,
    pub(super) expectation: Expectation,
    pub(super) events: Vec<EventId>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Expectation {
    NoStream,
    Any,
    StreamExists,
    /// The revision where the model has the stream before the group, so far off.
    Actual {
        off: i64,
    },
}

#[derive(Debug, Clone, Copy)]
pub(super) enum EventId {
    Fresh,
    Known(u8),
}

/// What can be wrong with an append by itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flaw {
    Json,
    Nul,
    Type,
    Version,
    Stream,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Selection {
    All,
    Category,
    Types,
}

pub(super) fn history() -> impl Strategy<Value = Vec<Operation>> {
    vec(operation(), 1..60)
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => draft().prop_map(|draft| Operation::Append(vec![draft])),
        3 => vec(draft(), 2..10).prop_map(Operation::Append),
        2 => (0..STREAMS, 0..6_i64).prop_map(|(stream, from)| Operation::ReadStream { stream, from }),
        2 => (0..20_i64, selection(), 1..9_usize)
            .prop_map(|(after, selection, limit)| Operation::ReadPages { after, selection, limit }),
        2 => (-2..30_i64, 0..STREAMS, selection(), 1..9_usize)
            .prop_map(|(minutes, stream, selection, limit)| Operation::AsOf { minutes, stream, selection, limit }),
        1 => (0..KEYS).prop_map(|key| Operation::Answer { key }),
        1 => (-3..8_i64).prop_map(|minutes| Operation::AdvanceClock { minutes }),
    ]
}

fn selection() -> impl Strategy<Value = Selection> {
    prop_oneof![
        Just(Selection::All),
        Just(Selection::Category),
        Just(Selection::Types)
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let flaw = prop_oneof![
        Just(Flaw::Json),
        Just(Flaw::Nul),
        Just(Flaw::Type),
        Just(Flaw::Version),
        Just(Flaw::Stream)
    ];
    (vec(write(), 1..4), weighted(0.25, 0..KEYS), weighted(0.06, flaw))
        .prop_map(|(writes, key, flaw)| Draft { writes, key, flaw })
}

fn write() -> impl Strategy<Value = Write> {
    (0..STREAMS, expectation(), vec(event_id(), 0..4)).prop_map(|(stream, expectation, events)| Write {
        stream,
        expectation,
        events,
    })
}

fn expectation() -> BoxedStrategy<Expectation> {
    prop_oneof![
        1 => Just(Expectation::NoStream),
        3 => Just(Expectation::Any),
        1 => Just(Expectation::StreamExists),
        4 => Just(Expectation::Actual { off: 0 }),
        1 => (-1..3_i64).prop_map(|off| Expectation::Actual { off }),
    ]
    .boxed()
}

fn event_id() -> impl Strategy<Value = EventId> {
    (any::<u8>(), 0..EVENT_IDS).prop_map(|(dice, known)| {
        if dice < 25 {
            EventId::Known(known)
        } else {
            EventId::Fresh
        }
    })
}
