//! What is wrong with the lines of an order, by line and field.

use comptoir_domain::order::{LineProblem, LineRefusal, PlaceError};
use comptoir_domain::product::OfferUnavailable;

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
        LineRefusal::PriceChanged { .. } => ("price_changed", Fault::OfTheMoment),
        LineRefusal::WrongCurrency { .. } => ("wrong_currency", Fault::OfTheRequest),
        LineRefusal::ExclusiveIsSingle => ("exclusive_is_single", Fault::OfTheRequest),
        LineRefusal::Duplicate { .. } => ("duplicate", Fault::OfTheRequest),
        LineRefusal::ExclusiveWithOthers => ("exclusive_with_others", Fault::OfTheRequest),
        LineRefusal::Quantity(_) | LineRefusal::AmountOutOfRange => ("out_of_range", Fault::OfTheRequest),
    }
}
