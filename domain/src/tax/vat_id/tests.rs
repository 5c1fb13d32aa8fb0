//! Ids that are right in each of their forms, and what is wrong with others. All of them are made up: none was looked for in
//! any register.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{VatId, VatIdError};
use crate::tax::member_states;

/// One of each form of each state.
#[rustfmt::skip]
const RIGHT: &[&str] = &[
    "ATU39099603",
    "BE0779774783",
    "BG419736550", "BG5892428093",
    "CY39074721U",
    "CZ66275687", "CZ694526718", "CZ9556247140",
    "DE183264155",
    "DK37560901",
    "EE924407938",
    "EL981660159",
    "ES54239048B", "ESX6571366J", "ESB63715718",
    "FI56505788",
    "FR39938830320", "FRB4805383171", "FR8Y000044183", "FRTV561075789",
    "HR50578588610",
    "HU39976545",
    "IE4149104E", "IE0656904EO", "IE4F06993S", "IE4+53294D",
    "IT07449340079",
    "LT822097515", "LT872037635515",
    "LU53950475",
    "LV42663207306",
    "MT59956435",
    "NL329463792B46",
    "PL4048055954",
    "PT143090690",
    "RO250758720", "RO19", "RO6429", "RO5892976055",
    "SE210427059601",
    "SI81550537",
    "SK9882213660",
];

/// Right in form, wrong in their check digits.
#[rustfmt::skip]
const WRONG: &[&str] = &[
    "ATU52601815",
    "BE0968220819",
    "BG310261155", "BG0261074477",
    "CY51523527C",
    "CZ50118173", "CZ684914985", "CZ8112262050",
    "DE792779380",
    "DK72795406",
    "EE342342452",
    "EL050945909",
    "ES68662795M", "ESX0083695G", "ESB36189227",
    "FI80196118",
    "FR80940548423", "FRQ8086980188", "FR4O070584934", "FRKB489496138",
    "HR68029417912",
    "HU09753488",
    "IE1147469B", "IE3114894ZP", "IE1C82098C", "IE9+16217Q",
    "IT40259005006",
    "LT784045311", "LT120738984818",
    "LU16843835",
    "LV40049385351",
    "MT00266588",
    "NL102982498B78",
    "PL6694827509",
    "PT076836210",
    "RO875929023", "RO74", "RO7044", "RO2571888097",
    "SE359402178901",
    "SI52402132",
    "SK4744942118",
];

#[test]
fn ids_of_all_27_states_are_recognised() {
    let states: BTreeSet<_> = RIGHT
        .iter()
        .map(|id| {
            VatId::try_new(id)
                .unwrap_or_else(|error| panic!("{id}: {error}"))
                .country()
        })
        .collect();
    assert_eq!(&states, member_states());
}

#[test]
fn a_wrong_check_digit_is_found() {
    for id in WRONG {
        assert_eq!(VatId::try_new(id), Err(VatIdError::WrongNumber), "{id}");
    }
}

#[test]
fn an_id_is_read_as_people_write_it() {
    let greek = RIGHT.iter().find(|id| id.starts_with("EL")).unwrap();
    let written = greek.replace("EL", "gr ").to_lowercase();
    let read = VatId::try_new(&written).unwrap();
    assert_eq!(
        (read.as_str(), read.country().to_string()),
        (*greek, "GR".to_owned())
    );
    let french = VatId::try_new("fr 40 303.265-045").unwrap();
    assert_eq!((french.state(), french.number()), ("FR", "40303265045"));
}

#[test]
fn states_without_such_ids_are_named() {
    for text in ["", "F", "GB123456789", "XX1", "US123", "1234567890", "É1234"] {
        assert_eq!(VatId::try_new(text), Err(VatIdError::UnknownCountry), "{text:?}");
    }
}

#[test]
fn the_number_stays_out_of_debug_output() {
    let id = VatId::try_new("FR40303265045").unwrap();
    assert_eq!(format!("{id:?}"), "VatId(FR***)");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,24}", state in 0..RIGHT.len()) {
        drop(VatId::try_new(&text));
        drop(VatId::try_new(&format!("{}{text}", &RIGHT[state][..2])));
    }

    #[test]
    fn what_is_accepted_is_kept_as_it_is(which in 0..RIGHT.len(), place in 2_usize..14, digit in 0_u8..10) {
        let id = RIGHT[which];
        prop_assume!(id.as_bytes().get(place).is_some_and(u8::is_ascii_digit));
        let mut typed = id.as_bytes().to_vec();
        typed[place] = b'0' + digit;
        let typed = String::from_utf8(typed).unwrap();
        if let Ok(read) = VatId::try_new(&typed) {
            prop_assert_eq!(read.as_str(), typed);
        }
    }
}
