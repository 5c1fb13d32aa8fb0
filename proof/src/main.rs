//! The binary `comptoir-verify`.

fn main() {}
