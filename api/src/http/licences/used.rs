//! What a program is told about the use of a licence.

use chrono::{DateTime, Utc};
use comptoir_domain::licence::UseRefusal;
use comptoir_domain::values::{ActivationId, LicenceId, LicenceKind, ProductId};
use comptoir_engine::{LicenceInUse, LicenceUse};
use comptoir_ledger::Position;
use serde::Serialize;

use crate::http::answer::Answer;
use crate::http::products::body::LicenceKindName;

/// Whether a licence may be used. Programs decide by `code`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LicenceUse)]
pub(crate) struct LicenceUseBody {
    /// Whether it may.
    allowed: bool,
    /// `valid`, `activated` or `deactivated`; or, the first of these that holds: `malformed_key`, `unknown_key`,
    /// `other_product`, `revoked`, `superseded`, `suspended`, `expired`, `activation_limit_reached`, `activation_unknown`.
    #[schema(example = "valid")]
    code: &'static str,
    /// The same in words.
    detail: String,
    /// The device: to be kept, and shown when it is validated or deactivated.
    #[schema(value_type = Option<String>, example = "activation_01jd3e8m6xf2r9kq7v5t4w8zab")]
    activation_id: Option<ActivationId>,
    /// The licence; `null` where the key is not known or the product another one.
    licence: Option<LicenceInUseBody>,
}

/// What whoever has the key may know of a licence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LicenceInUse)]
struct LicenceInUseBody {
    /// Its id.
    #[schema(value_type = String)]
    id: LicenceId,
    /// The product.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// What it allows.
    #[schema(value_type = LicenceKindName)]
    kind: LicenceKind,
    /// `live`, `suspended`, `superseded`, `revoked` or `expired`.
    standing: &'static str,
    /// When it ends; `null` for never.
    expires_at: Option<DateTime<Utc>>,
    /// On how many devices it is active.
    activations_count: usize,
    /// On how many it may be.
    activations_max: usize,
}

impl From<LicenceInUse> for LicenceInUseBody {
    fn from(licence: LicenceInUse) -> Self {
        Self {
            id: licence.licence_id,
            product_id: licence.product_id,
            kind: licence.kind,
            standing: licence.standing.as_str(),
            expires_at: licence.expires_at,
            activations_count: licence.activations,
            activations_max: licence.activations_max,
        }
    }
}

/// What an accepted use is called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Accepted {
    Valid,
    Activated,
    Deactivated,
}

impl Accepted {
    const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Activated => "activated",
            Self::Deactivated => "deactivated",
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::Valid => "the licence may be used",
            Self::Activated => "the licence is active on this device",
            Self::Deactivated => "the licence is not active on this device any more",
        }
    }
}

/// The answer to a use that the engine was asked about.
pub(super) fn answer(accepted: Accepted, used: &LicenceUse) -> Answer<LicenceUseBody> {
    let licence = used.licence.map(LicenceInUseBody::from);
    let body = match used.outcome {
        Ok(activation_id) => LicenceUseBody {
            allowed: true,
            code: accepted.code(),
            detail: accepted.detail().to_owned(),
            activation_id,
            licence,
        },
        Err(refusal) => LicenceUseBody {
            licence,
            ..refused(refusal)
        },
    };
    Answer::ok(body, used.position)
}

/// The answer to a key that leads to no licence.
pub(super) fn answer_refused(refusal: UseRefusal, position: Position) -> Answer<LicenceUseBody> {
    Answer::ok(refused(refusal), position)
}

fn refused(refusal: UseRefusal) -> LicenceUseBody {
    LicenceUseBody {
        allowed: false,
        code: refusal.as_str(),
        detail: refusal.to_string(),
        activation_id: None,
        licence: None,
    }
}
