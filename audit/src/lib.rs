//! The auditor's tools: prove what happened, see any past moment, explain every difference.
//!
//! They read the ledger only, never the read models, except to compare them; and none of them changes anything.
//!
//! | module | holds |
//! | --- | --- |
//! | [`difference`] | why rows of a read model differ from what the events say |
//! | [`prove`] | bundles that `comptoir-verify` checks offline |
//! | [`verify`](mod@verify) | reads the whole ledger once, and checks its format, its tree, its streams and its books |

pub mod difference;
pub mod prove;
pub mod verify;
