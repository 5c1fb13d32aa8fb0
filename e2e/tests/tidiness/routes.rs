//! Routes, their handlers, the OpenAPI document and the pages of the docs name the same things.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use comptoir_e2e::repository;
use serde_json::Value;

use crate::assert_none;
use crate::markdown::{anchors, code_spans};

const ROUTER: &str = "api/src/http/router.rs";
/// Routes below this are written without it.
const BASE: &str = "/api/v1";
/// The resources whose routes do not stand below the base.
const ABOVE_BASE: [&str; 2] = ["health", "well_known"];

#[test]
fn the_openapi_document_has_the_routes_of_the_router_and_no_others() {
    let described = operations(&openapi());
    assert!(
        described.len() > 10,
        "the OpenAPI document was not understood: {described:?}"
    );
    assert_eq!(
        described,
        routes_in_code(),
        "left: the OpenAPI document; right: {ROUTER} and the files it names"
    );
}

#[test]
fn every_annotated_handler_stands_in_the_router() {
    let router = repository::read(ROUTER);
    let mut wrong = Vec::new();
    for file in repository::files_with_extension("rs") {
        let Some(module) = module_of(&file.name) else {
            continue;
        };
        for (_, _, handler) in annotations(&file.text) {
            let route = format!("{module}::{handler}");
            if !router.contains(&route) {
                wrong.push(format!(
                    "{} has the handler {handler}, but {ROUTER} lacks {route}",
                    file.name
                ));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_problem_that_the_openapi_document_names_is_explained() {
    let known = anchors(&repository::read("docs/problems.md"));
    let named = problem_codes(&openapi());
    assert!(
        named.contains("order_not_found"),
        "no problem codes were found: {named:?}"
    );
    let unknown = named.iter().filter(|code| !known.contains(code));
    assert_none(
        &unknown
            .map(|code| format!("docs/problems.md does not explain {code}"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_page_about_the_api_names_every_route() {
    let page = code_spans(&repository::read("docs/API-DESIGN.md"));
    let missing = operations(&openapi())
        .into_iter()
        .filter(|operation| !page.contains(operation));
    assert_none(
        &missing
            .map(|route| format!("docs/API-DESIGN.md does not name {route}"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn annotations_are_read_from_source() {
    let source = "/// Doc\n#[utoipa::path(get, path = \"/things/{id}\", tag = \"x\",\n    responses((status = 200)))]\n\
                  pub(crate) async fn get_thing(\n";
    let read = annotations(source);
    assert_eq!(
        read,
        [(
            "GET".to_owned(),
            "/things/{id}".to_owned(),
            "get_thing".to_owned()
        )]
    );
    assert_eq!(
        module_of("api/src/http/things/get.rs").as_deref(),
        Some("things::get")
    );
    assert_eq!(module_of("api/src/http/router.rs"), None);
}

/// `GET /api/v1/orders` and so on, of every handler that the router names.
fn routes_in_code() -> BTreeSet<String> {
    let router = repository::read(ROUTER);
    let mut found = BTreeSet::new();
    for file in repository::files_with_extension("rs") {
        let Some(module) = module_of(&file.name) else {
            continue;
        };
        let base = if ABOVE_BASE.iter().any(|resource| module.starts_with(resource)) {
            ""
        } else {
            BASE
        };
        for (method, path, handler) in annotations(&file.text) {
            if router.contains(&format!("{module}::{handler}")) {
                found.insert(format!("{method} {base}{path}"));
            }
        }
    }
    found
}

/// `orders::get` of the file that holds that endpoint.
fn module_of(file: &str) -> Option<String> {
    let inner = file.strip_prefix("api/src/http/")?.strip_suffix(".rs")?;
    let (resource, action) = inner.split_once('/')?;
    Some(format!("{resource}::{action}"))
}

/// Method, path and handler of each `#[utoipa::path(...)]`.
fn annotations(source: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for rest in source.split("#[utoipa::path(").skip(1) {
        let method = rest.split(',').next().unwrap_or_default().trim().to_uppercase();
        let path = rest
            .split_once("path = \"")
            .and_then(|(_, rest)| rest.split_once('"'));
        let handler = rest
            .split_once("async fn ")
            .and_then(|(_, rest)| rest.split_once(['(', '<']));
        if let (Some((path, _)), Some((handler, _))) = (path, handler) {
            found.push((method, path.to_owned(), handler.to_owned()));
        }
    }
    found
}

fn operations(document: &Value) -> BTreeSet<String> {
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        let methods = methods.filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()));
        operations.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    operations
}

/// What stands in backticks in the descriptions of answers from 400 up.
fn problem_codes(document: &Value) -> BTreeSet<String> {
    let items = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.values());
    let operations = items.filter_map(Value::as_object).flat_map(|item| item.values());
    let responses = operations
        .filter_map(|operation| operation["responses"].as_object())
        .flatten();
    let refusals = responses.filter(|(status, _)| status.as_str() >= "400");
    let texts = refusals.filter_map(|(_, response)| response["description"].as_str());
    texts.flat_map(code_spans).collect()
}

/// What `comptoir openapi` prints.
fn openapi() -> Value {
    let binary = binary();
    let output = Command::new(&binary).arg("openapi").output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo build --workspace` makes it, and `make test` does that first",
            binary.display()
        )
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "comptoir openapi failed: {said}");
    serde_json::from_slice(&output.stdout).expect("comptoir openapi prints JSON")
}

/// Cargo puts the binaries of the workspace into the folder above that of the tests.
fn binary() -> PathBuf {
    let mut path = std::env::current_exe().expect("a test knows its own file");
    path.pop();
    path.set_file_name("comptoir");
    path
}
