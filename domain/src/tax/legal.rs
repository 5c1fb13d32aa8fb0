//! What the law makes an invoice say where no tax is charged, with the days for which each wording holds.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::rates::{holds, read};
use crate::values::{CountryCode, Line, TaxTreatment};

/// A reference to a law, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LegalReference {
    basis: TaxTreatment,
    /// A state's two letters, or `EU` for the words that hold wherever a state has none of its own here.
    law_of: CountryCode,
    text: Line,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    /// Where the wording comes from, for whoever reads the file.
    #[serde(rename = "source")]
    _source: Line,
}

static REFERENCES: LazyLock<Vec<LegalReference>> = LazyLock::new(|| {
    read(
        include_str!("../../data/vat_legal_references.json"),
        "vat_legal_references.json",
    )
});

/// The reference for a treatment on a day: in the words of the supplier's state, or in those of the Union.
pub(super) fn legal_reference(
    treatment: TaxTreatment,
    establishment: CountryCode,
    day: NaiveDate,
) -> Option<&'static Line> {
    let by = |law_of: CountryCode| {
        REFERENCES.iter().find(|reference| {
            reference.basis == treatment
                && reference.law_of == law_of
                && holds(day, reference.valid_from, reference.valid_to)
        })
    };
    by(establishment)
        .or_else(|| by(CountryCode::EU))
        .map(|reference| &reference.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(treatment: TaxTreatment, establishment: &str, day: &str) -> &'static str {
        let establishment = CountryCode::try_new(establishment).unwrap();
        legal_reference(treatment, establishment, day.parse().unwrap())
            .unwrap()
            .as_str()
    }

    #[test]
    fn a_french_small_seller_cites_the_code_of_the_day() {
        let exempt = |day| text(TaxTreatment::SmallSellerExemption, "FR", day);
        assert_eq!(exempt("2026-08-31"), "TVA non applicable, art. 293 B du CGI");
        assert_eq!(exempt("2026-09-01"), "TVA non applicable, art. L. 223-1 du CIBS");
    }

    #[test]
    fn a_state_without_words_of_its_own_uses_those_of_the_union() {
        assert!(text(TaxTreatment::ReverseCharge, "DE", "2026-06-01").starts_with("Reverse charge"));
        assert!(text(TaxTreatment::ReverseCharge, "FR", "2026-06-01").starts_with("Autoliquidation"));
        assert!(text(TaxTreatment::OutsideScope, "FR", "2026-06-01").contains("art. 44 and 58"));
    }

    #[test]
    fn every_treatment_without_tax_has_its_words_on_every_day() {
        for treatment in [
            TaxTreatment::ReverseCharge,
            TaxTreatment::SmallSellerExemption,
            TaxTreatment::OutsideScope,
        ] {
            for state in super::super::member_states() {
                for day in ["2024-01-01", "2026-08-31", "2026-09-01", "2040-01-01"] {
                    assert!(legal_reference(treatment, *state, day.parse().unwrap()).is_some());
                }
            }
        }
    }
}
