//! From what a buyer asks for to a priced order: every offer checked and copied, every amount computed.

mod refusal;
mod taxing;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

pub use self::refusal::{LineField, LineProblem, LineRefusal, PlaceError};
pub(super) use self::taxing::tax_again;
use self::taxing::with_tax;
use super::Order;
use super::command::Availability;
use super::line::{AppliedPromotion, LineUpgrade, OrderLine, OrderTax};
use super::minimum_charge::chargeable;
use super::state::OrderFacts;
use super::upgrade::{UpgradeRefusal, UpgradeTerms};
use crate::product::{OfferSnapshot, OfferUnavailable, ProductState};
use crate::promo::{DiscountableLine, PromoState};
use crate::tax::SupplierTaxes;
use crate::values::{
    Currency, LicenceId, LicenceKind, Money, MoneyError, OfferId, OrderId, PersonId, ProductId, Quantity,
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
    /// The licence whose place the new one is to take, for the difference.
    pub upgrade_of: Option<LicenceId>,
}

/// Lines and totals that hold: made by [`price_lines`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedOrder {
    lines: Vec<OrderLine>,
    total: Money,
    tax_total: Money,
    discount_total: Money,
    promotion: Option<AppliedPromotion>,
    tax: OrderTax,
}

/// What a price depends on besides the products.
#[derive(Debug, Clone, Copy)]
pub struct PricingTerms<'a> {
    /// The currency that every price must be in.
    pub currency: Currency,
    /// Which rule of VAT applies to what each supplier sells.
    pub tax: &'a SupplierTaxes,
    /// Whether what is sold is invoiced here.
    pub invoices: Invoices,
    /// The promotion that the buyer has a code of.
    pub promotion: Option<PromotionTerms<'a>>,
    /// The licences that lines are upgrades of; without them none is.
    pub upgrades: Option<UpgradeTerms<'a>>,
}

/// Whether what is sold is invoiced here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invoices {
    /// It is: what no lawful invoice could follow is not sold.
    Issued,
    /// It is not.
    NotIssued,
}

/// The promotion that a buyer has a code of, as its stream says. The append must check its revision.
#[derive(Debug, Clone, Copy)]
pub struct PromotionTerms<'a> {
    /// Its state, absent if nobody has given out the code.
    pub state: &'a PromoState,
    /// Who buys.
    pub buyer_id: PersonId,
    /// Now.
    pub at: DateTime<Utc>,
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

    /// What the promotion takes off in all.
    pub const fn discount_total(&self) -> Money {
        self.discount_total
    }

    /// The promotion, if one was applied.
    pub const fn promotion(&self) -> Option<&AppliedPromotion> {
        self.promotion.as_ref()
    }

    /// Who buys and where, in the sense of tax law.
    pub const fn tax(&self) -> &OrderTax {
        &self.tax
    }

    /// What there is to pay, tax included, after the discount.
    pub const fn total(&self) -> Money {
        self.total
    }

    /// The tax inside the total.
    pub const fn tax_total(&self) -> Money {
        self.tax_total
    }
}

/// Checks what a buyer asks for against the products as they stand, and prices it: what is counted for an upgrade first, then
/// the discount, then the tax on what is left, once for all lines that an invoice taxes together. The product states must be those whose revisions the append checks. All lines with problems are named, one
/// problem each.
pub fn price_lines(
    order_id: OrderId,
    requests: &[LineRequest],
    products: &BTreeMap<ProductId, ProductState>,
    terms: PricingTerms<'_>,
) -> Result<PricedOrder, PlaceError> {
    if requests.is_empty() {
        return Err(PlaceError::NoLines);
    }
    if requests.len() > Order::LINES_LIMIT {
        return Err(PlaceError::TooManyLines);
    }
    let (mut lines, mut problems) = (Vec::with_capacity(requests.len()), Vec::new());
    for (line, request) in requests.iter().enumerate() {
        let checked = refuse_duplicate(&requests[..line], request)
            .and_then(|()| snapshot(order_id, request, products))
            .and_then(|snapshot| check_line(order_id, request, snapshot, terms));
        match checked {
            Ok(checked) => lines.push(checked),
            Err((field, refusal)) => problems.push(LineProblem { line, field, refusal }),
        }
    }
    if problems.is_empty() {
        problems = exclusive_with_others(&lines);
    }
    if !problems.is_empty() {
        return Err(PlaceError::Lines(problems));
    }
    let units: u32 = lines.iter().map(|line| line.quantity.get()).sum();
    if units > Order::UNITS_LIMIT {
        return Err(PlaceError::TooManyUnits);
    }
    let (promotion, discounts) = discounted(&lines, terms)?;
    let priced = with_tax(lines, discounts, terms.tax).map_err(|_| PlaceError::TotalOutOfRange)?;
    let order = add_up(priced, promotion, terms)?;
    if let Some(promotion) = terms.promotion {
        chargeable(order.total, promotion.at).map_err(PlaceError::Promotion)?;
    }
    Ok(order)
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
    if let Some(first) = earlier.iter().position(same) {
        return Err((LineField::Offer, LineRefusal::Duplicate { first }));
    }
    let same = |other: &LineRequest| other.upgrade_of.is_some() && other.upgrade_of == request.upgrade_of;
    match earlier.iter().position(same) {
        Some(first) => Err(not_an_upgrade(UpgradeRefusal::Duplicate { first })),
        None => Ok(()),
    }
}

const fn not_an_upgrade(refusal: UpgradeRefusal) -> Refused {
    (LineField::UpgradeOf, LineRefusal::Upgrade(refusal))
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

/// A line that can be ordered, before discount and tax.
struct CheckedLine {
    snapshot: OfferSnapshot,
    quantity: Quantity,
    upgrade: Option<LineUpgrade>,
    /// What is to be paid, less what is counted for an upgrade.
    amount: Money,
}

const fn out_of_range(_: MoneyError) -> Refused {
    (LineField::Quantity, LineRefusal::AmountOutOfRange)
}

fn check_line(
    order_id: OrderId,
    request: &LineRequest,
    snapshot: OfferSnapshot,
    terms: PricingTerms<'_>,
) -> Result<CheckedLine, Refused> {
    let offer = &snapshot.offer;
    if offer.price.currency != terms.currency {
        return Err((
            LineField::Offer,
            LineRefusal::WrongCurrency {
                offered: offer.price.currency,
            },
        ));
    }
    match terms.invoices {
        Invoices::Issued if !terms.tax.can_be_invoiced(snapshot.seller_id, terms.currency) => {
            let currency = terms.currency;
            return Err((LineField::Offer, LineRefusal::CannotBeInvoiced { currency }));
        }
        Invoices::Issued | Invoices::NotIssued => {}
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
    let amount = offer.price.times(quantity.get()).map_err(out_of_range)?;
    let Some(licence_id) = request.upgrade_of else {
        return Ok(CheckedLine {
            snapshot,
            quantity,
            upgrade: None,
            amount,
        });
    };
    let basis = terms
        .tax
        .facts_for(snapshot.seller_id, offer.tax_category)
        .price_basis;
    let upgrade = terms
        .upgrades
        .ok_or(UpgradeRefusal::Unknown)
        .and_then(|upgrades| upgrades.check(order_id, licence_id, &snapshot, quantity, basis))
        .map_err(not_an_upgrade)?;
    Ok(CheckedLine {
        amount: amount.minus(upgrade.credit).map_err(out_of_range)?,
        snapshot,
        quantity,
        upgrade: Some(upgrade),
    })
}

/// The promotion and its discount on each line; without one, nothing off.
fn discounted(
    lines: &[CheckedLine],
    terms: PricingTerms<'_>,
) -> Result<(Option<AppliedPromotion>, Vec<Money>), PlaceError> {
    let Some(PromotionTerms { state, buyer_id, at }) = terms.promotion else {
        return Ok((None, vec![Money::zero(terms.currency); lines.len()]));
    };
    let promo = state.usable(buyer_id, at).map_err(PlaceError::Promotion)?;
    let discountable: Vec<DiscountableLine> = lines
        .iter()
        .map(|line| DiscountableLine {
            product_id: line.snapshot.product_id,
            seller_id: line.snapshot.seller_id,
            amount: line.amount,
        })
        .collect();
    let discounts = promo
        .terms
        .discounts(&discountable, terms.currency)
        .map_err(|_| PlaceError::TotalOutOfRange)?
        .map_err(PlaceError::Promotion)?;
    let applied = AppliedPromotion {
        promo_id: promo.promo_id,
        code: promo.code.clone(),
    };
    Ok((Some(applied), discounts))
}

/// Buying a product alone and once more in the same order is a mistake, not a wish.
fn exclusive_with_others(lines: &[CheckedLine]) -> Vec<LineProblem> {
    let alone: BTreeSet<ProductId> = lines
        .iter()
        .filter(|line| line.snapshot.offer.kind == LicenceKind::Exclusive)
        .map(|line| line.snapshot.product_id)
        .collect();
    let mut seen = BTreeSet::new();
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| {
            !seen.insert(line.snapshot.product_id) && alone.contains(&line.snapshot.product_id)
        })
        .map(|(line, _)| LineProblem {
            line,
            field: LineField::Offer,
            refusal: LineRefusal::ExclusiveWithOthers,
        })
        .collect()
}

fn add_up(
    lines: Vec<OrderLine>,
    promotion: Option<AppliedPromotion>,
    terms: PricingTerms<'_>,
) -> Result<PricedOrder, PlaceError> {
    let sum = |amount: fn(&OrderLine) -> Money| {
        Money::sum(terms.currency, lines.iter().map(amount)).map_err(|_| PlaceError::TotalOutOfRange)
    };
    Ok(PricedOrder {
        total: sum(|line| line.total)?,
        tax_total: sum(|line| line.tax_amount)?,
        discount_total: sum(|line| line.discount)?,
        promotion,
        tax: OrderTax {
            customer: terms.tax.customer().clone(),
            place: terms.tax.place().clone(),
        },
        lines,
    })
}
