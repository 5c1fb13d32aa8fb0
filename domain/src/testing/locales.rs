//! A third language, for tests that hold that its file is all that it takes.

use serde_json::Value;

use crate::locale::{LocaleFile, add};

/// The file of a language that this program does not have: the English one, with some of it in German.
///
/// # Panics
/// If the English file lacks what is written in German here.
pub fn german() -> String {
    let english = include_str!("../../data/locales/en.json");
    let mut file: Value = serde_json::from_str(english).expect("the English file is JSON");
    let translated = [
        ("/laws", r#"["DE"]"#),
        ("/dates/long", r#""{day}. {month} {year}""#),
        ("/dates/short", r#""{dd}.{mm}.{year}""#),
        ("/dates/months/4", r#""Mai""#),
        ("/mail/invoice/subject", r#""Ihre Rechnung {number}""#),
        ("/page/numbers/decimal", r#"",""#),
        ("/page/numbers/group", r#"".""#),
        ("/page/numbers/money", r#""{amount} {symbol}""#),
        ("/page/numbers/percent", r#""{number} %""#),
        ("/page/phrases/invoice", r#""Rechnung""#),
        ("/page/labels/buyer", r#""Rechnung an""#),
        ("/page/countries/FR", r#""Frankreich""#),
    ];
    for (pointer, text) in translated {
        let place = file.pointer_mut(pointer);
        let place = place.unwrap_or_else(|| panic!("en.json has no {pointer}"));
        *place = serde_json::from_str(text).expect("what is written above is JSON");
    }
    for (list, key, text) in [
        ("mentions", "paid", "Bezahlt am {paid_on}."),
        (
            "legal_references",
            "reverse_charge",
            "Steuerschuldnerschaft des Leistungsempfängers",
        ),
    ] {
        for row in file[list].as_array_mut().into_iter().flatten() {
            if row["code"] == key || row["basis"] == key {
                row["text"] = text.into();
            }
        }
    }
    file.to_string()
}

/// The same, as it is read.
///
/// # Panics
/// If it is no file of a language.
pub fn german_file() -> LocaleFile {
    LocaleFile::read(&german()).expect("the German file is one")
}

/// From now on this process has that language, as if its file lay in `data/locales/`. To be called before any other is looked
/// at, so that a test that does has a process of its own.
pub fn add_german() {
    add("de", german());
}
