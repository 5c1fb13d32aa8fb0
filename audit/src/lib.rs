//! The auditor's tools: prove what happened, see any past moment, explain every difference.
//!
//! They read the ledger only, never the read models, except to compare them; and none of them changes anything.
//!
//! | module | holds |
//! | --- | --- |
//! | [`moment`] | a place in the ledger as a person names it: a position, a time, a day |
//! | [`export`] | the ledger as files, with a manifest that they can be held against |

pub mod export;
pub mod moment;
