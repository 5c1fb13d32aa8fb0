//! The entries of a timeline as HTML.

use comptoir_audit::standing::{Proof, Standing};
use comptoir_audit::timeline::{Entry, Link, Timeline};
use comptoir_ledger::Position;
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
    standing: &Standing,
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
            p.soft { (proof(entry.position, standing)) }
        }
    }
}

fn link(link: &Link) -> Markup {
    let address = format!("{}&at={}", address(&link.object), link.position);
    html! { a href=(address) { "#" (link.position) " " span.id { (link.object) } } ": " (link.sentence) }
}

/// Whether the event is the one that was signed.
fn proof(position: Position, standing: &Standing) -> Markup {
    let checkpoint = html! {
        @if let Some((size, signed_at)) = standing.signed {
            " the checkpoint of size " (size) ", signed " (time(signed_at))
        }
    };
    html! {
        @match standing.proofs.get(&position) {
            Some(Proof::Proven) => { span.proved { "Proven" } " by" (checkpoint) },
            Some(Proof::NotYet) | None => { span.unproved { "Not signed yet" } },
            Some(Proof::Failed) => {
                span.unproved { "Not what was signed" } ": it does not lead to the root of" (checkpoint)
                ", or no key of this node has signed that; " code { "comptoir audit verify" } " says more"
            },
        }
    }
}
