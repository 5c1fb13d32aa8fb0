//! Quotes: what a basket costs at this moment.

pub(crate) mod price;
