//! The auditor's tools: prove what happened, see any past moment, explain every difference.
//!
//! They read the ledger only, never the read models, except to compare them; and none of them changes anything.
//!
//! | module | holds |
//! | --- | --- |
//! | [`difference`] | why rows of a read model differ from what the events say |
//! | [`events`] | pages of the ledger, filtered |
//! | [`export`] | the ledger as files, with a manifest that they can be held against |
//! | [`moment`] | a place in the ledger as a person names it: a position, a time, a day |
//! | [`prove`] | bundles that `comptoir-verify` checks offline |
//! | [`replay`] | a whole engine as it stood, in another database |
//! | [`standing`] | which signed checkpoint covers an event |
//! | [`timeline`] | what happened to one thing, event by event, in words |
//! | [`verify`](mod@verify) | reads the whole ledger once, and checks its format, its tree, its streams and its books |
//! | [`what_if`] | the past under other rules, as money of each seller |

pub mod difference;
pub mod events;
pub mod export;
pub mod moment;
pub mod prove;
pub mod replay;
pub mod standing;
pub mod timeline;
pub mod verify;
pub mod what_if;
