//! The entries of a timeline as HTML.

use comptoir_audit::standing::Covered;
use comptoir_audit::timeline::{Entry, Link, Timeline};
use maud::{Markup, html};

use super::layout::time;

/// The address of a thing's timeline.
pub(super) fn address(id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/audit/show?id={id}")
}

/// The state after an entry; hidden, unless it is the one that is shown.
pub(super) fn state(entry: &Entry, number: usize, step: usize) -> Markup {
    html! {
        section.state data-step=(number) hidden[number != step] aria-label={ "State after event " (number) } {
            h3 { "After event " (number) ": " (entry.sentence) }
            p.soft { "Position " (entry.position) ", " (time(entry.recorded_at)) }
            dl {
                @for line in &entry.state {
                    dt { (line.label) }
                    dd.changed[line.changed] {
                        (line.value)
                        @if let Some(before) = &line.before { " " del { "was " (before) } }
                    }
                }
            }
        }
    }
}

/// One event.
pub(super) fn entry(
    found: &Timeline,
    entry: &Entry,
    number: usize,
    step: usize,
    covered: Option<&Covered>,
) -> Markup {
    let current = (number == step).then_some("step");
    let class = if number == step { "entry current" } else { "entry" };
    let here = format!("{}&step={number}", address(&found.id));
    html! {
        li class=(class) data-step=(number) aria-current=[current] {
            p.soft { "#" (entry.position) " · " (time(entry.recorded_at)) " · " (entry.event_type) }
            h3 {
                @if entry.object != found.id { a.id href=(address(&entry.object)) { (entry.object) } " " }
                (entry.sentence)
            }
            p { "By " (entry.actor.words) ". " a href=(here) { "State after this" } }
            @if let Some(cause) = &entry.cause { p { "Because of " (link(cause)) } }
            @if !entry.effects.is_empty() {
                p { "Led to" }
                ul { @for effect in &entry.effects { li { (link(effect)) } } }
            }
            p.soft { (proof(covered)) }
        }
    }
}

fn link(link: &Link) -> Markup {
    let address = format!("{}&at={}", address(&link.object), link.position);
    html! { a href=(address) { "#" (link.position) " " span.id { (link.object) } } ": " (link.sentence) }
}

/// Whether a signed checkpoint covers the event.
fn proof(covered: Option<&Covered>) -> Markup {
    html! {
        @match covered {
            Some(signed) => {
                span.proved { "Covered" } " by the signed checkpoint of size " (signed.size) ", " (time(signed.signed_at))
            },
            None => { span.unproved { "Not covered yet" } " by a signed checkpoint" },
        }
    }
}
