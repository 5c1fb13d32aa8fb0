//! Every way in which rows can be damaged by somebody who may do everything: each is found, by the right rule, in its place.

use comptoir_audit::verify::Rule;
use comptoir_domain::testing::market::Row;

use crate::house::{House, OWN_SEED, history, kept, nth, places};

/// Somewhere in the middle, with events of its stream before and behind it.
pub(crate) const AT: usize = 30;

/// A damage: its name, what does it, and the rules that it breaks, with the places.
pub(crate) struct Damage {
    pub(crate) name: &'static str,
    pub(crate) statements: Vec<String>,
    pub(crate) found: Vec<(Rule, i64)>,
}

/// A row's hash as it must be, once something else in the row was changed.
fn rehash(position: usize) -> String {
    format!(
        "UPDATE events SET leaf_hash = ledger_leaf_hash(position, stream, revision, event_id, event_type, schema_version,
             recorded_at, data::text, metadata::text) WHERE position = {position}"
    )
}

/// The next checkpoint that is signed behind a position.
fn next_checkpoint(position: usize) -> i64 {
    i64::try_from(position.div_ceil(7) * 7).unwrap()
}

/// The damages of single rows and of the table.
pub(crate) fn damages(rows: &[Row]) -> Vec<Damage> {
    let at = i64::try_from(AT).unwrap();
    let end = i64::try_from(rows.len()).unwrap();
    let set = |name, change: &str| Damage {
        name,
        statements: vec![format!("UPDATE events SET {change} WHERE position = {AT}")],
        found: vec![(Rule::LeafHash, at)],
    };
    let checkpoint = next_checkpoint(AT);
    let also = |mut damage: Damage, more: &[(Rule, i64)]| {
        damage.found.extend(more);
        damage
    };
    let other = &rows[AT + 1].event_id;
    let mut damages = vec![
        set("payload", "data = replace(data::text, '2026', '2025')::json"),
        set("metadata", "metadata = '{\"actor\":\"somebody\"}'"),
        also(
            set("time, back", "recorded_at = recorded_at - interval '1 hour'"),
            &[(Rule::TimeOrder, at)],
        ),
        also(
            set("time, ahead", "recorded_at = recorded_at + interval '1 hour'"),
            &[(Rule::TimeOrder, at + 1)],
        ),
        also(
            set("type", "event_type = 'order.cancelled_again'"),
            &[(Rule::EventReadable, at)],
        ),
        also(
            set("schema version", "schema_version = 99"),
            &[(Rule::EventReadable, at)],
        ),
        set("stream", "stream = 'order-0198c0de-7a00-7000-8000-0000000fffff'"),
        also(
            set("revision", "revision = revision + 1000"),
            &[(Rule::RevisionDense, at)],
        ),
        set("event id", "event_id = '0198c0de-7a00-7000-8000-0000000fffff'"),
        Damage {
            name: "event id of another event",
            statements: vec![
                "ALTER TABLE events DROP CONSTRAINT events_event_id".to_owned(),
                format!("UPDATE events SET event_id = '{other}' WHERE position = {AT}"),
            ],
            found: vec![(Rule::LeafHash, at), (Rule::EventIdUnique, at + 2)],
        },
        Damage {
            name: "stored hash",
            statements: vec![format!(
                "UPDATE events SET leaf_hash = sha256('') WHERE position = {AT}"
            )],
            found: vec![(Rule::LeafHash, at)],
        },
        Damage {
            name: "stored hash, cut short",
            statements: vec![format!(
                "UPDATE events SET leaf_hash = '\\x00' WHERE position = {AT}"
            )],
            found: vec![(Rule::LeafHash, at)],
        },
        Damage {
            name: "payload with its hash recomputed",
            statements: vec![
                format!(
                    "UPDATE events SET data = replace(data::text, '2026', '2025')::json WHERE position = {AT}"
                ),
                rehash(AT),
            ],
            found: vec![(Rule::CheckpointRoot, checkpoint)],
        },
    ];
    damages.extend(of_the_order(at, end, checkpoint));
    damages
}

/// Rows that are elsewhere, missing, or too many.
fn of_the_order(at: i64, end: i64, checkpoint: i64) -> Vec<Damage> {
    let next = at + 1;
    let columns =
        "stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, leaf_hash";
    let open = "ALTER TABLE events DROP CONSTRAINT events_pkey, DROP CONSTRAINT events_event_id,
                DROP CONSTRAINT events_stream_revision"
        .to_owned();
    let new_row = |position: i64| {
        format!(
            "INSERT INTO events SELECT {position}, 'person-' || gen_random_uuid(), 0, gen_random_uuid(), event_type,
                 schema_version, recorded_at, data, metadata, leaf_hash FROM events WHERE position = {at}"
        )
    };
    vec![
        Damage {
            name: "two events swapped, with their hashes recomputed",
            statements: vec![
                format!("UPDATE events SET position = -1 WHERE position = {at}").replace(
                    "UPDATE",
                    "ALTER TABLE events DROP CONSTRAINT events_position_check; UPDATE",
                ),
                format!("UPDATE events SET position = {at} WHERE position = {next}"),
                format!("UPDATE events SET position = {next} WHERE position = -1"),
                rehash(usize::try_from(at).unwrap()),
                rehash(usize::try_from(next).unwrap()),
            ],
            found: vec![(Rule::CheckpointRoot, checkpoint)],
        },
        Damage {
            name: "deletion in the middle",
            statements: vec![format!("DELETE FROM events WHERE position = {at}")],
            found: vec![(Rule::PositionDense, next), (Rule::CheckpointRoot, checkpoint)],
        },
        Damage {
            name: "insertion in the middle",
            statements: vec![
                open.clone(),
                format!("UPDATE events SET position = position + 1 WHERE position >= {at}"),
                new_row(at).replace(&format!("position = {at}"), &format!("position = {next}")),
                format!("UPDATE ledger_head SET position = {}", end + 1),
                format!("UPDATE ledger_horizon SET position = {}", end + 1),
            ],
            found: vec![
                (Rule::LeafHash, at),
                (Rule::LeafHash, next),
                (Rule::CheckpointRoot, checkpoint),
            ],
        },
        Damage {
            name: "duplicate of a row at its position",
            statements: vec![
                open.clone(),
                format!("INSERT INTO events SELECT position, {columns} FROM events WHERE position = {at}"),
            ],
            found: vec![
                (Rule::PositionDense, at),
                (Rule::EventIdUnique, at),
                (Rule::RevisionDense, at),
                (Rule::CheckpointRoot, checkpoint),
            ],
        },
        Damage {
            name: "duplicate of a row at the end",
            statements: vec![
                open,
                format!(
                    "INSERT INTO events SELECT {}, {columns} FROM events WHERE position = {at}",
                    end + 1
                ),
                format!("UPDATE ledger_head SET position = {}", end + 1),
                format!("UPDATE ledger_horizon SET position = {}", end + 1),
            ],
            found: vec![
                (Rule::EventIdUnique, end + 1),
                (Rule::LeafHash, end + 1),
                (Rule::TimeOrder, end + 1),
            ],
        },
        Damage {
            name: "the tail is gone, rows only",
            statements: vec![format!("DELETE FROM events WHERE position > {at}")],
            found: vec![(Rule::End, next), (Rule::CheckpointRoot, checkpoint)],
        },
        Damage {
            name: "the tail is gone, and head and horizon say so",
            statements: vec![
                format!("DELETE FROM events WHERE position > {at}"),
                format!("UPDATE ledger_head SET position = {at}"),
                format!("UPDATE ledger_horizon SET position = {at}"),
            ],
            found: vec![(Rule::CheckpointRoot, checkpoint)],
        },
    ]
}

#[tokio::test]
async fn each_damage_is_found_by_its_rule_in_its_place() {
    let rows = history();
    for damage in damages(&rows) {
        let house = House::with(&rows).await;
        let statements: Vec<&str> = damage.statements.iter().map(String::as_str).collect();
        house.run_all(&statements).await;
        let report = house.verify().await;
        assert!(!report.sound);
        for (rule, position) in &damage.found {
            assert!(
                places(&report, *rule).contains(position),
                "{}: {rule} at {position} is not found; {:#?}",
                damage.name,
                report.findings
            );
        }
    }
}

#[tokio::test]
async fn a_row_that_was_added_behind_the_horizon_shows() {
    let rows = history();
    let end = rows.len();
    let house = House::with(&rows).await;
    let insert = format!(
        "INSERT INTO events SELECT {}, 'person-' || gen_random_uuid(), 0, gen_random_uuid(), event_type, schema_version,
             recorded_at, data, metadata, leaf_hash FROM events WHERE position = {end}",
        end + 1
    );
    house.run_all(&[&insert]).await;
    let report = house.verify().await;
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    assert_eq!(report.findings[0].rule, Rule::End);
}

/// Rows, head, horizon, subscriptions, tree and checkpoints: nothing in the database knows of the tail any more.
#[tokio::test]
async fn a_tail_that_is_gone_with_all_its_traces_is_found_by_a_kept_checkpoint_alone() {
    let rows = history();
    // At the end of an append, so that nothing else shows.
    let end = nth(&rows, "document.rendered", 1);
    let house = House::with(&rows[..end]).await;
    assert!(house.verify().await.sound);
    let report = house
        .verify_with(vec![kept(&rows, 20), kept(&rows, rows.len())])
        .await;
    assert_eq!(
        places(&report, Rule::CheckpointRoot),
        [i64::try_from(rows.len()).unwrap()]
    );
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
}

/// One event is another one, all hashes behind it follow, and the tree and the checkpoints are made anew.
#[tokio::test]
async fn a_forked_history_is_found_by_its_signatures_and_by_a_kept_checkpoint() {
    let rows = history();
    let mut forked = rows.clone();
    forked[AT].metadata = "{}".to_owned();
    let house = House::with(&[]).await;
    house.fill(&forked, &[9; 32]).await;
    let report = house.verify().await;
    assert!(places(&report, Rule::CheckpointSignature).contains(&7));
    assert_eq!(places(&report, Rule::CheckpointRoot), Vec::<i64>::new());

    // With the engine's own key nothing in the database shows it.
    let house = House::with(&[]).await;
    house.fill(&forked, &OWN_SEED).await;
    assert_eq!(house.verify().await.findings, vec![]);
    let report = house
        .verify_with(vec![kept(&rows, AT), kept(&rows, AT + 1)])
        .await;
    assert_eq!(
        places(&report, Rule::CheckpointRoot),
        [i64::try_from(AT + 1).unwrap()]
    );
}
