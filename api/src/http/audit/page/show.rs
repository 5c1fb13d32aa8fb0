//! `GET /audit/show`: the timeline of one thing, with a slider through its states.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use comptoir_audit::standing::{Standing, standing};
use comptoir_audit::timeline::{Related, Timeline, TimelineError, Wanted, find, timeline};
use comptoir_ledger::Position;
use maud::{Markup, html};

use super::entries::{address, entry, state};
use super::home::away;
use super::layout::{Reader, page};
use super::session::SignedIn;
use crate::http::App;

/// How many events a page has, the newest ones.
const ENTRIES_MAX: usize = 200;

/// What the address asks for. What it cannot mean is left out: the page shows the newest state then.
#[derive(Debug, Default)]
struct Asked {
    id: String,
    step: Option<usize>,
    at: Option<i64>,
    before: Option<i64>,
}

impl Asked {
    fn of(uri: &Uri) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "id" => value.trim().clone_into(&mut asked.id),
                "step" => asked.step = value.parse().ok(),
                "at" => asked.at = value.parse().ok(),
                "before" => asked.before = value.parse().ok().filter(|position| *position > 0),
                _ => {}
            }
        }
        asked
    }

    /// Which entry is shown, counted from 1: by its number, or the last one up to a position, or the newest.
    fn step(&self, found: &Timeline) -> usize {
        let entries = found.entries.len();
        let by_position = self
            .at
            .map(|at| found.entries.partition_point(|entry| entry.position.get() <= at));
        self.step
            .or(by_position)
            .unwrap_or(entries)
            .clamp(1, entries.max(1))
    }
}

/// The timeline of one thing or person.
pub(super) async fn show(reader: SignedIn, State(app): State<App>, uri: Uri) -> Response {
    let asked = Asked::of(&uri);
    match found(&app, &asked).await {
        Ok((found, standing)) => {
            let step = asked.step(&found);
            // What was typed is noted only once it proves to be the name of something.
            let parameters = [("id", found.id.clone()), ("step", step.to_string())];
            match reader.note(&app, &parameters).await {
                Ok(()) => page(
                    StatusCode::OK,
                    Reader::SignedIn,
                    &found.id,
                    &asked.id,
                    &told(&found, step, &standing),
                ),
                Err(refused) => refused,
            }
        }
        Err(TimelineError::NotFound(missing)) => {
            let content = html! {
                h1 { "Nothing goes by that name" }
                p.notice role="alert" { (missing.to_string()) }
            };
            page(
                StatusCode::NOT_FOUND,
                Reader::SignedIn,
                "Nothing found",
                &asked.id,
                &content,
            )
        }
        Err(error @ (TimelineError::Ledger(_) | TimelineError::Query(_))) => away(&error),
    }
}

async fn found(app: &App, asked: &Asked) -> Result<(Timeline, Standing), TimelineError> {
    let ledger = app.engine().ledger();
    let subject = find(ledger, &asked.id).await?;
    let wanted = Wanted {
        through: ledger.horizon(),
        entries_max: ENTRIES_MAX,
        before: asked.before.map(Position::new),
    };
    let found = timeline(ledger, &subject, &wanted).await?;
    let positions: Vec<Position> = found.entries.iter().map(|entry| entry.position).collect();
    // Without keys nothing is proven, and the page says so.
    let keys = app.engine().ledger_keys();
    let keys: Vec<_> = keys.map_or_else(
        |_| Vec::new(),
        |keys| keys.signing.into_iter().chain(keys.earlier).collect(),
    );
    let standing = standing(ledger, &keys, &positions).await?;
    Ok((found, standing))
}

fn told(found: &Timeline, step: usize, standing: &Standing) -> Markup {
    html! {
        p.soft { (found.kind) }
        h1.id { (found.id) }
        p.soft { "As of position " (found.as_of_position) "." }
        @if found.linked_through < found.as_of_position {
            p.soft { "What follows from what is known up to position " (found.linked_through) "." }
        }
        @if !found.entries.is_empty() {
            h2 { "State" }
            (slider(found, step))
            @for (number, entry) in (1..).zip(&found.entries) { (state(entry, number, step)) }
        }
        h2 { "Timeline" }
        @if let Some(first) = found.entries.first().filter(|_| found.has_earlier) {
            p { a href={ (address(&found.id)) "&before=" (first.position) } { "Earlier events" } }
        }
        ol.timeline {
            @for (number, one) in (1..).zip(&found.entries) { (entry(found, one, number, step, standing)) }
        }
        @if !found.related.is_empty() { (related(&found.related)) }
        @if found.has_more_related { p.soft { "There is more than is listed." } }
    }
}

fn slider(found: &Timeline, step: usize) -> Markup {
    let last = found.entries.len();
    html! {
        form.scrub method="get" action="/audit/show" {
            input type="hidden" name="id" value=(found.id);
            label for="step" { "State after event" }
            input #step type="range" name="step" min="1" max=(last) value=(step) autocomplete="off";
            span { output #shown for="step" { (step) } " of " (last) }
            button #go type="submit" { "Show" }
        }
    }
}

fn related(things: &[Related]) -> Markup {
    html! {
        h2 #related { "What belongs to it" }
        table aria-labelledby="related" {
            thead { tr { th scope="col" { "Since" } th scope="col" { "What" } th scope="col" { "Id" } th scope="col" { "How it began" } } }
            tbody {
                @for thing in things {
                    tr {
                        td.number { "#" (thing.position) }
                        td { (thing.kind) }
                        td.id { a href=(address(&thing.id)) { (thing.id) } }
                        td { (thing.sentence) }
                    }
                }
            }
        }
    }
}
