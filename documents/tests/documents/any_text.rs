//! Whatever a buyer or a seller types, there is a valid document.

use std::fs;

use comptoir_documents::fixtures::{self, Fixture};
use comptoir_domain::document::Mention;
use comptoir_domain::values::{Line, MentionText, Title};

use crate::pdf_reader::Pdf;
use crate::rendered;
use crate::schematron::{failed, report};

/// A sample with this text wherever somebody can type one.
fn with(text: &str) -> Fixture {
    let mut fixture = fixtures::named("b2b_domestic").unwrap();
    let cut: String = text.chars().take(200).collect();
    let line = Line::try_new(cut.trim()).unwrap();
    let (supplier, buyer) = (&mut fixture.parties.supplier, &mut fixture.parties.buyer);
    supplier.name = line.clone();
    supplier.legal_form = Some(line.clone());
    supplier.issuer = Some(line.clone());
    buyer.name = Some(line.clone());
    for address in [&mut supplier.address, buyer.address.as_mut().unwrap()] {
        address.line_1 = line.clone();
        address.line_2 = Some(line.clone());
        address.postal_code = line.clone();
        address.city = line.clone();
    }
    for document_line in &mut fixture.content.lines {
        document_line.title = Title::try_new(cut.trim()).unwrap();
    }
    fixture
}

/// What people type, or paste.
const TYPED: [&str; 12] = [
    "Élise Çelik-Ångström, Łódź",
    "Ελένη Παπαδοπούλου",
    "Наталья Ёжикова-Щербакова",
    "王小明 株式会社 김철수",
    "مرحبا بالعالم שלום עולם",
    "🎁🎶 👩‍🎤👨‍👩‍👧‍👦 🏳️‍🌈",
    "e\u{301}\u{327}\u{300}\u{30A}\u{32D}\u{35C} Z\u{310}\u{337}\u{321}",
    "a\u{200B}b\u{200D}c\u{2060}d\u{AD}e\u{FE0F}",
    "#[typst] $x^2$ *bold* _it_ `raw` @ref <label> \\ #panic(\"no\") // /* */ #import \"x\"",
    "<script>&amp;\"']]></script> {number} {{date}}",
    "\u{1F1EB}\u{1F1F7}\u{E000}\u{F8FF}\u{10FFFD}\u{FDD0}\u{FFFE}",
    "ﬁ ﬂ ½ ² ™ ® € ₺ ₹ № ⅷ → ✓ ★ \u{2011}\u{202F}\u{2009}",
];

#[test]
fn any_script_sign_or_markup_gives_a_valid_document() {
    let folder = tempfile::tempdir().unwrap();
    let name = |index: usize| format!("typed_{index:02}");
    for (index, text) in TYPED.into_iter().enumerate() {
        let document = rendered(&with(text));
        assert_eq!(Pdf::read(&document.pdf).pages(), 1, "{text}");
        let path = folder.path().join(name(index));
        fs::write(path.with_extension("xml"), document.xml).unwrap();
        fs::write(path.with_extension("pdf"), document.pdf).unwrap();
    }
    let report = report(folder.path());
    for (index, text) in TYPED.into_iter().enumerate() {
        for by in ["xsd", "en16931", "french", "pdf"] {
            assert_eq!(
                failed(&report, &name(index), by),
                Vec::<&str>::new(),
                "{text} by {by}"
            );
        }
    }
    let page = |index: usize| report[name(index)]["text"][0].as_str().unwrap().to_owned();
    // Embedded, so that what is copied from the page is what was typed.
    assert!(page(1).contains("Ελένη Παπαδοπούλου"), "{}", page(1));
    assert!(page(2).contains("Наталья Ёжикова-Щербакова"), "{}", page(2));
    // What the fonts lack is seen to be missing.
    assert!(page(3).contains("□□□ □□□□ □□□"), "{}", page(3));
    assert!(page(8).contains("#[typst] $x^2$ *bold*"), "{}", page(8));
}

#[test]
fn what_cannot_stand_on_a_document_cannot_be_typed() {
    for text in [
        "x".repeat(10_000),
        "a\u{7}b".to_owned(),
        "a\u{0}b".to_owned(),
        String::new(),
    ] {
        assert!(Line::try_new(text.clone()).is_err(), "{text:?}");
    }
}

#[test]
fn words_without_end_and_ten_thousand_characters_stay_on_their_pages() {
    for word in [
        "W".repeat(200),
        "i".repeat(200),
        "Ж".repeat(200),
        "long words ".repeat(18),
    ] {
        let document = rendered(&with(&word));
        assert!(Pdf::read(&document.pdf).pages() <= 4);
    }
    let mut fixture = with("x");
    let mention = |index: usize| Mention {
        code: Line::try_new(format!("note_{index}")).unwrap(),
        subject: None,
        text: MentionText::try_new(["Wörter ohne Ende "; 58].concat().trim()).unwrap(),
    };
    fixture.content.mentions = (0..40).map(mention).collect();
    let document = rendered(&fixture);
    assert!(
        fixture
            .content
            .mentions
            .iter()
            .map(|mention| mention.text.as_str().len())
            .sum::<usize>()
            > 30_000
    );
    assert!((3..12).contains(&Pdf::read(&document.pdf).pages()));
}
