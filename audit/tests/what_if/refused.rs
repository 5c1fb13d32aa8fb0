//! A file of rules that is not understood is refused, with the line and the reason.

use comptoir_audit::what_if::{Rules, RulesFormat};

fn refused(text: &str, format: RulesFormat) -> String {
    Rules::parse(text, format).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let fee = "[platform_fee]\n";
    let vat = "[[vat]]\ncountry = \"FR\"\nrate_basis_points = 1000\n";
    let promotion = "[[promotion]]\ncode = \"SUMMER\"\n";
    for (text, line, reason) in [
        (
            "[refund_windows]\nseller_days = 7".to_owned(),
            1,
            "unknown field `refund_windows`",
        ),
        (
            "[refund_window]\nseller_days = -7".to_owned(),
            2,
            "invalid value: integer `-7`",
        ),
        (
            "[refund_window]\nseller_days = \"7\"".to_owned(),
            2,
            "invalid type: string",
        ),
        (
            format!("{fee}basis_points = 10001"),
            2,
            "from 0 to 10000 basis points",
        ),
        (
            format!("{fee}basis_points = 100\nof = \"all\""),
            3,
            "unknown variant `all`",
        ),
        (
            format!("{fee}basis_points = 1.5"),
            2,
            "invalid type: floating point",
        ),
        (
            format!("{vat}from = \"2026-02-30\""),
            4,
            "a day is written \"2026-03-01\"",
        ),
        (
            format!("{vat}from = \"2026-02-02\"\nuntil = \"2026-02-01\""),
            1,
            "`until` is before `from`",
        ),
        (
            "[[vat]]\ncountry = \"France\"\nrate_basis_points = 1000".to_owned(),
            2,
            "country",
        ),
        (promotion.to_owned(), 1, "this one none of them"),
        (
            format!("{promotion}amount_minor = 5"),
            1,
            "an amount needs its `currency`",
        ),
        (
            format!("{promotion}amount_minor = -5\ncurrency = \"EUR\""),
            1,
            "an amount is not negative",
        ),
        (
            format!("{promotion}amount_minor = 5\ncurrency = \"EUR\"\npercent_basis_points = 1"),
            1,
            "exclude each other",
        ),
        (
            format!("{promotion}amount_minor = 5\ncurrency = \"EURO\""),
            4,
            "currency",
        ),
        ("platform_fee".to_owned(), 1, "expected"),
    ] {
        let told = refused(&text, RulesFormat::Toml);
        assert!(told.contains(&format!("line {line}, ")), "{told}");
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn rules_that_contradict_each_other_are_refused() {
    let vat =
        |from: &str| format!("[[vat]]\ncountry = \"FR\"\nrate_basis_points = 1000\nfrom = \"{from}\"\n");
    let twice = vat("2026-01-01") + &vat("2026-06-01");
    assert!(refused(&twice, RulesFormat::Toml).contains("two rules of VAT hold in FR on the same day"));
    let promotion = "[[promotion]]\ncode = \"SUMMER\"\nuses_max = 1\n";
    let told = refused(&promotion.repeat(2), RulesFormat::Toml);
    assert!(
        told.contains("two rules are about the promotion SUMMER"),
        "{told}"
    );
    let one_after_the_other =
        "[[vat]]\ncountry = \"FR\"\nrate_basis_points = 1000\nuntil = \"2026-05-31\"\n".to_owned();
    assert!(Rules::parse(&(one_after_the_other + &vat("2026-06-01")), RulesFormat::Toml).is_ok());
}

#[test]
fn json_of_the_same_shape_means_the_same() {
    let toml = "[refund_window]\nseller_days = 7\n[[promotion]]\ncode = \"summer\"\nuses_max = 1";
    let json = r#"{"refund_window": {"seller_days": 7}, "promotion": [{"code": "SUMMER", "uses_max": 1}]}"#;
    let (toml, json) = (
        Rules::parse(toml, RulesFormat::Toml),
        Rules::parse(json, RulesFormat::Json),
    );
    assert_eq!(toml.unwrap(), json.unwrap());
    let told = refused(
        "{\n\"refund_window\": {\"seller_days\": true}}",
        RulesFormat::Json,
    );
    assert!(
        told.contains("invalid type: boolean `true`") && told.contains("at line 2 column"),
        "{told}"
    );
}
