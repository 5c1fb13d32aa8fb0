//! Personal data is sealed with its person's own key, and forgotten by destroying that key.
//!
//! Names, addresses, e-mails and free text enter events only as [`Sealed`]: XChaCha20-Poly1305 under a key that exists once
//! per subject, in the table `person_keys`, wrapped by the [`MasterKey`] of the configuration. A sealed text is bound to its
//! subject and to a context (such as `order.billing`), so that it opens nowhere else. Once [`Vault::destroy`] has run, every
//! copy of every event still verifies and none of them can be read.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use comptoir_engine::vault::{MasterKey, SystemRandom, Vault, VaultOptions};
//! # use comptoir_ledger::clock::SystemClock;
//! # async fn example(pool: sqlx::PgPool, key: MasterKey, ada: comptoir_domain::values::SubjectId) -> Result<(), Box<dyn std::error::Error>> {
//! let vault = Vault::start(pool, key, VaultOptions::default()).await?;
//! let sealed = vault.seal(ada, "order.billing", b"Ada Lovelace, London").await?;
//! assert_eq!(vault.open(&sealed, "order.billing").await?, b"Ada Lovelace, London");
//! vault.destroy(ada).await?;
//! assert!(vault.open(&sealed, "order.billing").await.is_err());
//! # Ok(()) }
//! ```

mod cipher;
mod error;
mod master_key;
mod random;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use comptoir_domain::values::{Sealed, SubjectId};
use comptoir_ledger::clock::{Clock, SystemClock};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgPool;

use self::cipher::{Cipher, KEY_BYTES};
use self::random::draw;
use self::store::StoredKey;

pub use self::error::VaultError;
pub use self::master_key::{MalformedMasterKey, MasterKey};
pub use self::random::{RandomError, RandomSource, SystemRandom};
pub use self::store::KeyStanding;

/// What the row that recognises the master key holds, once opened.
const CHECK_TEXT: &[u8] = b"comptoir vault";

/// Seals and opens personal data. Cheap to clone; all clones share one cache.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    pool: PgPool,
    master_key: MasterKey,
    random: Arc<dyn RandomSource>,
    clock: Arc<dyn Clock>,
    unwrapped: Cache<SubjectId, Cipher>,
    /// Who was erased lately: a key that was read just before must not get into the memory just after.
    destroyed: Cache<SubjectId, ()>,
}

/// What a vault is made of besides its database and master key.
#[derive(Clone)]
pub struct VaultOptions {
    /// Where keys and nonces come from.
    pub random: Arc<dyn RandomSource>,
    /// What time it is when a key is made or destroyed.
    pub clock: Arc<dyn Clock>,
    /// How many unwrapped keys stay in memory.
    pub cached_keys_max: u64,
    /// How long an unwrapped key stays in memory. A key destroyed by another node is forgotten here within this time at
    /// the latest, even if this node never hears of it.
    pub cached_key_age_max: Duration,
}

impl Default for VaultOptions {
    fn default() -> Self {
        Self {
            random: Arc::new(SystemRandom),
            clock: Arc::new(SystemClock),
            cached_keys_max: 20_000,
            cached_key_age_max: Duration::from_mins(1),
        }
    }
}

/// What destroying a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destroyed {
    /// What was sealed for the subject is unreadable from now on.
    Now,
    /// It had been destroyed before.
    Before,
}

impl Vault {
    /// Opens the vault, and refuses to if the database's keys were wrapped with another master key.
    pub async fn start(
        pool: PgPool,
        master_key: MasterKey,
        options: VaultOptions,
    ) -> Result<Self, VaultError> {
        let candidate = master_key
            .0
            .seal(options.random.as_ref(), CHECK_TEXT, CHECK_TEXT)?;
        let row = store::check_row(&pool, &candidate).await?;
        master_key
            .0
            .open(CHECK_TEXT, &row)
            .map_err(|_| VaultError::WrongMasterKey)?;
        let unwrapped = memory(&options);
        let destroyed = memory(&options);
        let VaultOptions { random, clock, .. } = options;
        Ok(Self {
            inner: Arc::new(Inner {
                pool,
                master_key,
                random,
                clock,
                unwrapped,
                destroyed,
            }),
        })
    }

    /// Seals `plaintext` with the subject's key, which is made if it is the first time. When this returns, the key is
    /// durable.
    pub async fn seal(
        &self,
        subject: SubjectId,
        context: &str,
        plaintext: &[u8],
    ) -> Result<Sealed, VaultError> {
        let key = self.key_for_sealing(subject).await?;
        let bytes = key.seal(self.inner.random.as_ref(), &binding(subject, context), plaintext)?;
        Ok(Sealed {
            subject,
            ciphertext: STANDARD_NO_PAD.encode(bytes),
        })
    }

    /// Seals a value as JSON.
    pub async fn seal_json<T: Serialize + Sync>(
        &self,
        subject: SubjectId,
        context: &str,
        value: &T,
    ) -> Result<Sealed, VaultError> {
        let plaintext = serde_json::to_vec(value).map_err(VaultError::NotJson)?;
        self.seal(subject, context, &plaintext).await
    }

    /// Opens what was sealed for the same context; [`VaultError::Erased`] once the subject's key is destroyed.
    pub async fn open(&self, sealed: &Sealed, context: &str) -> Result<Vec<u8>, VaultError> {
        let subject = sealed.subject;
        let key = match self.inner.unwrapped.get(&subject) {
            Some(key) => key,
            None => match store::find(&self.inner.pool, &subject.to_string()).await? {
                StoredKey::Wrapped(wrapped) => self.unwrap_and_cache(subject, &wrapped)?,
                StoredKey::Destroyed => return Err(VaultError::Erased),
                StoredKey::Missing => return Err(VaultError::UnknownSubject),
            },
        };
        let bytes = STANDARD_NO_PAD
            .decode(&sealed.ciphertext)
            .map_err(|_| VaultError::DoesNotOpen)?;
        key.open(&binding(subject, context), &bytes)
            .map_err(|_| VaultError::DoesNotOpen)
    }

    /// Opens a value that was sealed by [`Vault::seal_json`].
    pub async fn open_json<T: DeserializeOwned>(
        &self,
        sealed: &Sealed,
        context: &str,
    ) -> Result<T, VaultError> {
        let plaintext = self.open(sealed, context).await?;
        serde_json::from_slice(&plaintext).map_err(VaultError::UnexpectedContent)
    }

    /// Forgets a person: everything ever sealed for the subject becomes unreadable, in this database and in every copy of
    /// its events. It cannot be undone, and the subject never gets a new key.
    pub async fn destroy(&self, subject: SubjectId) -> Result<Destroyed, VaultError> {
        self.inner.destroyed.insert(subject, ());
        let destroyed = store::destroy(&self.inner.pool, &subject.to_string(), self.inner.clock.now()).await;
        self.inner.unwrapped.invalidate(&subject);
        Ok(if destroyed? {
            Destroyed::Now
        } else {
            Destroyed::Before
        })
    }

    /// Whether there is a key for the subject, as the database has it now.
    pub async fn standing(&self, subject: SubjectId) -> Result<KeyStanding, VaultError> {
        Ok(store::standing(&self.inner.pool, &subject.to_string()).await?)
    }

    /// A key for one purpose, derived from the master key: the same on every node.
    pub fn derived_key(&self, purpose: &str) -> [u8; KEY_BYTES] {
        self.inner.master_key.derive(purpose)
    }

    /// Bytes that nobody can foresee.
    pub(crate) fn draw<const N: usize>(&self) -> Result<[u8; N], VaultError> {
        Ok(draw::<N>(self.inner.random.as_ref())?)
    }

    async fn key_for_sealing(&self, subject: SubjectId) -> Result<Cipher, VaultError> {
        if let Some(key) = self.inner.unwrapped.get(&subject) {
            return Ok(key);
        }
        let stored = match store::find(&self.inner.pool, &subject.to_string()).await? {
            StoredKey::Missing => self.make_key(subject).await?,
            found @ (StoredKey::Wrapped(_) | StoredKey::Destroyed) => found,
        };
        match stored {
            StoredKey::Wrapped(wrapped) => self.unwrap_and_cache(subject, &wrapped),
            StoredKey::Destroyed => Err(VaultError::Erased),
            StoredKey::Missing => Err(VaultError::UnknownSubject),
        }
    }

    /// Of two who make a key for one subject at once, both end up with the one that was stored first.
    async fn make_key(&self, subject: SubjectId) -> Result<StoredKey, VaultError> {
        let Inner {
            pool,
            master_key,
            random,
            clock,
            ..
        } = self.inner.as_ref();
        let key = draw::<KEY_BYTES>(random.as_ref())?;
        let wrapped = master_key.0.seal(random.as_ref(), &wrapping(subject), &key)?;
        if store::insert(pool, &subject.to_string(), &wrapped, clock.now()).await? {
            return Ok(StoredKey::Wrapped(wrapped));
        }
        Ok(store::find(pool, &subject.to_string()).await?)
    }

    fn unwrap_and_cache(&self, subject: SubjectId, wrapped: &[u8]) -> Result<Cipher, VaultError> {
        let bytes = self
            .inner
            .master_key
            .0
            .open(&wrapping(subject), wrapped)
            .map_err(|_| VaultError::WrongMasterKey)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| VaultError::DoesNotOpen)?;
        let key = Cipher::new(&bytes);
        self.inner.unwrapped.insert(subject, key.clone());
        if self.inner.destroyed.contains_key(&subject) {
            self.inner.unwrapped.invalidate(&subject);
        }
        Ok(key)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Vault").finish_non_exhaustive()
    }
}

/// What is remembered of so many subjects for so long; of the least lately used nothing, once there are more.
fn memory<T: Clone + Send + Sync + 'static>(options: &VaultOptions) -> Cache<SubjectId, T> {
    Cache::builder()
        .eviction_policy(EvictionPolicy::lru())
        .max_capacity(options.cached_keys_max)
        .time_to_live(options.cached_key_age_max)
        .build()
}

/// What a sealed text belongs to. A subject holds no space, so that no two pairs read the same.
fn binding(subject: SubjectId, context: &str) -> Vec<u8> {
    format!("comptoir sealed v1 {subject} {context}").into_bytes()
}

/// What a wrapped key belongs to.
fn wrapping(subject: SubjectId) -> Vec<u8> {
    format!("comptoir person key v1 {subject}").into_bytes()
}
