//! An operator's template runs in a process of its own, which can be stopped: typst itself cannot be, once it computes.
//!
//! The process is the same binary under a hidden command. It limits its own processor time and memory before it reads
//! anything, is given everything on its standard input, answers on its standard output, and has no environment.

mod parent;
mod serve;
mod wire;

pub use self::parent::{ChildError, ChildLimits, ChildProgram, render};
pub use self::serve::{ServeError, serve};
