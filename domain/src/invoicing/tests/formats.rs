//! How numbers are written.

use proptest::prelude::*;

use super::*;
use crate::values::{PersonId, SellerId};

fn number(template: &str, supplier: Supplier, sequence: u32) -> String {
    let format = NumberFormat::try_new(template).unwrap();
    let number = format.number(supplier, 2026, sequence).unwrap();
    number.as_str().to_owned()
}

#[test]
fn a_template_gives_numbers() {
    for (template, expected) in [
        ("FA-{year}-{number:6}", "FA-2026-000042"),
        ("{number}/{year}", "42/2026"),
        ("{year}{number:1}", "202642"),
        ("A_{year}/{number:10}-Z", "A_2026/0000000042-Z"),
    ] {
        assert_eq!(number(template, Supplier::Platform, 42), expected);
    }
}

#[test]
fn a_template_that_cannot_give_good_numbers_is_refused() {
    use NumberFormatError::{
        ForbiddenCharacter, NumberMissing, Repeated, TooLong, UnknownPlaceholder, YearMissing,
    };
    for (template, refusal) in [
        ("", NumberMissing),
        ("FA-{year}", NumberMissing),
        ("FA-{number}", YearMissing),
        ("{year}{number}{number}", Repeated),
        ("{year}{year}{number}", Repeated),
        ("fa-{year}-{number}", ForbiddenCharacter),
        ("FA {year} {number}", ForbiddenCharacter),
        ("FÀ{year}{number}", ForbiddenCharacter),
        ("{year}{number:0}", UnknownPlaceholder),
        ("{year}{number:11}", UnknownPlaceholder),
        ("{year}{number:-1}", UnknownPlaceholder),
        ("{year}{number:x}", UnknownPlaceholder),
        ("{year:4}{number}", UnknownPlaceholder),
        ("{month}{year}{number}", UnknownPlaceholder),
        ("{year}{number", UnknownPlaceholder),
        ("{year}}{number}", UnknownPlaceholder),
        ("{{year}}{number}", UnknownPlaceholder),
        (&format!("{}{{year}}{{number}}", "A".repeat(22)), TooLong),
    ] {
        assert_eq!(NumberFormat::try_new(template), Err(refusal), "{template}");
    }
    let longest = format!("{}{{year}}{{number}}", "A".repeat(21));
    assert_eq!(number(&longest, Supplier::Platform, u32::MAX).len(), 35);
}

#[test]
fn sellers_have_a_part_of_their_own_and_the_platform_has_none() {
    let with = NumberFormat::try_new("{supplier}-{year}-{number}").unwrap();
    let without = NumberFormat::try_new("FA-{year}-{number}").unwrap();
    let seller = seller_as_supplier();
    assert_eq!(
        with.suits(Supplier::Platform),
        Err(NumberFormatError::SupplierOfPlatform)
    );
    assert_eq!(without.suits(seller), Err(NumberFormatError::SupplierMissing));
    assert_eq!(
        (with.suits(seller), without.suits(Supplier::Platform)),
        (Ok(()), Ok(()))
    );
    let other = Supplier::Seller {
        seller_id: PersonId::from_uuid(uuid(2)),
    };
    let of = |supplier| with.number(supplier, 2026, 1).unwrap();
    assert_ne!(of(seller), of(other));
    assert_eq!(of(seller).as_str().len(), "ABCDEFGHJK-2026-1".len());
}

#[test]
fn years_have_four_digits() {
    let format = NumberFormat::try_new("{year}-{number}").unwrap();
    for year in [999, 10_000, -1, 0] {
        let number = format.number(Supplier::Platform, year, 1);
        assert_eq!(number, Err(NumberFormatError::WrongYear));
    }
}

#[test]
fn an_invoice_and_a_credit_note_never_have_the_same_number() {
    let pair = |invoices: &str, credit_notes: &str| {
        let [invoices, credit_notes] =
            [invoices, credit_notes].map(|text| NumberFormat::try_new(text).unwrap());
        SeriesFormats::try_new(Supplier::Platform, invoices, credit_notes).map(drop)
    };
    for (invoices, credit_notes) in [
        ("FA-{year}-{number}", "AV-{year}-{number}"),
        ("{year}-F{number}", "{year}-A{number}"),
        ("F{year}{number}", "A{number}{year}"),
    ] {
        assert_eq!(pair(invoices, credit_notes), Ok(()), "{invoices} {credit_notes}");
    }
    for (invoices, credit_notes) in [
        ("FA-{year}-{number}", "FA-{year}-{number}"),
        ("{year}-{number}", "{year}-{number}A"),
        ("{year}-{number}", "{number}-{year}"),
        ("1{year}{number}", "{year}{number}"),
        ("F{year}{number}", "F2{year}{number}"),
    ] {
        let refused = Err(NumberFormatError::SameNumbers);
        assert_eq!(pair(invoices, credit_notes), refused, "{invoices} {credit_notes}");
    }
}

#[test]
fn the_usual_formats_are_right() {
    for (formats, supplier) in [
        (SeriesFormats::usual_of_platform(), Supplier::Platform),
        (SeriesFormats::usual_of_sellers(), seller_as_supplier()),
    ] {
        let [invoices, credit_notes] = [INVOICE, DocumentKind::CreditNote]
            .map(|kind| NumberFormat::try_new(formats.of(kind).as_str()).unwrap());
        let checked = SeriesFormats::try_new(supplier, invoices, credit_notes);
        assert_eq!(checked, Ok(formats));
    }
}

#[test]
fn a_format_is_stored_as_its_template() {
    let format = NumberFormat::try_new("FA-{year}-{number:6}").unwrap();
    let stored = serde_json::to_string(&format).unwrap();
    assert_eq!(stored, r#""FA-{year}-{number:6}""#);
    assert_eq!(serde_json::from_str::<NumberFormat>(&stored).unwrap(), format);
    assert!(serde_json::from_str::<NumberFormat>(r#""FA""#).is_err());
}

#[test]
fn a_sellers_code_is_the_same_for_ever() {
    let code = SellerId::from_uuid(uuid(1)).code();
    assert_eq!(code.len(), 10);
    assert!(
        code.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
        "{code}"
    );
    assert_eq!(code, SellerId::from_uuid(uuid(1)).code());
}

proptest! {
    #[test]
    fn two_places_in_a_series_never_have_the_same_number(
        template in prop::sample::select(vec!["{year}{number}", "{number}{year}", "1{year}1{number:3}1", "{year}-{number:10}"]),
        one in any::<(u32, u16)>(),
        other in any::<(u32, u16)>(),
    ) {
        let format = NumberFormat::try_new(template).unwrap();
        let number = |(sequence, year): (u32, u16)| {
            format.number(Supplier::Platform, 1000 + i32::from(year % 9000), sequence).unwrap()
        };
        let same = (one.0, one.1 % 9000) == (other.0, other.1 % 9000);
        prop_assert_eq!(number(one) == number(other), same);
    }
}
