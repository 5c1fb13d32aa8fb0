//! What the law makes an invoice say where no tax is charged, with the days for which each wording holds. The law's own
//! language stands first in the file, and translations below it.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::rates::{holds, read};
use crate::document::Locale;
use crate::values::{CountryCode, Line, TaxTreatment};

/// A reference to a law, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LegalReference {
    basis: TaxTreatment,
    /// A state's two letters, or `EU` for the words that hold wherever a state has none of its own here.
    law_of: CountryCode,
    locale: Locale,
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

/// The reference for a treatment on a day: in the words of the supplier's state, or in those of the Union, and in the language
/// of that law.
pub(super) fn legal_reference(
    treatment: TaxTreatment,
    establishment: CountryCode,
    day: NaiveDate,
) -> Option<&'static Line> {
    references(treatment, establishment, day)
        .next()
        .map(|reference| &reference.text)
}

/// The same in the language of a document; in that of the law if it is not translated.
pub(crate) fn exemption_text(
    treatment: TaxTreatment,
    establishment: CountryCode,
    day: NaiveDate,
    locale: Locale,
) -> Option<&'static Line> {
    references(treatment, establishment, day)
        .find(|reference| reference.locale == locale)
        .map(|reference| &reference.text)
        .or_else(|| legal_reference(treatment, establishment, day))
}

/// All languages of the reference: that of the supplier's state, or that of the Union.
fn references(
    treatment: TaxTreatment,
    establishment: CountryCode,
    day: NaiveDate,
) -> impl Iterator<Item = &'static LegalReference> {
    let of_law = move |law_of: CountryCode| {
        REFERENCES.iter().filter(move |reference| {
            reference.basis == treatment
                && reference.law_of == law_of
                && holds(day, reference.valid_from, reference.valid_to)
        })
    };
    let has_own = of_law(establishment).next().is_some();
    of_law(if has_own { establishment } else { CountryCode::EU })
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
    fn a_document_cites_the_law_in_its_own_language() {
        let cited = |establishment, locale| {
            let establishment = CountryCode::try_new(establishment).unwrap();
            let day = "2026-06-01".parse().unwrap();
            let text = exemption_text(TaxTreatment::SmallSellerExemption, establishment, day, locale);
            text.unwrap().as_str()
        };
        assert_eq!(
            cited("FR", Locale::FRENCH),
            "TVA non applicable, art. 293 B du CGI"
        );
        assert!(cited("FR", Locale::ENGLISH).starts_with("VAT not applicable"));
        assert!(cited("DE", Locale::FRENCH).starts_with("TVA non applicable : petite entreprise"));
        let polish = Locale::try_new("pl").unwrap();
        assert_eq!(
            cited("FR", polish),
            cited("FR", Locale::FRENCH),
            "in the law's own language"
        );
    }

    #[test]
    fn every_treatment_without_tax_has_its_words_on_every_day_and_in_every_language() {
        for treatment in [
            TaxTreatment::ReverseCharge,
            TaxTreatment::SmallSellerExemption,
            TaxTreatment::OutsideScope,
        ] {
            for state in super::super::member_states() {
                for day in ["2024-01-01", "2026-08-31", "2026-09-01", "2040-01-01"] {
                    let day = day.parse().unwrap();
                    assert!(legal_reference(treatment, *state, day).is_some());
                    for locale in Locale::all_written() {
                        let of_locale = |reference: &&LegalReference| reference.locale == locale;
                        let texts = references(treatment, *state, day).filter(of_locale).count();
                        assert_eq!(texts, 1, "{treatment:?} {state} {day} {locale:?}");
                    }
                }
            }
        }
    }
}
