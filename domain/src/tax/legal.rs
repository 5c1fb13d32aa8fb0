//! What the law makes an invoice say where no tax is charged, with the days for which each wording holds: the
//! `legal_references` of each file of `data/locales/`.

use chrono::NaiveDate;
use serde::Deserialize;

use super::rates::holds;
use crate::locale::{Locale, LocaleFile};
use crate::values::{CountryCode, Line, TaxTreatment};

/// A reference to a law, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LegalReference {
    pub(crate) basis: TaxTreatment,
    /// A state's two letters, or `EU` for the words that hold wherever a state has none of its own here.
    pub(crate) law_of: CountryCode,
    pub(crate) text: Line,
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_to: Option<NaiveDate>,
    /// Where the wording comes from, for whoever reads the file.
    #[serde(rename = "source")]
    _source: Line,
}

/// The reference for a treatment on a day: in the words of the supplier's state, or in those of the Union, and in the language
/// of that law.
pub(super) fn legal_reference(
    treatment: TaxTreatment,
    establishment: CountryCode,
    day: NaiveDate,
) -> Option<&'static Line> {
    let law_of = law(treatment, establishment, day)?;
    let own = LocaleFile::all().find(|(_, file)| file.laws.contains(&law_of));
    let file = own.map_or_else(|| Locale::ENGLISH.file(), |(_, file)| file);
    text(file, treatment, law_of, day)
}

/// The same in the language of a document, which is one that documents are written in.
pub(crate) fn exemption_text(
    treatment: TaxTreatment,
    establishment: CountryCode,
    day: NaiveDate,
    locale: Locale,
) -> Option<&'static Line> {
    let law_of = law(treatment, establishment, day)?;
    text(locale.file(), treatment, law_of, day)
}

/// Whose law is cited: that of the supplier's state, or that of the Union where the state has no words of its own here.
fn law(treatment: TaxTreatment, establishment: CountryCode, day: NaiveDate) -> Option<CountryCode> {
    let has_words = |law_of: &CountryCode| text(Locale::ENGLISH.file(), treatment, *law_of, day).is_some();
    [establishment, CountryCode::EU].into_iter().find(has_words)
}

fn text(
    file: &'static LocaleFile,
    treatment: TaxTreatment,
    law_of: CountryCode,
    day: NaiveDate,
) -> Option<&'static Line> {
    let says = |reference: &&LegalReference| {
        reference.basis == treatment
            && reference.law_of == law_of
            && holds(day, reference.valid_from, reference.valid_to)
    };
    file.legal_references
        .iter()
        .find(says)
        .map(|reference| &reference.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(treatment: TaxTreatment, establishment: &str, day: &str) -> &'static str {
        let establishment = CountryCode::try_new(establishment).unwrap();
        legal_reference(treatment, establishment, day.parse().unwrap())
            .unwrap()
            .as_str()
    }

    #[test]
    fn a_french_small_seller_cites_the_code_of_the_day() {
        let exempt = |day| reference(TaxTreatment::SmallSellerExemption, "FR", day);
        assert_eq!(exempt("2026-08-31"), "TVA non applicable, art. 293 B du CGI");
        assert_eq!(exempt("2026-09-01"), "TVA non applicable, art. L. 223-1 du CIBS");
    }

    #[test]
    fn a_state_without_words_of_its_own_uses_those_of_the_union() {
        assert!(reference(TaxTreatment::ReverseCharge, "DE", "2026-06-01").starts_with("Reverse charge"));
        assert!(reference(TaxTreatment::ReverseCharge, "FR", "2026-06-01").starts_with("Autoliquidation"));
        assert!(reference(TaxTreatment::OutsideScope, "FR", "2026-06-01").contains("art. 44 and 58"));
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
        assert_eq!(cited("FR", polish), cited("FR", Locale::ENGLISH));
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
                    for (locale, file) in LocaleFile::all() {
                        let law_of = law(treatment, *state, day).unwrap();
                        let says = |row: &&LegalReference| {
                            (row.basis, row.law_of) == (treatment, law_of)
                                && holds(day, row.valid_from, row.valid_to)
                        };
                        let texts = file.legal_references.iter().filter(says).count();
                        assert_eq!(texts, 1, "{treatment:?} {state} {day} {locale:?}");
                    }
                }
            }
        }
    }
}
