//! written below
