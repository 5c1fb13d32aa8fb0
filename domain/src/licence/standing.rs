//! Whether a licence may be used now, and why a use is refused.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::cause::Bearing;
use super::state::HeldLicence;
use super::succession::Succession;
use crate::values::{ActivationId, KeyDigest, ProductId};

/// Whether a licence may be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenceStanding {
    /// It may.
    Live,
    /// Not for the time being.
    Suspended,
    /// Not any more: it was taken back.
    Revoked,
    /// Not any more: a bigger licence has taken its place.
    Superseded,
    /// Not any more: its time is over.
    Expired,
}

impl LicenceStanding {
    /// Every standing.
    pub const ALL: [Self; 5] = [
        Self::Live,
        Self::Suspended,
        Self::Revoked,
        Self::Superseded,
        Self::Expired,
    ];

    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
        }
    }
}

/// Why a use by key is refused. The first that holds is named: the sequence of the variants is the precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum UseRefusal {
    /// The key is mistyped: its check symbols are wrong.
    #[error("the key is mistyped")]
    MalformedKey,
    /// No licence has this key, or none has it any more.
    #[error("no licence has this key")]
    UnknownKey,
    /// The licence is for another product.
    #[error("the licence is for another product")]
    OtherProduct,
    /// The licence was taken back.
    #[error("the licence was revoked")]
    Revoked,
    /// The licence was given up for a bigger one.
    #[error("the licence was upgraded to a bigger one")]
    Superseded,
    /// The licence is suspended.
    #[error("the licence is suspended")]
    Suspended,
    /// The licence's time is over.
    #[error("the licence has expired")]
    Expired,
    /// The licence is active on as many devices as it may be.
    #[error("the licence is active on as many devices as it may be")]
    ActivationLimitReached,
    /// The licence is not active on this device.
    #[error("the licence is not active on this device")]
    ActivationUnknown,
}

impl UseRefusal {
    /// Every refusal, the first to be named first.
    pub const PRECEDENCE: [Self; 9] = [
        Self::MalformedKey,
        Self::UnknownKey,
        Self::OtherProduct,
        Self::Revoked,
        Self::Superseded,
        Self::Suspended,
        Self::Expired,
        Self::ActivationLimitReached,
        Self::ActivationUnknown,
    ];

    /// The stable code that programs decide by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedKey => "malformed_key",
            Self::UnknownKey => "unknown_key",
            Self::OtherProduct => "other_product",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::ActivationLimitReached => "activation_limit_reached",
            Self::ActivationUnknown => "activation_unknown",
        }
    }
}

impl HeldLicence {
    /// Whether the licence may be used at a moment. What has ended it goes before what may pass, and both before its time, which
    /// ends with the moment at which it expires.
    pub fn standing(&self, now: DateTime<Utc>) -> LicenceStanding {
        match (self.bearing(), self.succession, self.expires_at) {
            (Some(Bearing::Revokes), _, _) => LicenceStanding::Revoked,
            (_, Succession::Superseded { .. }, _) => LicenceStanding::Superseded,
            (Some(Bearing::Suspends), _, _) => LicenceStanding::Suspended,
            (None, _, Some(end)) if end <= now => LicenceStanding::Expired,
            (None, Succession::Open | Succession::Reserved { .. }, Some(_) | None) => LicenceStanding::Live,
        }
    }

    /// Whether the key is this licence's, and the product the one it is for.
    pub fn check_key(&self, key: KeyDigest, product_id: ProductId) -> Result<(), UseRefusal> {
        if self.key.as_ref().is_none_or(|known| known.digest != key) {
            return Err(UseRefusal::UnknownKey);
        }
        if self.grant.product_id != product_id {
            return Err(UseRefusal::OtherProduct);
        }
        Ok(())
    }

    /// Whether the licence may be used by key now; with a device named, on that device.
    pub fn check_use(
        &self,
        key: KeyDigest,
        product_id: ProductId,
        device: Device,
        now: DateTime<Utc>,
    ) -> Result<(), UseRefusal> {
        self.check_key(key, product_id)?;
        match self.standing(now) {
            LicenceStanding::Revoked => return Err(UseRefusal::Revoked),
            LicenceStanding::Superseded => return Err(UseRefusal::Superseded),
            LicenceStanding::Suspended => return Err(UseRefusal::Suspended),
            LicenceStanding::Expired => return Err(UseRefusal::Expired),
            LicenceStanding::Live => {}
        }
        match device {
            Device::Named(id) if !self.activations.contains_key(&id) => Err(UseRefusal::ActivationUnknown),
            Device::Named(_) | Device::Any => Ok(()),
        }
    }
}

/// The device that a use is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// Whichever.
    Any,
    /// One that the licence must be active on.
    Named(ActivationId),
}
