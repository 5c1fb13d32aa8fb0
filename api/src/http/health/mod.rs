//! Whether this node is alive, and whether it can work. Public.

pub(crate) mod live;
pub(crate) mod ready;
