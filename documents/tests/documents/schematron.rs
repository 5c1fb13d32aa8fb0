//! The XML of every sample passes what validates e-invoices: XSD, EN 16931 and the French rules; and a wrong one does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use comptoir_documents::{fixtures, xml};
use comptoir_domain::values::CountryCode;
use serde_json::Value;

use crate::{drawn, rendered};

/// The Python that sandbox/scripts/validators.sh makes.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("validators/bin/python")
}

pub(crate) fn report(folder: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/validate.py");
    let output = Command::new(python()).arg(script).arg(folder).output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `sh sandbox/scripts/validators.sh` makes it, and `make test` does that first",
            python().display()
        )
    });
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("validate.py prints JSON")
}

/// The rules of a report that failed.
pub(crate) fn failed<'a>(report: &'a Value, name: &str, by: &str) -> Vec<&'a str> {
    let failed = report[name][by]
        .as_array()
        .unwrap_or_else(|| panic!("{name} was not looked at by {by}"));
    failed.iter().map(|rule| rule.as_str().unwrap()).collect()
}

/// The French rules that a sample cannot keep, since it is no e-invoice between French businesses: the buyer has no address
/// in the directory (BT-49), the late payment notes are for businesses only, the rate is not a French one, or the supplier has
/// no French number.
const NOT_FOR_CONSUMERS: [&str; 5] = ["BR-FR-05", "BR-FR-12", "BR-FR-16", "BR-FR-10", "BR-FR-13"];

/// From an order to the XML, as it is issued: by the domain, and not by hand.
#[test]
fn whatever_the_domain_draws_up_passes_xsd_and_schematron() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = drawn::all();
    for document in &drawn {
        let path = folder.path().join(&document.name).with_extension("xml");
        fs::write(path, xml(&document.content, &document.parties)).unwrap();
    }
    let report = report(folder.path());
    let category = |document: &drawn::Drawn| document.content.rates[0].vat.category.code();
    let mut seen = BTreeSet::new();
    for document in &drawn {
        for by in ["xsd", "en16931"] {
            let failed = failed(&report, &document.name, by);
            assert_eq!(failed, Vec::<&str>::new(), "{} by {by}", document.name);
        }
        // The French rules are for suppliers in France.
        let is_french = document.parties.supplier.address.country == CountryCode::FR;
        let french = failed(&report, &document.name, "french");
        let unexpected: Vec<_> = french
            .iter()
            .filter(|rule| is_french && !NOT_FOR_CONSUMERS.iter().any(|known| rule.contains(known)))
            .collect();
        assert!(unexpected.is_empty(), "{}: {unexpected:?}", document.name);
        seen.insert((document.content.kind.as_str(), category(document)));
    }
    let every = ["credit_note", "invoice"];
    let every = every
        .into_iter()
        .flat_map(|kind| ["AE", "E", "O", "S"].map(|category| (kind, category)));
    assert_eq!(seen, every.collect());
}

#[test]
fn every_sample_passes_xsd_and_schematron_and_a_wrong_total_fails() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, extension: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name).with_extension(extension), bytes).unwrap();
    };
    for fixture in fixtures::all() {
        let document = rendered(&fixture);
        write(fixture.name, "xml", &document.xml);
        write(fixture.name, "pdf", &document.pdf);
    }
    for (name, wrong) in wrong_ones() {
        write(name, "xml", wrong.as_bytes());
    }

    let report = report(folder.path());
    for fixture in fixtures::all() {
        for by in ["xsd", "en16931", "pdf"] {
            assert_eq!(
                failed(&report, fixture.name, by),
                Vec::<&str>::new(),
                "{} by {by}",
                fixture.name
            );
        }
        let french = failed(&report, fixture.name, "french");
        if ["b2b_domestic", "several_rates", "three_pages"].contains(&fixture.name) {
            assert_eq!(french, Vec::<&str>::new(), "{}", fixture.name);
        }
        let unexpected: Vec<_> = french
            .iter()
            .filter(|rule| !NOT_FOR_CONSUMERS.iter().any(|known| rule.contains(known)))
            .collect();
        assert!(unexpected.is_empty(), "{}: {unexpected:?}", fixture.name);
    }
    assert!(
        failed(&report, "wrong_total", "en16931")
            .iter()
            .any(|rule| rule.contains("BR-CO-15"))
    );
    assert!(
        failed(&report, "wrong_line", "en16931")
            .iter()
            .any(|rule| rule.contains("BR-CO-10"))
    );
    assert!(
        failed(&report, "wrong_tax", "en16931")
            .iter()
            .any(|rule| rule.contains("BR-S-09") || rule.contains("BR-CO-14"))
    );
    assert!(
        failed(&report, "no_reason", "en16931")
            .iter()
            .any(|rule| rule.contains("BR-AE-10"))
    );
    assert!(!failed(&report, "wrong_sequence", "xsd").is_empty());
}

/// Documents with one mistake each.
fn wrong_ones() -> Vec<(&'static str, String)> {
    let of = |name: &str| {
        let fixture = fixtures::named(name).unwrap();
        String::from_utf8(xml(&fixture.content, &fixture.parties)).unwrap()
    };
    let right = of("b2b_domestic");
    let changed = |element: &str, text: &str| {
        let (before, after) = right.rsplit_once(&format!("<{element}>")).unwrap();
        let (_, after) = after.split_once("</").unwrap();
        format!("{before}<{element}>{text}</{after}")
    };
    let reasonless = of("reverse_charge");
    let without = |element: &str, text: &str| {
        let lines = text
            .lines()
            .filter(|line| !line.contains(&format!("<{element}>")));
        lines.collect::<Vec<_>>().join("\n")
    };
    vec![
        ("wrong_total", changed("ram:GrandTotalAmount", "1.00")),
        ("wrong_line", changed("ram:LineTotalAmount", "1.00")),
        ("wrong_tax", changed("ram:CalculatedAmount", "1.00")),
        (
            "no_reason",
            without(
                "ram:ExemptionReasonCode",
                &without("ram:ExemptionReason", &reasonless),
            ),
        ),
        (
            "wrong_sequence",
            right.replace("ram:BilledQuantity", "ram:DeliveredQuantity"),
        ),
    ]
}
