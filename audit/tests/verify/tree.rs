//! What the database keeps beside the events is held against them too.

use comptoir_audit::verify::Rule;
use comptoir_domain::testing::market::{Market, Wish};
use comptoir_domain::testing::samples::promo_terms;
use comptoir_domain::values::LicenceKind;

use crate::house::{House, history, places};

/// A change to one of the tables beside the events, and the rule that finds it.
const DAMAGES: [(&str, Rule); 10] = [
    (
        "UPDATE ledger_checkpoints SET root = sha256('') WHERE size = 14",
        Rule::CheckpointRoot,
    ),
    (
        "UPDATE ledger_checkpoints SET root = sha256('') WHERE size = 14",
        Rule::CheckpointNote,
    ),
    (
        "UPDATE ledger_checkpoints SET note = 'nothing' WHERE size = 14",
        Rule::CheckpointNote,
    ),
    (
        "UPDATE ledger_checkpoints a SET note = b.note FROM ledger_checkpoints b WHERE a.size = 14 AND b.size = 21",
        Rule::CheckpointNote,
    ),
    (
        "UPDATE ledger_checkpoints SET note = replace(note, E'\\n\\u2014 shop.example', E'\\n\\u2014 other.example') WHERE size = 14",
        Rule::CheckpointSignature,
    ),
    (
        "INSERT INTO ledger_checkpoints SELECT 100000, root, note, signed_at FROM ledger_checkpoints WHERE size = 14",
        Rule::CheckpointRoot,
    ),
    (
        "UPDATE ledger_tree SET peaks = sha256('') || sha256('')",
        Rule::StoredTree,
    ),
    ("UPDATE ledger_tree SET newest = sha256('')", Rule::StoredTree),
    ("UPDATE ledger_tree SET size = 100000", Rule::StoredTree),
    (
        "UPDATE subscription_checkpoints SET leaf_hash = sha256('')",
        Rule::SubscriptionPlace,
    ),
];

#[tokio::test]
async fn each_change_beside_the_events_is_found() {
    let rows = history();
    for (statement, rule) in DAMAGES {
        let house = House::with(&rows).await;
        house.run_all(&[statement]).await;
        let report = house.verify().await;
        assert!(
            report.findings.iter().any(|finding| finding.rule == rule),
            "{statement}: {:#?}",
            report.findings
        );
    }
}

#[tokio::test]
async fn a_subscription_that_has_come_further_than_the_ledger_is_found() {
    let house = House::with(&history()).await;
    house
        .run_all(&["UPDATE subscription_checkpoints SET position = 100000"])
        .await;
    assert_eq!(places(&house.verify().await, Rule::SubscriptionPlace), [100_000]);
}

#[tokio::test]
async fn stored_subtrees_that_are_missing_wrong_or_too_many_are_found() {
    let mut market = Market::open(promo_terms());
    for _ in 0..300 {
        market.place(Wish::Units(LicenceKind::Basic, 1));
    }
    let rows = market.take_rows();
    for (statement, place) in [
        ("DELETE FROM ledger_tree_nodes WHERE index = 1", Some(512)),
        (
            "UPDATE ledger_tree_nodes SET root = sha256('') WHERE index = 0",
            Some(256),
        ),
        ("INSERT INTO ledger_tree_nodes VALUES (2, 0, sha256(''))", None),
    ] {
        let house = House::with(&rows).await;
        assert_eq!(house.verify().await.findings, vec![]);
        house.run_all(&[statement]).await;
        let report = house.verify().await;
        assert_eq!(report.findings.len(), 1, "{statement}: {:#?}", report.findings);
        assert_eq!(report.findings[0].rule, Rule::StoredTree);
        assert_eq!(
            places(&report, Rule::StoredTree),
            place.into_iter().collect::<Vec<i64>>()
        );
    }
}
