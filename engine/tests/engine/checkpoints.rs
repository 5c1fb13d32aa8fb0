//! Checkpoints are signed as the ledger grows, and witnesses countersign those that continue what they know.

use std::time::Duration;

use comptoir_domain::values::LicenceKind;
use comptoir_engine::checkpoints::{CheckpointsConfig, WitnessConfig};
use comptoir_proof::note::Note;
use comptoir_sandbox::witness::{Mood, WitnessStandIn};
use tokio_util::sync::CancellationToken;

use crate::world::{PATIENCE, World};

/// A world whose checkpoints are shown to a witness at once.
async fn witnessed(witness: &WitnessStandIn) -> World {
    let witness = WitnessConfig {
        key: witness.key().parse().unwrap(),
        url: witness.base_url().to_owned(),
    };
    World::with(|config| {
        config.checkpoints = CheckpointsConfig {
            origin: "shop.example/ledger".to_owned(),
            witnesses: vec![witness],
            interval: Duration::from_millis(1),
            witness_interval: Duration::from_millis(5),
            ..CheckpointsConfig::default()
        };
    })
    .await
}

struct Running {
    stop: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    fn start(world: &World) -> Self {
        let stop = CancellationToken::new();
        let (signing, asking) = (world.engine.clone(), world.engine.clone());
        let (one, other) = (stop.clone(), stop.clone());
        let tasks = vec![
            tokio::spawn(async move { signing.sign_checkpoints(one).await }),
            tokio::spawn(async move { asking.ask_witnesses(other).await }),
        ];
        Self { stop, tasks }
    }

    async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

/// Waits until the newest checkpoint covers the ledger and is as it should be.
async fn newest(world: &World, is_so: impl Fn(&Note) -> bool) -> Note {
    let newest = async {
        loop {
            let signed = world.ledger.newest_checkpoint().await.unwrap();
            if let Some(signed) = signed.filter(|signed| signed.size == world.ledger.horizon()) {
                let note: Note = signed.note.parse().unwrap();
                if is_so(&note) {
                    return note;
                }
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, newest)
        .await
        .expect("the checkpoint comes")
}

#[tokio::test]
async fn a_witness_countersigns_each_checkpoint_that_continues_the_last() {
    let witness = WitnessStandIn::start().await.unwrap();
    let world = witnessed(&witness).await;
    let keys = world.engine.ledger_keys().unwrap();
    let running = Running::start(&world);
    for _ in 0..3 {
        world.product(LicenceKind::Basic, 2_400).await;
        let note = newest(&world, |note| note.signed_by(&keys.witnesses).len() == 1).await;
        assert_eq!(note.signed_by(&keys.signing).len(), 1);
        assert_eq!(
            witness.signed_size(),
            Some(world.ledger.horizon().get().unsigned_abs())
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn a_witness_that_is_away_or_signs_with_another_key_is_done_without_and_asked_again() {
    let witness = WitnessStandIn::start().await.unwrap();
    let world = witnessed(&witness).await;
    let keys = world.engine.ledger_keys().unwrap();
    witness.set_mood(Mood::Down);
    let running = Running::start(&world);
    world.product(LicenceKind::Basic, 2_400).await;
    let note = newest(&world, |_| witness.asked() > 1).await;
    assert_eq!(
        note.signed_by(&keys.signing).len(),
        1,
        "nothing waits for a witness"
    );
    witness.set_mood(Mood::OtherKey);
    let before = witness.asked();
    let note = newest(&world, |_| witness.asked() > before + 1).await;
    assert_eq!(note.signed_by(&keys.witnesses), []);
    witness.set_mood(Mood::Honest);
    world.product(LicenceKind::Basic, 2_400).await;
    newest(&world, |note| note.signed_by(&keys.witnesses).len() == 1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_witness_that_knows_another_history_does_not_sign_ours() {
    let witness = WitnessStandIn::start().await.unwrap();
    let world = witnessed(&witness).await;
    let keys = world.engine.ledger_keys().unwrap();
    witness.pretend_to_know(2, [7; 32]);
    let running = Running::start(&world);
    world.product(LicenceKind::Basic, 2_400).await;
    let note = newest(&world, |_| witness.asked() > 3).await;
    assert_eq!(
        (
            note.signed_by(&keys.signing).len(),
            note.signed_by(&keys.witnesses).len()
        ),
        (1, 0)
    );
    // Nor one of a ledger that ends before the one it knows.
    witness.pretend_to_know(1_000, [7; 32]);
    let before = witness.asked();
    let note = newest(&world, |_| witness.asked() > before + 1).await;
    assert_eq!(note.signed_by(&keys.witnesses), []);
    assert_eq!(witness.signed_size(), Some(1_000));
    running.stop().await;
}

#[tokio::test]
async fn after_a_change_of_keys_the_former_key_signs_too_for_as_long_as_it_is_set() {
    let world = World::new().await;
    let before = world.engine.ledger_keys().unwrap();
    let mut config = world.config();
    config.checkpoints.signing_seed = Some([5; 32]);
    config.checkpoints.former_seed = Some([4; 32]);
    config.checkpoints.earlier = vec![before.signing[0].to_bytes()];
    let rotated = world.another_node_with(2, config).await;
    let keys = rotated.ledger_keys().unwrap();
    assert_eq!((keys.signing.len(), &keys.earlier), (2, &before.signing));
    world.product(LicenceKind::Basic, 2_400).await;
    let stop = CancellationToken::new();
    let (signing, until) = (rotated.clone(), stop.clone());
    let task = tokio::spawn(async move { signing.sign_checkpoints(until).await });
    let note = newest(&world, |note| note.signed_by(&keys.signing).len() == 2).await;
    assert_eq!(note.signed_by(&keys.earlier), []);
    stop.cancel();
    task.await.unwrap();
}
