//! A licence as the API shows it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{HeldLicence, KeyFacts, LicenceCause, LicenceStanding};
use comptoir_domain::values::{
    LicenceId, LicenceKind, OfferId, OrderId, PersonId, ProductId, TermsHash, TermsVersion, Title, UseTerms,
};
use comptoir_engine::Answered;
use comptoir_ledger::Position;
use comptoir_projections::licences::LicenceRow;
use serde::Serialize;

use crate::http::App;
use crate::http::answer::Answer;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::products::body::{LicenceKindName, UseTermsBody};

/// The right a buyer holds for one unit of one line of a paid order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Licence)]
pub(crate) struct LicenceBody {
    /// Its id.
    #[schema(value_type = String, example = "licence_01jd3e8m6xf2r9kq7v5t4w8zab")]
    id: LicenceId,
    /// Where it stands: `issued` while it may be used, `suspended` (a dispute is open), `superseded` (upgraded to a bigger one),
    /// `revoked` (refunded, withdrawn from, or lost to the buyer's bank) or `expired`. What is superseded or revoked may come
    /// back, as the same licence, if that is undone.
    #[schema(example = "issued")]
    status: &'static str,
    /// The order it was bought with.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// The line of the order, counted from 0.
    line: u32,
    /// The unit of the line, counted from 0.
    unit: u32,
    /// Who holds it.
    #[schema(value_type = String)]
    holder_id: PersonId,
    /// Who sold it.
    #[schema(value_type = String)]
    seller_id: PersonId,
    /// The product.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// The offer.
    #[schema(value_type = String)]
    offer_id: OfferId,
    /// The smaller licence whose price was counted towards it.
    #[schema(value_type = Option<String>)]
    upgrade_of: Option<LicenceId>,
    /// The bigger licence that has taken its place.
    #[schema(value_type = Option<String>)]
    superseded_by: Option<LicenceId>,
    /// What stands against it, by name: `refund`, `dispute`, `withdrawal`, `base` (the licence that it is an upgrade of is not
    /// sound) or `resold` (its exclusive right had been given back, and somebody else has it).
    #[schema(value_type = Vec<String>)]
    causes: Vec<&'static str>,
    /// The product's title when it was ordered.
    #[schema(value_type = String)]
    title: Title,
    /// What it allows.
    #[schema(value_type = LicenceKindName)]
    kind: LicenceKind,
    /// The seller's name of the wording.
    #[schema(value_type = String)]
    terms_version: TermsVersion,
    /// SHA-256 of the wording, in hex.
    #[schema(value_type = String)]
    terms_hash: TermsHash,
    /// How it may be used.
    #[schema(value_type = UseTermsBody)]
    use_terms: UseTerms,
    /// Its key: whole for its holder who reads this licence alone, the last group otherwise. `null` for a licence of an earlier
    /// release until its key is rotated.
    #[schema(example = "******-******-******-******-G2081D")]
    key: Option<String>,
    /// Whether the key was erased with its holder's data, so that the last group is all there is; where the whole key would
    /// stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_erased: Option<bool>,
    /// On how many devices it is active.
    activations_count: u64,
    /// When a file of it was downloaded for the first time.
    first_access_at: Option<DateTime<Utc>>,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// When it ends; `null` for never.
    expires_at: Option<DateTime<Utc>>,
    /// The position that it is shown as of, where `as_of` asked for a past moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of_position: Option<i64>,
}

impl LicenceBody {
    /// The licence as the read model has it, at a moment.
    pub(crate) fn of_row(licence: LicenceRow, now: DateTime<Utc>) -> Self {
        Self {
            id: licence.licence_id,
            status: status_of(licence.standing(now)),
            upgrade_of: licence.upgrade_of,
            superseded_by: licence.superseded_by,
            causes: names(licence.causes.iter().map(|row| row.cause)),
            order_id: licence.order_id,
            line: licence.line,
            unit: licence.unit,
            holder_id: licence.holder_id,
            seller_id: licence.seller_id,
            product_id: licence.product_id,
            offer_id: licence.offer_id,
            title: licence.title,
            kind: licence.kind,
            terms_version: licence.terms_version,
            terms_hash: licence.terms_hash,
            use_terms: licence.use_terms,
            key: licence.key.map(|key| key.hint.masked()),
            key_erased: None,
            activations_count: u64::from(licence.activations_count),
            first_access_at: licence.first_access_at,
            issued_at: licence.issued_at,
            expires_at: licence.expires_at,
            as_of_position: None,
        }
    }

    /// The licence as its stream says, at a moment.
    fn of_held(held: &HeldLicence, now: DateTime<Utc>) -> Self {
        let grant = held.grant.clone();
        Self {
            id: grant.licence_id,
            status: status_of(held.standing(now)),
            upgrade_of: grant.upgrade_of,
            superseded_by: held.succession.superseded_by(),
            causes: names(held.causes.keys().copied()),
            order_id: grant.order_id,
            line: grant.line,
            unit: grant.unit,
            holder_id: held.holder_id,
            seller_id: grant.seller_id,
            product_id: grant.product_id,
            offer_id: grant.offer_id,
            title: grant.title,
            kind: grant.kind,
            terms_version: grant.terms_version,
            terms_hash: grant.terms_hash,
            use_terms: grant.use_terms,
            key: held.key.as_ref().map(|key| key.hint.masked()),
            key_erased: None,
            activations_count: u64::try_from(held.activations.len()).unwrap_or(u64::MAX),
            first_access_at: held.first_access_at,
            issued_at: held.issued_at,
            expires_at: held.expires_at,
            as_of_position: None,
        }
    }

    /// Says which past moment it shows.
    pub(super) fn of_moment(self, position: Position) -> Self {
        Self {
            as_of_position: Some(position.get()),
            ..self
        }
    }

    /// Shows the whole key, if it is the holder who reads.
    pub(crate) async fn for_reader(
        mut self,
        app: &App,
        reader: PersonId,
        key: Option<&KeyFacts>,
    ) -> Result<Self, Problem> {
        if reader == self.holder_id
            && let Some(key) = key
        {
            let whole = app.engine().open_licence_key(key).await?;
            self.key_erased = Some(whole.is_none());
            self.key = whole.or(self.key);
        }
        Ok(self)
    }
}

/// What a licence that may be used is called here.
const ISSUED: &str = "issued";

/// A standing, as it is called here.
pub(crate) fn status_of(standing: LicenceStanding) -> &'static str {
    match standing {
        LicenceStanding::Live => ISSUED,
        other @ (LicenceStanding::Suspended
        | LicenceStanding::Revoked
        | LicenceStanding::Superseded
        | LicenceStanding::Expired) => other.as_str(),
    }
}

/// Each name once, in alphabetical order.
fn names(causes: impl Iterator<Item = LicenceCause>) -> Vec<&'static str> {
    let names: BTreeSet<_> = causes.map(LicenceCause::kind).collect();
    names.into_iter().collect()
}

/// The answer to a change of a licence, as its stream says now.
pub(crate) async fn changed(
    app: &App,
    reader: PersonId,
    answered: Answered<Option<HeldLicence>>,
) -> Result<Answer<LicenceBody>, Problem> {
    let held = answered
        .answer
        .ok_or_else(|| Problem::new(ProblemKind::LicenceNotFound))?;
    let body = LicenceBody::of_held(&held, app.now());
    let body = body.for_reader(app, reader, held.key.as_ref()).await?;
    Ok(Answer::ok(body, answered.position).on(answered.occasion))
}
