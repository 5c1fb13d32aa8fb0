//! Rows of `licences` and `activations`, typed.

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{KeyFacts, LicenceCause, LicenceStanding};
use comptoir_domain::values::{
    ActivationId, KeyDigest, KeyHint, LicenceId, LicenceKind, OfferId, OrderId, PersonId, ProductId, Sealed,
    TermsHash, TermsVersion, Title, UseTerms,
};
use comptoir_ledger::{Position, Revision};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::listing::QueryError;
use crate::text::from_name;

/// A licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceRow {
    /// The licence.
    pub licence_id: LicenceId,
    /// The order it was bought with.
    pub order_id: OrderId,
    /// The line of the order, counted from 0.
    pub line: u32,
    /// The unit of the line, counted from 0.
    pub unit: u32,
    /// Who holds it.
    pub holder_id: PersonId,
    /// Who sold it.
    pub seller_id: PersonId,
    /// The product.
    pub product_id: ProductId,
    /// The offer.
    pub offer_id: OfferId,
    /// The product's title when it was ordered.
    pub title: Title,
    /// What it allows.
    pub kind: LicenceKind,
    /// The seller's name of the wording.
    pub terms_version: TermsVersion,
    /// SHA-256 of the wording.
    pub terms_hash: TermsHash,
    /// How it may be used.
    pub use_terms: UseTerms,
    /// The smaller licence whose price was counted towards it.
    pub upgrade_of: Option<LicenceId>,
    /// The bigger licence that has taken its place.
    pub superseded_by: Option<LicenceId>,
    /// Where it stands, its time apart.
    pub status: LicenceStatus,
    /// Why it is not live, if it is not; the first cause first.
    pub causes: Vec<CauseRow>,
    /// Its key, as far as it is stored.
    pub key: Option<KeyFacts>,
    /// On how many devices it is active.
    pub activations_count: u32,
    /// How many links its files were downloaded by.
    pub accesses_count: u64,
    /// When a file was handed out for the first time.
    pub first_access_at: Option<DateTime<Utc>>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Where the event that issued it stands in the ledger.
    pub issued_position: Position,
    /// The newest event of its stream that this row knows.
    pub revision: Revision,
    /// Where that event stands.
    pub position: Position,
}

impl LicenceRow {
    /// Whether it may be used at a moment: what [`super::query::LicenceFilter`] finds it by.
    pub fn standing(&self, now: DateTime<Utc>) -> LicenceStanding {
        match self.status {
            LicenceStatus::Issued if self.expires_at.is_some_and(|end| end <= now) => {
                LicenceStanding::Expired
            }
            LicenceStatus::Issued => LicenceStanding::Live,
            LicenceStatus::Suspended => LicenceStanding::Suspended,
            LicenceStatus::Superseded => LicenceStanding::Superseded,
            LicenceStatus::Revoked => LicenceStanding::Revoked,
        }
    }
}

/// A cause that stands against a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseRow {
    /// Which.
    #[serde(flatten)]
    pub cause: LicenceCause,
    /// What it does.
    pub bearing: CauseBearing,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// What a cause does to a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseBearing {
    /// It may not be used until something is decided.
    Suspends,
    /// It has ended.
    Revokes,
}

/// A device that uses a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationRow {
    /// The device.
    pub activation_id: ActivationId,
    /// What its owner calls it, sealed with the holder's key.
    pub label: Option<Sealed>,
    /// Since when.
    pub activated_at: DateTime<Utc>,
}

/// Where a licence stands. Whether its time is over is no part of it: that follows from the moment at which one asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenceStatus {
    /// Its holder may use it.
    Issued,
    /// Its holder may not use it until something is decided.
    Suspended,
    /// It has ended: a bigger licence has taken its place.
    Superseded,
    /// It has ended.
    Revoked,
}

impl LicenceStatus {
    /// Every status.
    pub const ALL: &'static [Self] = &[Self::Issued, Self::Suspended, Self::Superseded, Self::Revoked];

    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Suspended => "suspended",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
        }
    }

    /// What stands against a licence comes to this.
    pub(super) fn of(licence: &LicenceRow) -> Self {
        let revokes = |cause: &CauseRow| cause.bearing == CauseBearing::Revokes;
        if licence.causes.iter().any(revokes) {
            Self::Revoked
        } else if licence.superseded_by.is_some() {
            Self::Superseded
        } else if licence.causes.is_empty() {
            Self::Issued
        } else {
            Self::Suspended
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.as_str() == name)
    }
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct LicenceColumns {
    pub(super) id: Uuid,
    pub(super) order_id: Uuid,
    pub(super) line: i32,
    pub(super) unit: i32,
    pub(super) holder_id: Uuid,
    pub(super) seller_id: Uuid,
    pub(super) product_id: Uuid,
    pub(super) offer_id: Uuid,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) terms_version: String,
    pub(super) terms_hash: String,
    pub(super) use_terms: Json<UseTerms>,
    pub(super) upgrade_of: Option<Uuid>,
    pub(super) superseded_by: Option<Uuid>,
    pub(super) status: String,
    pub(super) causes: Json<Vec<CauseRow>>,
    pub(super) key_digest: Option<String>,
    pub(super) key_hint: Option<String>,
    pub(super) key_sealed: Option<Json<Sealed>>,
    pub(super) activations_count: i32,
    pub(super) accesses_count: i64,
    pub(super) first_access_at: Option<DateTime<Utc>>,
    pub(super) issued_at: DateTime<Utc>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) issued_position: i64,
    pub(super) revision: i64,
    pub(super) position: i64,
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct ActivationColumns {
    pub(super) activation_id: Uuid,
    pub(super) label: Option<Json<Sealed>>,
    pub(super) activated_at: DateTime<Utc>,
}

impl From<ActivationColumns> for ActivationRow {
    fn from(columns: ActivationColumns) -> Self {
        Self {
            activation_id: ActivationId::from_uuid(columns.activation_id),
            label: columns.label.map(|Json(label)| label),
            activated_at: columns.activated_at,
        }
    }
}

/// Reads [`LicenceColumns`]: all from `FROM` on, with its arguments.
macro_rules! select_licences {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            LicenceColumns,
            r#"SELECT id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version,
                   terms_hash, use_terms AS "use_terms: _", upgrade_of, superseded_by, status, causes AS "causes: _", key_digest, key_hint,
                   key_sealed AS "key_sealed: _", activations_count, accesses_count, first_access_at, issued_at, expires_at, issued_position, revision,
                   position "# + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_licences;

/// The status column holds a name that no release has written.
#[derive(Debug, thiserror::Error)]
#[error("unknown licence status")]
struct UnknownLicenceStatus;

impl TryFrom<LicenceColumns> for LicenceRow {
    type Error = QueryError;

    fn try_from(columns: LicenceColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("licences", columns.id);
        Ok(Self {
            licence_id: LicenceId::from_uuid(columns.id),
            order_id: OrderId::from_uuid(columns.order_id),
            line: u32::try_from(columns.line).map_err(|error| unreadable(&error))?,
            unit: u32::try_from(columns.unit).map_err(|error| unreadable(&error))?,
            holder_id: PersonId::from_uuid(columns.holder_id),
            seller_id: PersonId::from_uuid(columns.seller_id),
            product_id: ProductId::from_uuid(columns.product_id),
            offer_id: OfferId::from_uuid(columns.offer_id),
            title: from_name(&columns.title).map_err(|error| unreadable(&error))?,
            kind: from_name(&columns.kind).map_err(|error| unreadable(&error))?,
            terms_version: from_name(&columns.terms_version).map_err(|error| unreadable(&error))?,
            terms_hash: from_name(&columns.terms_hash).map_err(|error| unreadable(&error))?,
            use_terms: columns.use_terms.0,
            key: key(columns.key_digest, columns.key_hint, columns.key_sealed)
                .map_err(|error| unreadable(&error))?,
            activations_count: u32::try_from(columns.activations_count)
                .map_err(|error| unreadable(&error))?,
            accesses_count: u64::try_from(columns.accesses_count).map_err(|error| unreadable(&error))?,
            first_access_at: columns.first_access_at,
            expires_at: columns.expires_at,
            upgrade_of: columns.upgrade_of.map(LicenceId::from_uuid),
            superseded_by: columns.superseded_by.map(LicenceId::from_uuid),
            status: LicenceStatus::named(&columns.status).ok_or_else(|| unreadable(&UnknownLicenceStatus))?,
            causes: columns.causes.0,
            issued_at: columns.issued_at,
            issued_position: Position::new(columns.issued_position),
            revision: Revision::new(columns.revision),
            position: Position::new(columns.position),
        })
    }
}

fn key(
    digest: Option<String>,
    hint: Option<String>,
    sealed: Option<Json<Sealed>>,
) -> Result<Option<KeyFacts>, serde::de::value::Error> {
    let (Some(digest), Some(hint)) = (digest, hint) else {
        return Ok(None);
    };
    Ok(Some(KeyFacts {
        digest: from_name::<KeyDigest>(&digest)?,
        hint: from_name::<KeyHint>(&hint)?,
        sealed: sealed.map(|Json(sealed)| sealed),
    }))
}
