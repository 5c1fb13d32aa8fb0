//! A bundle that is sound, and every way in which one is not.

use super::*;
use crate::note::{KeyKind, Signer};
use crate::tree::{consistency_ranges, inclusion_ranges, leaf_range};

const ORIGIN: &str = "shop.example/ledger";

fn signer(seed: u8) -> Signer {
    Signer::try_new(ORIGIN, KeyKind::Log, &[seed; 32]).unwrap()
}

/// Twenty events in two streams, one after the other.
fn ledger() -> Vec<ProvenEvent> {
    let event = |number: i64| ProvenEvent {
        position: number + 1,
        stream: if number % 2 == 0 { "order-a" } else { "order-b" }.to_owned(),
        revision: number / 2,
        event_id: Uuid::from_u128(number.unsigned_abs().into()),
        event_type: "order.changed".to_owned(),
        schema_version: 1,
        recorded_at_us: 1_780_000_000_000_000 + number,
        data: format!("{{\"number\":{number}}}"),
        metadata: "{}".to_owned(),
        path: Vec::new(),
    };
    (0..20).map(event).collect()
}

fn leaves(events: &[ProvenEvent]) -> Vec<Hash> {
    events.iter().map(|event| event.leaf().unwrap().hash()).collect()
}

fn checkpoint(leaves: &[Hash], size: u64, signer: &Signer) -> String {
    let root = leaf_range(leaves, 0..size);
    let note = Note::unsigned(
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size,
            root,
        }
        .text(),
    );
    let line = signer.sign(note.text(), DateTime::UNIX_EPOCH);
    note.with(line).to_string()
}

/// The events of the first stream, in a ledger of twenty, which continues one of seven.
fn bundle() -> Bundle {
    let ledger = ledger();
    let leaves = leaves(&ledger);
    let path = |ranges: Vec<std::ops::Range<u64>>| -> Vec<Hex> {
        ranges
            .into_iter()
            .map(|range| Hex(leaf_range(&leaves, range)))
            .collect()
    };
    let events = ledger
        .iter()
        .filter(|event| event.stream == "order-a")
        .map(|event| ProvenEvent {
            path: path(inclusion_ranges(event.position.unsigned_abs() - 1, 20).unwrap()),
            ..event.clone()
        });
    Bundle {
        format: FORMAT.to_owned(),
        about: vec!["order_a".to_owned()],
        streams: vec!["order-a".to_owned()],
        events: events.collect(),
        checkpoint: checkpoint(&leaves, 20, &signer(1)),
        since: Some(Since {
            checkpoint: checkpoint(&leaves, 7, &signer(1)),
            path: path(consistency_ranges(7, 20).unwrap()),
        }),
        keys: vec![signer(1).public_key().to_string()],
    }
}

fn kept(size: u64) -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root: leaf_range(&leaves(&ledger()), 0..size),
    }
}

fn refusal(change: impl FnOnce(&mut Bundle)) -> BundleError {
    let mut bundle = bundle();
    change(&mut bundle);
    bundle.check(Trust::Bundle, &[]).unwrap_err()
}

#[test]
fn a_sound_bundle_proves_its_events_by_the_keys_that_the_reader_knows() {
    let json = serde_json::to_string(&bundle()).unwrap();
    let read: Bundle = serde_json::from_str(&json).unwrap();
    assert_eq!(read, bundle());
    let key = signer(1).public_key().clone();
    let proven = read.check(Trust::Keys(&[key]), &[kept(20), kept(7)]).unwrap();
    assert_eq!((proven.checkpoint, proven.since), (kept(20), Some(kept(7))));
    assert_eq!(proven.signed.len(), 1);
    assert!(read.check(Trust::Bundle, &[]).is_ok());
}

#[test]
fn the_key_of_somebody_else_proves_nothing() {
    let stranger = signer(2).public_key().clone();
    let unsigned = bundle().check(Trust::Keys(&[stranger]), &[]).unwrap_err();
    assert!(matches!(unsigned, BundleError::Unsigned { .. }), "{unsigned}");
    // A ledger of another name does not speak for this one, and a witness alone speaks for none.
    let leaves = leaves(&ledger());
    for kind in [KeyKind::Log, KeyKind::Witness] {
        let other = Signer::try_new("other.example", kind, &[3; 32]).unwrap();
        let note = checkpoint(&leaves, 20, &other);
        let unsigned = refusal(|bundle| {
            bundle.checkpoint = note;
            bundle.keys.push(other.public_key().to_string());
        });
        assert!(matches!(unsigned, BundleError::Unsigned { .. }), "{unsigned}");
    }
}

#[test]
fn whatever_is_changed_about_an_event_shows() {
    let changes: [fn(&mut ProvenEvent); 10] = [
        |event| event.position += 1,
        |event| event.stream.push('x'),
        |event| event.revision += 1,
        |event| event.event_id = Uuid::nil(),
        |event| event.event_type.push('x'),
        |event| event.schema_version += 1,
        |event| event.recorded_at_us += 1,
        |event| event.data.push(' '),
        |event| event.metadata.push(' '),
        |event| event.path.truncate(1),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let refused = refusal(|bundle| change(&mut bundle.events[3]));
        assert!(
            matches!(refused, BundleError::NotIncluded { .. }),
            "change {number}: {refused}"
        );
    }
    let refused = refusal(|bundle| bundle.events[0].position = i64::MIN);
    assert!(matches!(refused, BundleError::NotIncluded { .. }), "{refused}");
}

#[test]
fn events_that_are_left_out_or_out_of_order_show() {
    let missing = refusal(|bundle| drop(bundle.events.remove(3)));
    assert_eq!(
        missing,
        BundleError::Incomplete {
            stream: "order-a".to_owned(),
            revision: 3
        }
    );
    let swapped = refusal(|bundle| bundle.events.swap(3, 4));
    assert!(
        matches!(swapped, BundleError::Incomplete { revision: 3, .. }),
        "{swapped}"
    );
    let first = refusal(|bundle| drop(bundle.events.remove(0)));
    assert!(
        matches!(first, BundleError::Incomplete { revision: 0, .. }),
        "{first}"
    );
    assert_eq!(refusal(|bundle| bundle.events.clear()), BundleError::Empty);
    let other = refusal(|bundle| bundle.streams = vec!["order-b".to_owned()]);
    assert!(matches!(other, BundleError::OtherStream { .. }), "{other}");
    let none = refusal(|bundle| bundle.streams.push("order-c".to_owned()));
    assert!(matches!(none, BundleError::OtherStream { .. }), "{none}");
}

#[test]
fn a_history_that_was_changed_since_an_earlier_checkpoint_shows() {
    let mut forked = ledger();
    forked[2].data = "{}".to_owned();
    let earlier = checkpoint(&leaves(&forked), 7, &signer(1));
    let refused = refusal(|bundle| bundle.since.as_mut().unwrap().checkpoint = earlier);
    assert!(
        matches!(
            refused,
            BundleError::Inconsistent {
                earlier: 7,
                later: 20,
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn a_checkpoint_that_the_reader_keeps_must_be_in_the_bundle() {
    let elsewhere = bundle().check(Trust::Bundle, &[kept(8)]).unwrap_err();
    assert_eq!(elsewhere, BundleError::KeptElsewhere { size: 8 });
    let forked = Checkpoint {
        root: [1; 32],
        ..kept(7)
    };
    assert_eq!(
        bundle().check(Trust::Bundle, &[forked]),
        Err(BundleError::Forked { size: 7 })
    );
}

#[test]
fn other_formats_and_damaged_files_are_refused() {
    let other = refusal(|bundle| bundle.format = "comptoir-proof/2".to_owned());
    assert!(matches!(other, BundleError::Format { .. }), "{other}");
    let unreadable = refusal(|bundle| bundle.checkpoint = "nonsense".to_owned());
    assert!(
        matches!(
            unreadable,
            BundleError::Checkpoint {
                which: "bundle's",
                ..
            }
        ),
        "{unreadable}"
    );
    assert!(matches!(
        refusal(|bundle| bundle.keys = vec!["nonsense".to_owned()]),
        BundleError::Key(_)
    ));
    assert!(serde_json::from_str::<Hex>("\"00\"").is_err());
}
