//! What the vault promises: sealed for one person and purpose, opened by nobody else, forgotten for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use comptoir_domain::values::{Sealed, SubjectId};
use comptoir_ledger::MIGRATOR;
use comptoir_ledger::clock::ManualClock;
use comptoir_sandbox::postgres::TestDatabase;
use sqlx::PgPool;
use uuid::Uuid;

use super::random::{RandomError, RandomSource};
use super::store::{self, StoredKey};
use super::{Destroyed, KeyStanding, MasterKey, Vault, VaultError, VaultOptions};

/// Gives different bytes at each call, and the same ones in each run.
#[derive(Debug, Default)]
pub(crate) struct CountingRandom(AtomicU64);

impl RandomSource for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let call = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = call[index % call.len()].wrapping_add(u8::try_from(index % 251).unwrap_or_default());
        }
        Ok(())
    }
}

const CONTEXT: &str = "order.billing";

async fn vault(pool: PgPool, master_key: [u8; 32]) -> Result<Vault, VaultError> {
    let options = VaultOptions {
        random: Arc::new(CountingRandom::default()),
        clock: Arc::new(ManualClock::at(DateTime::<Utc>::UNIX_EPOCH)),
        ..VaultOptions::default()
    };
    Vault::start(pool, MasterKey::new(&master_key), options).await
}

fn person(number: u128) -> SubjectId {
    SubjectId::from_uuid(Uuid::from_u128(number))
}

#[tokio::test]
async fn what_is_sealed_opens_again_here_and_in_another_process() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let first = vault(database.pool().await, [1; 32]).await.unwrap();
    let sealed = first
        .seal(person(1), CONTEXT, "Ada Lovelace, Zoë".as_bytes())
        .await
        .unwrap();
    assert!(!sealed.ciphertext.contains("Ada"));
    assert_eq!(
        first.open(&sealed, CONTEXT).await.unwrap(),
        "Ada Lovelace, Zoë".as_bytes()
    );

    let second = vault(database.pool().await, [1; 32]).await.unwrap();
    assert_eq!(
        second.open(&sealed, CONTEXT).await.unwrap(),
        "Ada Lovelace, Zoë".as_bytes()
    );
}

#[tokio::test]
async fn a_sealed_text_opens_for_its_person_and_context_only() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let vault = vault(database.pool().await, [1; 32]).await.unwrap();
    let sealed = vault.seal(person(1), CONTEXT, b"Ada").await.unwrap();
    vault.seal(person(2), CONTEXT, b"Grace").await.unwrap();

    assert!(matches!(
        vault.open(&sealed, "webhook.body").await,
        Err(VaultError::DoesNotOpen)
    ));
    let moved = Sealed {
        subject: person(2),
        ..sealed.clone()
    };
    assert!(matches!(
        vault.open(&moved, CONTEXT).await,
        Err(VaultError::DoesNotOpen)
    ));
    let garbled = Sealed {
        ciphertext: "?".to_owned(),
        ..sealed.clone()
    };
    assert!(matches!(
        vault.open(&garbled, CONTEXT).await,
        Err(VaultError::DoesNotOpen)
    ));
    let unknown = Sealed {
        subject: person(3),
        ..sealed
    };
    assert!(matches!(
        vault.open(&unknown, CONTEXT).await,
        Err(VaultError::UnknownSubject)
    ));
}

#[tokio::test]
async fn a_destroyed_key_forgets_the_person_for_good() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let vault = vault(database.pool().await, [1; 32]).await.unwrap();
    let sealed = vault.seal(person(1), CONTEXT, b"Ada").await.unwrap();
    let other = vault.seal(person(2), CONTEXT, b"Grace").await.unwrap();

    assert_eq!(vault.destroy(person(1)).await.unwrap(), Destroyed::Now);
    assert_eq!(vault.destroy(person(1)).await.unwrap(), Destroyed::Before);
    assert!(matches!(
        vault.open(&sealed, CONTEXT).await,
        Err(VaultError::Erased)
    ));
    assert!(matches!(
        vault.seal(person(1), CONTEXT, b"Ada again").await,
        Err(VaultError::Erased)
    ));
    assert_eq!(vault.open(&other, CONTEXT).await.unwrap(), b"Grace");
}

#[tokio::test]
async fn a_person_can_be_forgotten_before_anything_is_known_of_them() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let vault = vault(database.pool().await, [1; 32]).await.unwrap();
    assert_eq!(vault.destroy(person(1)).await.unwrap(), Destroyed::Now);
    assert!(matches!(
        vault.seal(person(1), CONTEXT, b"Ada").await,
        Err(VaultError::Erased)
    ));
}

#[tokio::test]
async fn it_is_seen_whether_there_is_a_key() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let vault = vault(database.pool().await, [1; 32]).await.unwrap();
    assert_eq!(vault.standing(person(1)).await.unwrap(), KeyStanding::Missing);
    vault.seal(person(1), CONTEXT, b"Ada").await.unwrap();
    assert_eq!(vault.standing(person(1)).await.unwrap(), KeyStanding::Held);
    vault.destroy(person(1)).await.unwrap();
    assert_eq!(vault.standing(person(1)).await.unwrap(), KeyStanding::Destroyed);
}

#[tokio::test]
async fn a_key_that_was_read_just_before_it_was_destroyed_does_not_stay_in_memory() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let pool = database.pool().await;
    let vault = vault(pool.clone(), [1; 32]).await.unwrap();
    let sealed = vault.seal(person(1), CONTEXT, b"Ada").await.unwrap();
    let read = store::find(&pool, &person(1).to_string()).await.unwrap();
    let StoredKey::Wrapped(wrapped) = read else {
        panic!("there is a key")
    };
    vault.destroy(person(1)).await.unwrap();
    // Whoever read it goes on only now.
    vault.unwrap_and_cache(person(1), &wrapped).unwrap();
    let opened = vault.open(&sealed, CONTEXT).await;
    assert!(matches!(opened, Err(VaultError::Erased)), "{opened:?}");
}

#[tokio::test]
async fn many_who_seal_for_a_new_person_at_once_use_one_key() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let (one, two) = (
        vault(database.pool().await, [1; 32]).await.unwrap(),
        vault(database.pool().await, [1; 32]).await.unwrap(),
    );
    let mut sealing = tokio::task::JoinSet::new();
    for number in 0..24 {
        let vault = if number % 2 == 0 { one.clone() } else { two.clone() };
        sealing.spawn(async move { vault.seal(person(1), CONTEXT, b"Ada").await.unwrap() });
    }
    let sealed = sealing.join_all().await;

    let third = vault(database.pool().await, [1; 32]).await.unwrap();
    for sealed in sealed {
        assert_eq!(third.open(&sealed, CONTEXT).await.unwrap(), b"Ada");
    }
}

#[tokio::test]
async fn another_master_key_is_refused_at_the_start() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    drop(vault(database.pool().await, [1; 32]).await.unwrap());
    let refused = vault(database.pool().await, [2; 32]).await;
    assert!(matches!(refused, Err(VaultError::WrongMasterKey)), "{refused:?}");
    assert!(vault(database.pool().await, [1; 32]).await.is_ok());
}

#[tokio::test]
async fn neither_key_nor_text_lies_in_the_database_in_plain() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let pool = database.pool().await;
    let vault = vault(pool.clone(), [1; 32]).await.unwrap();
    vault.seal(person(1), CONTEXT, b"Ada").await.unwrap();
    let (wrapped, created): (Vec<u8>, DateTime<Utc>) =
        sqlx::query_as("SELECT wrapped_key, created_at FROM person_keys")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((wrapped.len(), created), (72, DateTime::<Utc>::UNIX_EPOCH));
}
