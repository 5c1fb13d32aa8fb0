//! Who buys, in the sense of tax law.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::vat_id::VatId;
use crate::values::{CountryCode, Line};

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Customer {
    /// Anybody without a VAT id.
    Consumer,
    /// A business with a VAT id of a member state, right in form and check digits.
    Business {
        /// The id. It may be that of a person, and is sealed before it is stored.
        vat_id: VatId,
        /// What else is known of it.
        check: VatIdCheck,
    },
}

/// Who bought, as the order keeps it: without the id, which stands in the sealed billing details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaxCustomer {
    /// Anybody without a VAT id.
    Consumer,
    /// A business with a VAT id.
    Business {
        /// The member state of the id.
        vat_id_country: CountryCode,
        /// How the id was checked.
        check: VatIdCheck,
    },
}

/// How a VAT id was checked beyond the form of its country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum VatIdCheck {
    /// By its form and check digits alone.
    Form,
    /// By VIES, the Commission's register of VAT ids, which knows it.
    Vies {
        /// When it was asked.
        at: DateTime<Utc>,
        /// The number of the consultation, which proves it, where VIES gave one.
        consultation: Option<Line>,
    },
    /// VIES did not answer: the form and the check digits stand alone until it is asked again.
    ViesUnavailable {
        /// When it was asked.
        at: DateTime<Utc>,
    },
}

impl Customer {
    /// What the order keeps.
    pub fn kept(&self) -> TaxCustomer {
        match self {
            Self::Consumer => TaxCustomer::Consumer,
            Self::Business { vat_id, check } => TaxCustomer::Business {
                vat_id_country: vat_id.country(),
                check: check.clone(),
            },
        }
    }
}
