//! What contradicts itself is not issued.

use super::super::*;
use super::{draw_up, issued};
use crate::testing::given;
use crate::testing::samples::documents::{credit_note, refund_id};
use crate::testing::samples::events::document_drawn_up;
use crate::testing::samples::{at, eur, sealed};
use crate::values::{BasisPoints, Currency, Line, Money, MoneyError};
use chrono::Days;

/// An invoice with an allowance: 22.42 EUR and 4.49 EUR of tax.
fn sound() -> DocumentContent {
    *document_drawn_up().content
}

fn verdict(content: DocumentContent, change: impl FnOnce(&mut DocumentContent)) -> Result<(), ContentError> {
    let mut content = content;
    change(&mut content);
    content.check()
}

fn basis_points(rate: u32) -> BasisPoints {
    BasisPoints::try_new(rate).unwrap()
}

/// The same amounts without tax, as another kind of VAT.
fn untaxed(content: &mut DocumentContent, category: VatCategory) {
    let vat = VatKind {
        category,
        rate: BasisPoints::ZERO,
    };
    let line = &mut content.lines[0];
    (line.vat, line.tax, line.net, line.allowances) = (vat, eur(0), line.gross, vec![]);
    (line.unit_price, line.net_before_allowances) = (line.gross, line.gross);
    let (net, rate) = (line.net, &mut content.rates[0]);
    (rate.vat, rate.net, rate.tax) = (vat, net, eur(0));
    rate.exemption = Some(Line::try_new("because").unwrap());
    (content.totals.net, content.totals.tax) = (net, eur(0));
}

#[test]
fn what_is_sound_is_issued() {
    assert_eq!(sound().check(), Ok(()));
    assert_eq!(credit_note().check(), Ok(()));
    let state = given::<Document>([])
        .when(draw_up(sound()))
        .then([document_drawn_up().into()]);
    assert_eq!(*state.facts().unwrap().content, sound());
}

#[test]
fn what_stands_on_a_document_never_changes() {
    issued().when(draw_up(super::invoice())).then_nothing();
    let later = DocumentContent {
        at: at(7),
        ..super::invoice()
    };
    issued()
        .when(draw_up(later))
        .then_error(&DocumentError::AlreadyDrawnUp);
}

#[test]
fn what_contradicts_itself_is_not_issued() {
    let wrong = DocumentContent {
        lines: vec![],
        ..sound()
    };
    given::<Document>([])
        .when(draw_up(wrong))
        .then_error(&DocumentError::Unsound(ContentError::NoLines));
}

#[test]
fn lines_are_there_once_and_add_up() {
    let of_line = |change: fn(&mut DocumentLine)| verdict(sound(), |content| change(&mut content.lines[0]));
    let off = Err(ContentError::LineDoesNotAddUp { order_line: 0 });
    assert_eq!(of_line(|line| line.net = eur(2241)), off);
    assert_eq!(of_line(|line| line.tax = eur(450)), off);
    assert_eq!(of_line(|line| line.gross = eur(2690)), off);
    assert_eq!(of_line(|line| line.quantity = 2), off);
    assert_eq!(of_line(|line| line.quantity = 0), off);
    assert_eq!(of_line(|line| line.unit_price = eur(2989)), off);
    assert_eq!(of_line(|line| line.net_before_allowances = eur(2242)), off);
    assert_eq!(of_line(|line| line.allowances[0].net = eur(248)), off);
    assert_eq!(of_line(|line| line.allowances[0].amount = eur(300)), off);
    assert_eq!(of_line(|line| line.allowances.clear()), off);
    assert_eq!(of_line(|line| line.net = eur(-1)), Err(ContentError::Negative));
    assert_eq!(
        of_line(|line| line.allowances[0].net = eur(-1)),
        Err(ContentError::Negative)
    );
    let twice = verdict(sound(), |content| content.lines.push(content.lines[0].clone()));
    assert_eq!(twice, Err(ContentError::LineOrder));
}

#[test]
fn all_amounts_are_in_one_currency() {
    let dollars = |amount: i64| Money::new(amount, Currency::USD);
    let different = Err(ContentError::Money(MoneyError::DifferentCurrencies {
        left: Currency::USD,
        right: Currency::EUR,
    }));
    assert_eq!(
        verdict(sound(), |content| content.lines[0].unit_price = dollars(2990)),
        different
    );
    assert_eq!(
        verdict(sound(), |content| content.lines[0].allowances[0].amount =
            dollars(299)),
        different
    );
    let totals = verdict(sound(), |content| content.totals.payable = dollars(0));
    assert_eq!(totals, Err(ContentError::NotPaid));
}

#[test]
fn kinds_of_vat_are_those_of_the_lines_and_add_up() {
    let of_rate = |change: fn(&mut RateTotal)| verdict(sound(), |content| change(&mut content.rates[0]));
    assert_eq!(
        of_rate(|rate| rate.net = eur(2243)),
        Err(ContentError::RateDoesNotAddUp)
    );
    assert_eq!(
        of_rate(|rate| rate.tax = eur(448)),
        Err(ContentError::RateDoesNotAddUp)
    );
    assert_eq!(
        of_rate(|rate| rate.vat.rate = basis_points(1900)),
        Err(ContentError::OtherKinds)
    );
    let none = verdict(sound(), |content| content.rates.clear());
    assert_eq!(none, Err(ContentError::OtherKinds));
    let twice = verdict(sound(), |content| content.rates.push(content.rates[0].clone()));
    assert_eq!(twice, Err(ContentError::OtherKinds));
    let unused = verdict(sound(), |content| {
        let mut other = content.rates[0].clone();
        other.vat.rate = basis_points(1000);
        content.rates.push(other);
    });
    assert_eq!(unused, Err(ContentError::OtherKinds));
}

#[test]
fn the_tax_is_what_the_rate_makes_of_the_net_total() {
    let with_rate = |content: &mut DocumentContent, rate: u32| {
        content.lines[0].vat.rate = basis_points(rate);
        content.rates[0].vat.rate = basis_points(rate);
    };
    let verdict_at = |rate| verdict(sound(), |content| with_rate(content, rate));
    assert_eq!(verdict_at(1900), Err(ContentError::TaxOfAnotherRate));
    assert_eq!(verdict_at(0), Err(ContentError::RateOfAnotherCategory));
    // What follows another document has its figures.
    assert_eq!(verdict(credit_note(), |content| with_rate(content, 1900)), Ok(()));
}

#[test]
fn where_there_is_no_tax_it_stands_why() {
    for category in [
        VatCategory::Exempt,
        VatCategory::OutsideScope,
        VatCategory::IntraCommunity,
    ] {
        assert_eq!(verdict(sound(), |content| untaxed(content, category)), Ok(()));
        let without_reason = verdict(sound(), |content| {
            untaxed(content, category);
            content.rates[0].exemption = None;
        });
        assert_eq!(without_reason, Err(ContentError::Exemption));
    }
    let zero_rated = |excuse: Option<&str>| {
        verdict(sound(), |content| {
            untaxed(content, VatCategory::Zero);
            content.rates[0].exemption = excuse.map(|text| Line::try_new(text).unwrap());
        })
    };
    assert_eq!(zero_rated(None), Ok(()));
    assert_eq!(zero_rated(Some("because")), Err(ContentError::Exemption));
    let excused = verdict(sound(), |content| {
        content.rates[0].exemption_code = Line::try_new("X").ok();
    });
    assert_eq!(excused, Err(ContentError::Exemption));
}

#[test]
fn only_a_business_owes_the_tax_itself() {
    let reverse = |customer| {
        verdict(sound(), |content| {
            untaxed(content, VatCategory::ReverseCharge);
            content.customer = customer;
        })
    };
    assert_eq!(
        reverse(CustomerKind::Consumer),
        Err(ContentError::ReverseChargeOfConsumer)
    );
    assert_eq!(reverse(CustomerKind::Business), Ok(()));
}

#[test]
fn totals_add_up_and_are_paid() {
    let of_totals = |change: fn(&mut DocumentTotals)| verdict(sound(), |content| change(&mut content.totals));
    let off = Err(ContentError::TotalsDoNotAddUp);
    assert_eq!(of_totals(|totals| totals.net = eur(2243)), off);
    assert_eq!(of_totals(|totals| totals.tax = eur(448)), off);
    assert_eq!(of_totals(|totals| totals.gross = eur(2692)), off);
    assert_eq!(
        of_totals(|totals| totals.paid = eur(2690)),
        Err(ContentError::NotPaid)
    );
    assert_eq!(
        of_totals(|totals| totals.payable = eur(1)),
        Err(ContentError::NotPaid)
    );
}

#[test]
fn a_credit_note_says_what_it_credits_and_why() {
    let of_credit_note = |change: fn(&mut DocumentContent)| verdict(credit_note(), change);
    let missing = of_credit_note(|content| content.preceding = None);
    assert_eq!(missing, Err(ContentError::PrecedingMissing));
    assert_eq!(
        of_credit_note(|content| content.reason = None),
        Err(ContentError::Reason)
    );
    let without_refund = of_credit_note(|content| content.payment.refund_id = None);
    assert_eq!(without_refund, Err(ContentError::Refund));
    let not_of_a_refund = of_credit_note(|content| content.reason = Some(CreditReason::BuyerCorrected));
    assert_eq!(not_of_a_refund, Err(ContentError::Refund));
    let with_refund = verdict(sound(), |content| content.payment.refund_id = Some(refund_id()));
    assert_eq!(with_refund, Err(ContentError::Refund));
    let with_reason = verdict(sound(), |content| {
        content.reason = Some(CreditReason::BuyerCorrected);
    });
    assert_eq!(with_reason, Err(ContentError::Reason));
}

#[test]
fn a_document_refers_to_an_earlier_one() {
    let refers = |change: fn(&mut PrecedingDocument)| {
        verdict(credit_note(), |content| {
            change(content.preceding.as_mut().unwrap());
        })
    };
    let later = Err(ContentError::PrecedingLater);
    assert_eq!(
        refers(|earlier| earlier.issued_on = earlier.issued_on + Days::new(1)),
        later
    );
    assert_eq!(
        refers(|earlier| earlier.document_id = credit_note().document_id),
        later
    );
    assert_eq!(
        refers(|earlier| earlier.issued_on = earlier.issued_on - Days::new(1)),
        Ok(())
    );
}

#[test]
fn names_are_sealed_with_the_documents_own_key() {
    let sealed_for_the_buyer = verdict(sound(), |content| content.parties = sealed());
    assert_eq!(sealed_for_the_buyer, Err(ContentError::SealedForAnother));
}
