//! Where the buyer is: the billing country and what else speaks for or against it.

use serde::{Deserialize, Serialize};

use crate::values::CountryCode;

/// A piece of evidence for where the buyer is (Regulation (EU) 282/2011, article 24f).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocationEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Where it points to.
    pub country: CountryCode,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The billing address (24f a).
    BillingAddress,
    /// The IP address of the buyer's device, or another way of geolocation (24f b).
    IpCountry,
    /// The bank that the account is with, or the bank's record of the billing address (24f c).
    BankCountry,
    /// The country that issued the card; an item of the bank's (24f c).
    CardCountry,
    /// The mobile country code of the SIM card (24f d).
    SimCountry,
    /// The land line that the service is supplied through (24f e).
    LandlineCountry,
    /// Other information of commercial relevance (24f f), such as where earlier purchases were paid.
    Other,
}

/// How well it is known where the buyer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceStanding {
    /// Two items or more agree.
    TwoAgree,
    /// There is the billing address alone.
    BillingOnly,
    /// There are several items, and no two of them agree: the billing address decides.
    Contradictory,
    /// The order is older than the record of evidence.
    NotRecorded,
}

/// Where the service is supplied, and by which evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOfSupply {
    /// The country.
    pub country: CountryCode,
    /// How well it is known.
    pub standing: EvidenceStanding,
    /// All that was known, the billing address first, contradicting items included.
    pub evidence: Vec<LocationEvidence>,
}

/// What is known of where the buyer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The country of the billing address.
    pub country: CountryCode,
    /// Its postal code, by which a special territory is recognised.
    pub postal_code: Option<String>,
    /// What else is known: one item of each kind counts, the first one.
    pub evidence: Vec<LocationEvidence>,
}

impl Location {
    /// The most further items a buyer's client may name.
    pub const EVIDENCE_LIMIT: usize = 8;

    /// A billing address of which no more than the country is known.
    pub const fn of_billing(country: CountryCode) -> Self {
        Self {
            country,
            postal_code: None,
            evidence: Vec::new(),
        }
    }

    /// Where the service is supplied: the country that two items agree on, the billing country first among several such;
    /// without two that agree, the billing country.
    pub fn place(&self) -> PlaceOfSupply {
        let mut evidence = vec![LocationEvidence {
            kind: EvidenceKind::BillingAddress,
            country: self.country,
        }];
        for item in &self.evidence {
            if !evidence.iter().any(|known| known.kind == item.kind) {
                evidence.push(*item);
            }
        }
        let agreed = evidence
            .iter()
            .map(|item| item.country)
            .find(|country| evidence.iter().filter(|item| item.country == *country).count() > 1);
        let standing = match (agreed, evidence.len()) {
            (Some(_), _) => EvidenceStanding::TwoAgree,
            (None, 1) => EvidenceStanding::BillingOnly,
            (None, _) => EvidenceStanding::Contradictory,
        };
        PlaceOfSupply {
            country: agreed.unwrap_or(self.country),
            standing,
            evidence,
        }
    }
}
