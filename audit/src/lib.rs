//! The auditor's tools: prove what happened, see any past moment, explain every difference.
//!
//! They read the ledger only, never the read models, except to compare them; and none of them changes anything.
//!
//! # Map
//!
//! | module | holds |
//! | --- | --- |
//! | [`events`] | pages of the ledger, filtered |
//! | [`standing`] | how far the read models have come, and what is signed |
//! | [`timeline`] | what happened to one thing, event by event, in words |

pub mod events;
pub mod standing;
pub mod timeline;
