//! From what a buyer asks for to a priced order: every offer checked and copied, every amount computed.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::Order;
use super::command::Availability;
use super::line::OrderLine;
use super::state::OrderFacts;
use crate::product::{OfferSnapshot, OfferUnavailable, ProductState};
use crate::values::{
    Currency, LicenceKind, Money, OfferId, OrderId, ProductId, Quantity, QuantityError, TaxSettings,
};

/// What a buyer asks for, before any check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRequest {
    /// The product.
    pub product_id: ProductId,
    /// One of its offers.
    pub offer_id: OfferId,
    /// How many units, as the request says.
    pub quantity: i64,
    /// The price of one unit, in minor units, that the buyer was shown; another price now refuses the line.
    pub expected_unit_price_minor: Option<i64>,
}

/// Lines and totals that hold: made by [`price_lines`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedOrder {
    lines: Vec<OrderLine>,
    total: Money,
    tax_total: Money,
}

impl PricedOrder {
    /// The lines, in the order of the request.
    pub fn lines(&self) -> &[OrderLine] {
        &self.lines
    }

    /// The lines, for the event.
    pub(super) fn into_lines(self) -> Vec<OrderLine> {
        self.lines
    }

    /// What there is to pay, tax included.
    pub const fn total(&self) -> Money {
        self.total
    }

    /// The tax inside the total.
    pub const fn tax_total(&self) -> Money {
        self.tax_total
    }
}

/// Why an order cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// There are no lines.
    #[error("an order needs at least one line")]
    NoLines,
    /// There are too many lines.
    #[error("an order has at most {limit} lines", limit = Order::LINES_LIMIT)]
    TooManyLines,
    /// The lines hold too many units together.
    #[error("an order has at most {limit} units over all its lines", limit = Order::UNITS_LIMIT)]
    TooManyUnits,
    /// The amounts do not add up to a number that fits.
    #[error("the total of the order is out of range")]
    TotalOutOfRange,
    /// Some lines are refused: all of them are named.
    #[error("{} of the lines cannot be ordered", .0.len())]
    Lines(Vec<LineProblem>),
}

/// Why a line is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {refusal}")]
pub struct LineProblem {
    /// Which line, counted from 0.
    pub line: usize,
    /// Which part of it.
    pub field: LineField,
    /// What is wrong with it.
    pub refusal: LineRefusal,
}

impl LineProblem {
    /// The JSON pointer (RFC 6901) to the part of the request that is wrong, such as `/lines/0/quantity`.
    pub fn pointer(&self) -> String {
        format!("/lines/{}/{}", self.line, self.field.as_str())
    }
}

/// The part of a line that a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineField {
    /// `product_id`.
    Product,
    /// `offer_id`.
    Offer,
    /// `quantity`.
    Quantity,
    /// `expected_unit_price`.
    ExpectedUnitPrice,
}

impl LineField {
    /// The field's name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product_id",
            Self::Offer => "offer_id",
            Self::Quantity => "quantity",
            Self::ExpectedUnitPrice => "expected_unit_price",
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LineRefusal {
    /// The offer cannot be had.
    #[error("{0}")]
    Unavailable(OfferUnavailable),
    /// The offer is in another currency than the order.
    #[error("the offer is priced in {offered}")]
    WrongCurrency {
        /// The offer's currency.
        offered: Currency,
    },
    /// The quantity is out of range.
    #[error("the quantity {0}")]
    Quantity(QuantityError),
    /// An exclusive licence is sold once.
    #[error("an exclusive licence can only be ordered once")]
    ExclusiveIsSingle,
    /// An earlier line has the same offer.
    #[error("line {first} has the same offer")]
    Duplicate {
        /// The earlier line, counted from 0.
        first: usize,
    },
    /// An earlier or later line of the same order takes the product for itself alone.
    #[error("an exclusive licence excludes other licences of the same product in one order")]
    ExclusiveWithOthers,
    /// The price is not the one the buyer was shown.
    #[error("the price is now {now}")]
    PriceChanged {
        /// The price of one unit now.
        now: Money,
    },
    /// The line's amount does not fit.
    #[error("the amount of the line is out of range")]
    AmountOutOfRange,
}

/// Checks what a buyer asks for against the products as they stand, and prices it. The product states must be those
/// whose revisions the append checks. All lines with problems are named, one problem each.
pub fn price_lines(
    order_id: OrderId,
    requests: &[LineRequest],
    currency: Currency,
    products: &BTreeMap<ProductId, ProductState>,
    tax: TaxSettings,
) -> Result<PricedOrder, PlaceError> {
    if requests.is_empty() {
        return Err(PlaceError::NoLines);
    }
    if requests.len() > Order::LINES_LIMIT {
        return Err(PlaceError::TooManyLines);
    }
    let (mut lines, mut problems) = (Vec::with_capacity(requests.len()), Vec::new());
    for (line, request) in requests.iter().enumerate() {
        let priced = refuse_duplicate(&requests[..line], request)
            .and_then(|()| snapshot(order_id, request, products))
            .and_then(|snapshot| price_line(request, snapshot, currency, tax));
        match priced {
            Ok(priced) => lines.push(priced),
            Err((field, refusal)) => problems.push(LineProblem { line, field, refusal }),
        }
    }
    if problems.is_empty() {
        problems = exclusive_with_others(&lines);
    }
    if !problems.is_empty() {
        return Err(PlaceError::Lines(problems));
    }
    add_up(lines, currency)
}

/// Whether everything in a closed order can still be had: each offer still open in a product on sale that nobody else
/// has alone. The price agreed then still holds.
pub fn availability(order: &OrderFacts, products: &BTreeMap<ProductId, ProductState>) -> Availability {
    let to_be_had = |line: &OrderLine| {
        products
            .get(&line.product_id)
            .is_some_and(|product| product.orderable(line.offer_id, order.order_id).is_ok())
    };
    if order.lines.iter().all(to_be_had) {
        Availability::StillToBeHad
    } else {
        Availability::Gone
    }
}

type Refused = (LineField, LineRefusal);

fn refuse_duplicate(earlier: &[LineRequest], request: &LineRequest) -> Result<(), Refused> {
    let same =
        |other: &LineRequest| other.product_id == request.product_id && other.offer_id == request.offer_id;
    match earlier.iter().position(same) {
        Some(first) => Err((LineField::Offer, LineRefusal::Duplicate { first })),
        None => Ok(()),
    }
}

fn snapshot(
    order_id: OrderId,
    request: &LineRequest,
    products: &BTreeMap<ProductId, ProductState>,
) -> Result<OfferSnapshot, Refused> {
    let unavailable = |reason| {
        let field = match reason {
            OfferUnavailable::UnknownProduct
            | OfferUnavailable::ProductNotOnSale
            | OfferUnavailable::ExclusiveReserved
            | OfferUnavailable::ExclusiveSold => LineField::Product,
            OfferUnavailable::UnknownOffer | OfferUnavailable::OfferWithdrawn => LineField::Offer,
        };
        (field, LineRefusal::Unavailable(reason))
    };
    let product = products
        .get(&request.product_id)
        .ok_or(OfferUnavailable::UnknownProduct)
        .map_err(unavailable)?;
    product.orderable(request.offer_id, order_id).map_err(unavailable)
}

fn price_line(
    request: &LineRequest,
    snapshot: OfferSnapshot,
    currency: Currency,
    tax: TaxSettings,
) -> Result<OrderLine, Refused> {
    let OfferSnapshot {
        product_id,
        offer_id,
        seller_id,
        title,
        offer,
    } = snapshot;
    if offer.price.currency != currency {
        return Err((
            LineField::Offer,
            LineRefusal::WrongCurrency {
                offered: offer.price.currency,
            },
        ));
    }
    let quantity = Quantity::try_new(request.quantity)
        .map_err(|error| (LineField::Quantity, LineRefusal::Quantity(error)))?;
    if offer.kind == LicenceKind::Exclusive && quantity != Quantity::ONE {
        return Err((LineField::Quantity, LineRefusal::ExclusiveIsSingle));
    }
    if request
        .expected_unit_price_minor
        .is_some_and(|expected| expected != offer.price.amount)
    {
        return Err((
            LineField::ExpectedUnitPrice,
            LineRefusal::PriceChanged { now: offer.price },
        ));
    }
    let out_of_range = |_| (LineField::Quantity, LineRefusal::AmountOutOfRange);
    let total = offer.price.times(quantity.get()).map_err(out_of_range)?;
    let tax = tax.facts_for(offer.tax_category);
    let tax_amount = tax.tax_in(total).map_err(out_of_range)?;
    Ok(OrderLine {
        product_id,
        offer_id,
        seller_id,
        title,
        licence_kind: offer.kind,
        terms_version: offer.terms_version,
        terms_hash: offer.terms_hash,
        unit_price: offer.price,
        quantity,
        total,
        tax_amount,
        tax,
    })
}

/// Buying a product alone and once more in the same order is a mistake, not a wish.
fn exclusive_with_others(lines: &[OrderLine]) -> Vec<LineProblem> {
    let alone: BTreeSet<ProductId> = lines
        .iter()
        .filter(|line| line.licence_kind == LicenceKind::Exclusive)
        .map(|line| line.product_id)
        .collect();
    let mut seen = BTreeSet::new();
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !seen.insert(line.product_id) && alone.contains(&line.product_id))
        .map(|(line, _)| LineProblem {
            line,
            field: LineField::Offer,
            refusal: LineRefusal::ExclusiveWithOthers,
        })
        .collect()
}

fn add_up(lines: Vec<OrderLine>, currency: Currency) -> Result<PricedOrder, PlaceError> {
    let units: u32 = lines.iter().map(|line| line.quantity.get()).sum();
    if units > Order::UNITS_LIMIT {
        return Err(PlaceError::TooManyUnits);
    }
    let sum = |amounts: Vec<Money>| Money::sum(currency, amounts).map_err(|_| PlaceError::TotalOutOfRange);
    let total = sum(lines.iter().map(|line| line.total).collect())?;
    let tax_total = sum(lines.iter().map(|line| line.tax_amount).collect())?;
    Ok(PricedOrder {
        lines,
        total,
        tax_total,
    })
}
