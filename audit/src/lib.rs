//! The auditor's tools: prove what happened, see any past moment, explain every difference.
//!
//! They read the ledger only, never the read models, except to compare them; and none of them changes anything.
//!
//! | module | holds |
//! | --- | --- |
//! | [`moment`] | a place in the ledger as a person names it: a position, a time, a day |
//! | [`export`] | the ledger as files, with a manifest that they can be held against |
//! | [`replay`] | a whole engine as it stood, in another database |
//! | [`what_if`] | the past under other rules, as money of each seller |

pub mod export;
pub mod moment;
pub mod replay;
pub mod what_if;
