//! An operator's own template: used if it is right, named by file and line if it is not, stopped if it does not end.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use comptoir_documents::child::{self, ChildError};
use comptoir_documents::{
    OperatorTemplate, Renderer, RendererOptions, TemplateChoice, TemplateError, fixtures,
};

use crate::pdf_reader::Pdf;
use crate::{child, rendered};

/// A template of these files.
fn template(files: &[(&str, &str)]) -> OperatorTemplate {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    OperatorTemplate::load(folder.path()).unwrap()
}

/// A template whose body does this.
fn body(inside: &str) -> OperatorTemplate {
    template(&[("body.typ", &format!("#let body(data) = {{\n{inside}\n}}"))])
}

/// What comes of it for one sample.
fn outcome(template: &OperatorTemplate) -> Result<Vec<u8>, ChildError> {
    let fixture = fixtures::named("b2c_fr").unwrap();
    child::render(&child(), template, &fixture.content, &fixture.parties)
}

#[test]
fn a_template_is_tried_and_used() {
    let files = [("theme.json", r##"{"accent": "#7c2d12", "logo_height_mm": 10}"##)];
    let tried = template(&files).try_on_fixtures(&child()).unwrap();
    let options = RendererOptions {
        template: TemplateChoice::Operator {
            template: tried,
            child: child(),
        },
    };
    let fixture = fixtures::named("b2c_fr").unwrap();
    let renderer = Renderer::new(options);
    let document = renderer.render(&fixture.content, &fixture.parties).unwrap();
    let built_in = rendered(&fixture);
    assert_eq!(document.fell_back, None);
    assert_eq!(&document.digests, renderer.digests());
    assert_ne!(document.digests.template, built_in.digests.template);
    assert_eq!(document.xml, built_in.xml);
    assert_ne!(document.pdf, built_in.pdf);
    assert_eq!(Pdf::read(&document.pdf).pages(), 1);
}

#[test]
fn the_same_template_gives_the_same_bytes_in_a_child() {
    let built_in =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("template/body.typ")).unwrap();
    let document = outcome(&template(&[("body.typ", &built_in)])).unwrap();
    assert_eq!(document, rendered(&fixtures::named("b2c_fr").unwrap()).pdf);
}

#[test]
fn a_mistake_is_named_by_file_and_line() {
    let tried = template(&[(
        "body.typ",
        "#let body(data) = {\n  data.document.title\n  data.no_such_field\n}",
    )]);
    let error = tried.try_on_fixtures(&child()).unwrap_err();
    assert!(
        matches!(
            error,
            TemplateError::Failed {
                fixture: "b2c_fr",
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("body.typ:3:"), "{error}");
    let tried = template(&[("lib.typ", "#let grey = (")]);
    let error = tried.try_on_fixtures(&child()).unwrap_err();
    assert!(error.to_string().contains("lib.typ:1:"), "{error}");
}

#[test]
fn what_fails_at_the_issue_falls_back_and_says_where_but_not_what() {
    // Right for all samples; wrong for a document that is not one of them.
    let picky = body("assert(data.document.number != \"FA-2026-999999\", message: data.buyer.name)\n[ok]");
    let tried = picky.try_on_fixtures(&child()).unwrap();
    let options = RendererOptions {
        template: TemplateChoice::Operator {
            template: tried,
            child: child(),
        },
    };
    let mut fixture = fixtures::named("b2c_fr").unwrap();
    fixture.content.number = "FA-2026-999999".to_owned().try_into().unwrap();
    let document = Renderer::new(options)
        .render(&fixture.content, &fixture.parties)
        .unwrap();
    assert_eq!(document.pdf, rendered(&fixture).pdf);
    assert_eq!(document.digests, rendered(&fixture).digests);
    let why = document.fell_back.unwrap().to_string();
    assert!(why.contains("body.typ:2:") && !why.contains("Fournier"), "{why}");
}

#[test]
fn a_template_that_does_not_end_is_stopped() {
    let begun = Instant::now();
    let endless = "let n = 0\nfor i in range(90000) { for j in range(90000) { n = n + j } }\n[#n]";
    let stopped = outcome(&body(endless));
    assert_eq!(stopped.map(|pdf| pdf.len()), Err(ChildError::OutOfTime));
    assert!(begun.elapsed() < Duration::from_mins(1));
    let begun = Instant::now();
    let mut impatient = child();
    impatient.limits.deadline_ms = 500;
    let fixture = fixtures::named("b2c_fr").unwrap();
    let stopped = child::render(&impatient, &body(endless), &fixture.content, &fixture.parties);
    assert_eq!(stopped, Err(ChildError::TooSlow { deadline_ms: 500 }));
    assert!(begun.elapsed() < Duration::from_secs(5));
    let looping = outcome(&body("while true {}")).unwrap_err();
    assert!(matches!(looping, ChildError::Template(_)), "{looping}");
    let recursive = outcome(&body("let f(n) = f(n + 1)\nf(0)")).unwrap_err();
    assert!(
        matches!(recursive, ChildError::Template(_) | ChildError::Ended(_)),
        "{recursive}"
    );
}

#[test]
fn a_template_that_eats_memory_is_stopped() {
    let eater = outcome(&body("let all = range(400000000)\n[#all.len()]"));
    assert_eq!(eater.map(|pdf| pdf.len()), Err(ChildError::OutOfMemory));
}

#[test]
fn a_template_sees_no_file_no_package_no_clock_and_no_environment() {
    for (inside, said) in [
        ("read(\"/etc/passwd\")", "not found"),
        ("read(\"../../../../etc/passwd\")", "escape"),
        ("image(\"/proc/self/environ\")", "not found"),
        ("import \"@preview/cetz:0.3.0\": canvas\n[x]", "not found"),
        ("datetime.today().display()", "current date"),
        ("plugin(\"/proc/self/exe\")\n[x]", "not found"),
    ] {
        match outcome(&body(inside)) {
            Err(ChildError::Template(diagnostics)) => {
                assert!(!diagnostics.is_empty(), "{inside}");
                let text: String = diagnostics.iter().map(ToString::to_string).collect();
                assert!(text.contains(said), "{inside}: {text}");
            }
            other => panic!("{inside}: {:?}", other.map(|pdf| pdf.len())),
        }
    }
}

#[test]
fn what_is_no_renderer_is_noticed() {
    let fixture = fixtures::named("b2c_fr").unwrap();
    let with = |program: &str, arguments: &[&str]| {
        let program = child::ChildProgram::new(program, arguments.iter().copied());
        child::render(&program, &body("[x]"), &fixture.content, &fixture.parties).unwrap_err()
    };
    assert!(matches!(with("no/such/program", &[]), ChildError::NotStarted(_)));
    assert!(matches!(with("/bin/true", &[]), ChildError::Ended(_)));
    assert!(matches!(with("/bin/echo", &["hello"]), ChildError::Answer(_)));
}
