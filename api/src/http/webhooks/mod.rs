//! What outside services report.

pub(crate) mod hyperswitch;
