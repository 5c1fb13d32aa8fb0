//! What is wrong with an order: its lines by line and field, its promotion code, what is known for its tax.

use comptoir_domain::order::{LineProblem, LineRefusal, PlaceError, UpgradeRefusal};
use comptoir_domain::product::OfferUnavailable;
use comptoir_domain::promo::PromoRefusal;
use comptoir_domain::tax::TaxRefusal;

use super::{FieldError, Problem, ProblemKind};

/// Whether a line could be had if the world were different, or is wrong by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    OfTheRequest,
    OfTheMoment,
}

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        let detail = error.to_string();
        let lines = |code| vec![FieldError::at("/lines", code, detail.clone())];
        let (kind, errors) = match &error {
            PlaceError::NoLines => (ProblemKind::InvalidOrder, lines("empty")),
            PlaceError::TooManyLines => (ProblemKind::InvalidOrder, lines("too_many_lines")),
            PlaceError::TooManyUnits => (ProblemKind::InvalidOrder, lines("too_many_units")),
            PlaceError::TotalOutOfRange => (ProblemKind::InvalidOrder, lines("out_of_range")),
            PlaceError::Promotion(refusal) => return promotion(refusal),
            PlaceError::Tax(refusal) => return tax(refusal),
            PlaceError::Lines(problems) => {
                let of_the_moment = problems
                    .iter()
                    .all(|problem| judge(&problem.refusal).1 == Fault::OfTheMoment);
                let kind = if of_the_moment {
                    ProblemKind::OrderUnavailable
                } else {
                    ProblemKind::InvalidOrder
                };
                (kind, problems.iter().map(line_error).collect())
            }
        };
        Self::new(kind).detail(detail).errors(errors)
    }
}

/// The code does not hold: `errors[]` says why, by a code of a fixed list.
fn promotion(refusal: &PromoRefusal) -> Problem {
    let detail = refusal.to_string();
    Problem::new(ProblemKind::PromotionRefused)
        .detail(&*detail)
        .errors([FieldError::at("/promotion_code", refusal.code(), detail)])
}

fn tax(refusal: &TaxRefusal) -> Problem {
    let (pointer, code) = match refusal {
        TaxRefusal::EvidenceMissing => ("/location_evidence", "evidence_missing"),
        TaxRefusal::EvidenceContradictory => ("/location_evidence", "evidence_contradictory"),
        TaxRefusal::VatIdOfAnotherCountry { .. } => ("/billing/vat_id", "vat_id_of_another_country"),
        TaxRefusal::NoRate { .. } => return Problem::new(ProblemKind::Internal).cause(refusal),
    };
    let detail = refusal.to_string();
    Problem::new(ProblemKind::InvalidOrder)
        .detail(&*detail)
        .errors([FieldError::at(pointer, code, detail)])
}

fn line_error(problem: &LineProblem) -> FieldError {
    FieldError::at(
        problem.pointer(),
        judge(&problem.refusal).0,
        problem.refusal.to_string(),
    )
}

fn judge(refusal: &LineRefusal) -> (&'static str, Fault) {
    match refusal {
        LineRefusal::Unavailable(unavailable) => match unavailable {
            OfferUnavailable::UnknownProduct => ("unknown_product", Fault::OfTheRequest),
            OfferUnavailable::UnknownOffer => ("unknown_offer", Fault::OfTheRequest),
            OfferUnavailable::ProductNotOnSale => ("product_not_on_sale", Fault::OfTheMoment),
            OfferUnavailable::OfferWithdrawn => ("offer_withdrawn", Fault::OfTheMoment),
            OfferUnavailable::ExclusiveReserved => ("exclusive_reserved", Fault::OfTheMoment),
            OfferUnavailable::ExclusiveSold => ("exclusive_sold", Fault::OfTheMoment),
        },
        LineRefusal::Upgrade(refusal) => judge_upgrade(refusal),
        LineRefusal::PriceChanged { .. } => ("price_changed", Fault::OfTheMoment),
        LineRefusal::WrongCurrency { .. } => ("wrong_currency", Fault::OfTheRequest),
        LineRefusal::CannotBeInvoiced { .. } => ("cannot_be_invoiced", Fault::OfTheRequest),
        LineRefusal::ExclusiveIsSingle => ("exclusive_is_single", Fault::OfTheRequest),
        LineRefusal::Duplicate { .. } => ("duplicate", Fault::OfTheRequest),
        LineRefusal::ExclusiveWithOthers => ("exclusive_with_others", Fault::OfTheRequest),
        LineRefusal::Quantity(_) | LineRefusal::AmountOutOfRange => ("out_of_range", Fault::OfTheRequest),
    }
}

fn judge_upgrade(refusal: &UpgradeRefusal) -> (&'static str, Fault) {
    match refusal {
        UpgradeRefusal::Unknown => ("unknown_licence", Fault::OfTheRequest),
        UpgradeRefusal::BoughtByAnother => ("bought_by_another", Fault::OfTheRequest),
        UpgradeRefusal::OtherProduct => ("other_product", Fault::OfTheRequest),
        UpgradeRefusal::NotSingle => ("upgrade_is_single", Fault::OfTheRequest),
        UpgradeRefusal::Duplicate { .. } => ("duplicate", Fault::OfTheRequest),
        UpgradeRefusal::OtherCurrency => ("wrong_currency", Fault::OfTheRequest),
        UpgradeRefusal::NotBigger => ("not_bigger", Fault::OfTheRequest),
        UpgradeRefusal::NotDearer => ("not_dearer", Fault::OfTheMoment),
        UpgradeRefusal::NotLive(_) => ("licence_not_live", Fault::OfTheMoment),
        UpgradeRefusal::BeingUpgraded => ("licence_being_upgraded", Fault::OfTheMoment),
        UpgradeRefusal::Contested => ("licence_contested", Fault::OfTheMoment),
    }
}
