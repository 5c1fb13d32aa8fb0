//! Invoices and credit notes: what an order owes is issued, rendered, sent and at last forgotten.
//!
//! | step | who does it | leaves |
//! | --- | --- | --- |
//! | a document gets its number | `issue`, because of what happened to an order | `document.drawn_up` and the event of its series, in one append |
//! | its files are made and stored | `render` | `document.rendered`, and bytes that never change |
//! | the buyer is sent it | `send` | `document.mailed` or `document.mail_failed` |
//! | an e-invoicing platform gets it | `hand_over` | `document.handed_over` |
//! | its time is over | `forget` | `document.retention_ended`; key and bytes are gone |
//!
//! Each step can be done again without harm, and a document that one step fails for holds up no other one: it is noted in
//! `tasks`, and tried again by a sweep with growing pauses.

mod before_erasure;
mod change;
mod config;
mod draw_up;
mod error;
mod forget;
mod hand_over;
mod issue;
mod known;
mod numbers;
mod parties;
mod render;
mod renderer;
mod send;
mod tasks;

pub use self::config::{FirstNumbers, HandOverConfig, HandOverScope, InvoicingConfig};
pub(crate) use self::draw_up::Drawn;
pub(crate) use self::error::StepError;
pub(crate) use self::issue::{Outcome, patient};
pub(crate) use self::known::is_kept;
pub use self::parties::DOCUMENT_PARTIES_CONTEXT;
pub(crate) use self::parties::{Named, company_number};
pub use self::renderer::{DocumentRenderer, FellBack, RenderDocument, RenderFailure, RenderedFiles};
pub(crate) use self::send::Tries;
pub(crate) use self::tasks::{DueTask, Task};
