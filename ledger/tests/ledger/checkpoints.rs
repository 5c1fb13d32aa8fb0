//! Signed checkpoints: of what is on disk, by every key, in order; and proofs that lead to them.

use std::time::Duration;

use comptoir_ledger::{
    CheckpointSigning, Filter, Ledger, Position, ProofRefusal, SignedCheckpoint, TreeError,
};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{KeyKind, Note, Signer};
use comptoir_proof::tree::{Frontier, Hash, leaf_range, verify_consistency, verify_inclusion};
use tokio_util::sync::CancellationToken;

use crate::common::sessions::superuser;
use crate::common::{Fixture, eventually, fixture, new_stream};
use crate::read::support::notes;

const ORIGIN: &str = "shop.example/ledger";

fn signer(seed: u8) -> Signer {
    Signer::try_new(ORIGIN, KeyKind::Log, &[seed; 32]).unwrap()
}

fn signing() -> CheckpointSigning {
    CheckpointSigning {
        origin: ORIGIN.to_owned(),
        signers: vec![signer(1)],
        interval: Duration::from_millis(1),
    }
}

async fn write(ledger: &Ledger, mut events: usize) {
    while events > 0 {
        let now = events.min(500);
        ledger.append(notes(&new_stream(), now)).await.unwrap();
        events -= now;
    }
}

async fn leaf_hashes(ledger: &Ledger) -> Vec<Hash> {
    let mut bulk = ledger.read_bulk(Position::START, Position::END, &Filter::All);
    let mut leaves = Vec::new();
    while let Some(events) = bulk.next().await.unwrap() {
        leaves.extend(
            events
                .into_iter()
                .map(|event| <[u8; 32]>::try_from(event.leaf_hash).unwrap()),
        );
    }
    leaves
}

fn checkpoint_of(signed: &SignedCheckpoint) -> Checkpoint {
    Checkpoint::of(&signed.note.parse::<Note>().unwrap()).unwrap()
}

async fn as_superuser(fixture: &Fixture, statement: &'static str) {
    let admin = superuser(fixture.database.superuser_url()).await;
    sqlx::raw_sql(statement).execute(&admin).await.unwrap();
}

#[tokio::test]
async fn a_checkpoint_says_size_and_root_and_is_signed_by_every_key() {
    let fixture = fixture().await;
    assert_eq!(fixture.ledger.newest_checkpoint().await.unwrap(), None);
    assert_eq!(
        fixture.ledger.sign_checkpoint(&signing()).await.unwrap(),
        None,
        "there is nothing to sign"
    );
    write(&fixture.ledger, 700).await;
    let both = CheckpointSigning {
        signers: vec![signer(1), signer(2)],
        ..signing()
    };
    let signed = fixture.ledger.sign_checkpoint(&both).await.unwrap().unwrap();
    let root = leaf_range(&leaf_hashes(&fixture.ledger).await, 0..700);
    assert_eq!(
        checkpoint_of(&signed),
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size: 700,
            root
        }
    );
    let note: Note = signed.note.parse().unwrap();
    let signers = note.signed_by([
        signer(1).public_key(),
        signer(2).public_key(),
        signer(3).public_key(),
    ]);
    assert_eq!(signers.len(), 2);
    assert_eq!(fixture.ledger.newest_checkpoint().await.unwrap(), Some(signed));
    assert_eq!(
        fixture.ledger.sign_checkpoint(&both).await.unwrap(),
        None,
        "there is nothing new to sign"
    );
}

#[tokio::test]
async fn the_tree_grows_by_what_is_new_and_across_its_chunks() {
    let fixture = fixture().await;
    let mut signed = Vec::new();
    for events in [1, 254, 1, 1, 700, 66_000] {
        write(&fixture.ledger, events).await;
        signed.push(fixture.ledger.sign_checkpoint(&signing()).await.unwrap().unwrap());
    }
    let leaves = leaf_hashes(&fixture.ledger).await;
    for signed in &signed {
        let Checkpoint { size, root, .. } = checkpoint_of(signed);
        assert_eq!(root, leaf_range(&leaves, 0..size), "of {size}");
    }
    assert_eq!(
        fixture
            .ledger
            .checkpoints_signed_after(Position::START, 100)
            .await
            .unwrap(),
        signed
    );
    let covering = fixture
        .ledger
        .checkpoint_covering(Position::new(256))
        .await
        .unwrap();
    assert_eq!(
        covering.as_ref(),
        signed.get(2),
        "the first of at least 256 events"
    );
    let nodes: Vec<(i16, i64)> =
        sqlx::query_as("SELECT level, count(*) FROM ledger_tree_nodes GROUP BY level ORDER BY level")
            .fetch_all(fixture.ledger.pool())
            .await
            .unwrap();
    assert_eq!(nodes, [(1, 66_957 / 256), (2, 1)]);
}

#[tokio::test]
async fn proofs_hold_for_every_kind_of_leaf_and_every_pair_of_checkpoints() {
    let fixture = fixture().await;
    write(&fixture.ledger, 66_100).await;
    fixture.ledger.sign_checkpoint(&signing()).await.unwrap();
    let leaves = leaf_hashes(&fixture.ledger).await;
    let sizes = [1, 2, 255, 256, 257, 1000, 65_536, 65_537, 66_048, 66_100];
    for size in sizes {
        let root = leaf_range(&leaves, 0..size);
        for position in sizes
            .into_iter()
            .chain([3, 511, 66_049])
            .filter(|position| *position <= size)
        {
            let proof = fixture
                .ledger
                .prove_inclusion(at(position), at(size))
                .await
                .unwrap();
            let verdict = verify_inclusion(position - 1, &proof.leaf_hash, size, &proof.path, &root);
            assert_eq!(verdict, Ok(()), "{position} in {size}");
        }
        for earlier in sizes.into_iter().filter(|earlier| *earlier <= size) {
            let path = fixture
                .ledger
                .prove_consistency(at(earlier), at(size))
                .await
                .unwrap();
            let earlier_root = leaf_range(&leaves, 0..earlier);
            assert_eq!(
                verify_consistency(earlier, size, &path, &earlier_root, &root),
                Ok(()),
                "{earlier} in {size}"
            );
        }
    }
    for (position, size) in [(0, 5), (6, 5), (5, 66_101), (66_101, 66_101)] {
        let refused = fixture
            .ledger
            .prove_inclusion(at(position), at(size))
            .await
            .unwrap_err();
        assert!(
            matches!(refused, ProofRefusal::OutOfRange { .. }),
            "{position} in {size}: {refused}"
        );
        let refused = fixture.ledger.prove_consistency(at(position), at(size)).await;
        assert_eq!(
            refused.is_err(),
            position != 5 || size > 66_100,
            "{position} in {size}"
        );
    }
}

fn at(position: u64) -> Position {
    Position::new(i64::try_from(position).unwrap())
}

#[tokio::test]
async fn one_node_at_a_time_signs_while_others_write_and_takes_over_when_it_is_gone() {
    let fixture = fixture().await;
    let second = crate::common::start(&fixture.database, &fixture.clock).await;
    let stops = [CancellationToken::new(), CancellationToken::new()];
    let mut nodes = Vec::new();
    for (ledger, stop) in [fixture.ledger.clone(), second.clone()]
        .into_iter()
        .zip(stops.clone())
    {
        nodes.push(tokio::spawn(async move {
            ledger.sign_checkpoints(&signing(), &stop).await;
        }));
    }
    let newest = async || {
        fixture
            .ledger
            .newest_checkpoint()
            .await
            .unwrap()
            .map(|signed| signed.size)
    };
    for round in 1..=10_i64 {
        write(&fixture.ledger, 10).await;
        write(&second, 10).await;
        eventually("the end is signed", async || {
            newest().await == Some(Position::new(round * 20))
        })
        .await;
    }
    stops[0].cancel();
    nodes.remove(0).await.unwrap();
    write(&fixture.ledger, 1).await;
    eventually("the other node signs", async || {
        newest().await == Some(Position::new(201))
    })
    .await;
    stops[1].cancel();
    nodes.remove(0).await.unwrap();
    let leaves = leaf_hashes(&fixture.ledger).await;
    let mut tree = Frontier::default();
    for signed in fixture
        .ledger
        .checkpoints_signed_after(Position::START, 1000)
        .await
        .unwrap()
    {
        let checkpoint = checkpoint_of(&signed);
        for leaf in &leaves[usize::try_from(tree.size()).unwrap()..usize::try_from(checkpoint.size).unwrap()]
        {
            tree.push(*leaf);
        }
        assert_eq!((checkpoint.size, checkpoint.root), (tree.size(), tree.root()));
    }
}

#[tokio::test]
async fn nothing_is_signed_over_a_ledger_that_lost_or_changed_what_was_signed() {
    let fixture = fixture().await;
    write(&fixture.ledger, 300).await;
    fixture.ledger.sign_checkpoint(&signing()).await.unwrap();
    as_superuser(
        &fixture,
        "ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET leaf_hash = sha256('x') WHERE position = 300",
    )
    .await;
    write(&fixture.ledger, 1).await;
    let refused = fixture.ledger.sign_checkpoint(&signing()).await.unwrap_err();
    assert!(
        matches!(refused, TreeError::OtherEvent { position } if position == Position::new(300)),
        "{refused}"
    );
    as_superuser(
        &fixture,
        "DELETE FROM events WHERE position >= 300; UPDATE ledger_horizon SET position = 299",
    )
    .await;
    let restarted = Ledger::read_only(fixture.database.pool().await).await.unwrap();
    let refused = restarted.sign_checkpoint(&signing()).await.unwrap_err();
    assert!(matches!(refused, TreeError::OtherEvent { .. }), "{refused}");
}

#[tokio::test]
async fn a_gap_is_not_signed_over() {
    let fixture = fixture().await;
    write(&fixture.ledger, 10).await;
    as_superuser(
        &fixture,
        "ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE position = 4",
    )
    .await;
    let refused = fixture.ledger.sign_checkpoint(&signing()).await.unwrap_err();
    assert!(matches!(refused, TreeError::Gap { .. }), "{refused}");
}

#[tokio::test]
async fn a_witness_signature_joins_the_note_once() {
    let fixture = fixture().await;
    write(&fixture.ledger, 3).await;
    let signed = fixture.ledger.sign_checkpoint(&signing()).await.unwrap().unwrap();
    let witness = Signer::try_new("witness.example", KeyKind::Witness, &[9; 32]).unwrap();
    let note: Note = signed.note.parse().unwrap();
    let line = witness.sign(note.text(), signed.signed_at);
    for _ in 0..2 {
        assert!(
            fixture
                .ledger
                .add_cosignature(signed.size, line.clone())
                .await
                .unwrap()
        );
    }
    let newest = fixture.ledger.newest_checkpoint().await.unwrap().unwrap();
    let note: Note = newest.note.parse().unwrap();
    assert_eq!(note.signatures().len(), 2);
    assert_eq!(
        note.signed_by([witness.public_key()])[0].at,
        Some(signed.signed_at)
    );
    assert!(
        !fixture
            .ledger
            .add_cosignature(Position::new(2), line)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn of_old_checkpoints_the_last_of_each_hour_stays() {
    let fixture = fixture().await;
    for minute in 0..6 {
        write(&fixture.ledger, 1).await;
        fixture.ledger.sign_checkpoint(&signing()).await.unwrap().unwrap();
        if minute < 5 {
            fixture.clock.advance(chrono::TimeDelta::minutes(25));
        }
    }
    fixture.clock.advance(chrono::TimeDelta::hours(26));
    let stop = CancellationToken::new();
    let (ledger, until) = (fixture.ledger.clone(), stop.clone());
    let running = tokio::spawn(async move { ledger.sign_checkpoints(&signing(), &until).await });
    let sizes = async || -> Vec<i64> {
        let signed = fixture
            .ledger
            .checkpoints_signed_after(Position::START, 100)
            .await
            .unwrap();
        signed.into_iter().map(|signed| signed.size.get()).collect()
    };
    // Signed at 12:00, 12:25, 12:50, 13:15, 13:40 and 14:05.
    eventually("old ones are gone", async || sizes().await == [3, 5, 6]).await;
    stop.cancel();
    running.await.unwrap();
}
