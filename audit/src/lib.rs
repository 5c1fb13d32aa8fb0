//! The auditor's tools: prove what happened, see any past moment, explain every difference.
//!
//! They read the ledger only, never the read models, except to compare them; and none of them changes anything.
//!
//! | module | holds |
//! | --- | --- |
//! | [`verify`](mod@verify) | reads the whole ledger once, and checks its format, its tree, its streams and its books |

pub mod verify;
