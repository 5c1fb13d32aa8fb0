//! The file of rules: TOML, or JSON of the same shape. Whatever in it is not understood is refused, with its line.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use comptoir_domain::promo::Benefit;
use comptoir_domain::values::{BasisPoints, CountryCode, Currency, Money, PromoCode, TaxCategory};
use serde::Deserialize;

/// Rules that differ from those that held. What is not said stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, try_from = "RawRules")]
pub struct Rules {
    /// How long sellers can send money back.
    pub(super) refund_window: Option<RefundWindowRule>,
    /// What the platform keeps of a sale.
    pub(super) platform_fee: Option<FeeRule>,
    /// Other rates of VAT.
    pub(super) vat: Vec<VatRule>,
    /// Other terms of promotions.
    pub(super) promotion: Vec<PromotionRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    refund_window: Option<RefundWindowRule>,
    platform_fee: Option<FeeRule>,
    #[serde(default)]
    vat: Vec<VatRule>,
    #[serde(default)]
    promotion: Vec<PromotionRule>,
}

/// How long sellers can send money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefundWindowRule {
    /// Days after the money has arrived.
    pub(super) seller_days: u16,
}

/// What the platform keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeRule {
    /// Of what is kept of a sale.
    pub(super) basis_points: BasisPoints,
    /// Whether the tax in it counts.
    #[serde(default)]
    pub(super) of: FeeBase,
}

/// Of which amount a fee is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FeeBase {
    /// What is kept, tax included.
    #[default]
    Gross,
    /// What is kept, without its tax.
    Net,
}

/// Another rate of VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "RawVatRule")]
pub(super) struct VatRule {
    pub(super) country: CountryCode,
    pub(super) category: TaxCategory,
    pub(super) rate_basis_points: BasisPoints,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVatRule {
    country: CountryCode,
    #[serde(default = "standard")]
    category: TaxCategory,
    rate_basis_points: BasisPoints,
    from: Option<Day>,
    until: Option<Day>,
}

/// A day, written as a string.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Day(NaiveDate);

/// Other terms of a promotion.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "RawPromotionRule")]
pub(super) struct PromotionRule {
    pub(super) code: PromoCode,
    pub(super) benefit: Option<Benefit>,
    pub(super) minimum: Option<Money>,
    pub(super) uses_max: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPromotionRule {
    code: PromoCode,
    percent_basis_points: Option<BasisPoints>,
    amount_minor: Option<i64>,
    minimum_minor: Option<i64>,
    currency: Option<Currency>,
    uses_max: Option<u32>,
}

const fn standard() -> TaxCategory {
    TaxCategory::Standard
}

impl TryFrom<String> for Day {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
            .map(Self)
            .map_err(|_| "a day is written \"2026-03-01\"")
    }
}

impl TryFrom<RawVatRule> for VatRule {
    type Error = &'static str;

    fn try_from(raw: RawVatRule) -> Result<Self, &'static str> {
        let from = raw.from.map_or(NaiveDate::MIN, |day| day.0);
        let until = raw.until.map_or(NaiveDate::MAX, |day| day.0);
        if until < from {
            return Err("`until` is before `from`");
        }
        Ok(Self {
            country: raw.country,
            category: raw.category,
            rate_basis_points: raw.rate_basis_points,
            from,
            until,
        })
    }
}

impl TryFrom<RawPromotionRule> for PromotionRule {
    type Error = &'static str;

    fn try_from(raw: RawPromotionRule) -> Result<Self, &'static str> {
        let money = |minor: Option<i64>| match (minor, raw.currency) {
            (None, _) => Ok(None),
            (Some(minor), _) if minor < 0 => Err("an amount is not negative"),
            (Some(minor), Some(currency)) => Ok(Some(Money::new(minor, currency))),
            (Some(_), None) => Err("an amount needs its `currency`"),
        };
        let benefit = match (raw.percent_basis_points, money(raw.amount_minor)?) {
            (Some(_), Some(_)) => return Err("`percent_basis_points` and `amount_minor` exclude each other"),
            (Some(basis_points), None) => Some(Benefit::Percent { basis_points }),
            (None, Some(amount)) => Some(Benefit::Fixed { amount }),
            (None, None) => None,
        };
        let minimum = money(raw.minimum_minor)?;
        if benefit.is_none() && minimum.is_none() && raw.uses_max.is_none() {
            return Err(
                "a rule says `percent_basis_points`, `amount_minor`, `minimum_minor` or `uses_max`, and this one none of them",
            );
        }
        Ok(Self {
            code: raw.code,
            benefit,
            minimum,
            uses_max: raw.uses_max,
        })
    }
}

impl TryFrom<RawRules> for Rules {
    type Error = String;

    fn try_from(raw: RawRules) -> Result<Self, String> {
        for (index, rule) in raw.vat.iter().enumerate() {
            let overlaps = |other: &VatRule| {
                (other.country, other.category) == (rule.country, rule.category)
                    && other.from <= rule.until
                    && rule.from <= other.until
            };
            if raw.vat[..index].iter().any(overlaps) {
                return Err(format!(
                    "two rules of VAT hold in {} on the same day",
                    rule.country
                ));
            }
        }
        let mut codes = BTreeSet::new();
        if let Some(twice) = raw.promotion.iter().find(|rule| !codes.insert(&rule.code)) {
            return Err(format!("two rules are about the promotion {}", twice.code));
        }
        Ok(Self {
            refund_window: raw.refund_window,
            platform_fee: raw.platform_fee,
            vat: raw.vat,
            promotion: raw.promotion,
        })
    }
}

/// How a file of rules is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesFormat {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

/// Why a file of rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// As TOML.
    #[error("the rules cannot be used: {0}")]
    Toml(#[from] Box<toml::de::Error>),
    /// As JSON.
    #[error("the rules cannot be used: {0}")]
    Json(#[from] serde_json::Error),
}

impl Rules {
    /// Reads rules. What is wrong with them is told with its line.
    pub fn parse(text: &str, format: RulesFormat) -> Result<Self, RulesError> {
        match format {
            RulesFormat::Toml => toml::from_str(text).map_err(|error| RulesError::Toml(Box::new(error))),
            RulesFormat::Json => Ok(serde_json::from_str(text)?),
        }
    }
}
