//! What an operator can decide about a read model.

use super::event::{DifferenceAccepted, StreamQuarantined, StreamReleased};

/// A decision of an operator, as it would be recorded: whether it is, depends on what was decided before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectionCommand {
    /// Leave a stream out, from an event on that the read model cannot take.
    QuarantineStream(StreamQuarantined),
    /// Let it count again. The read model was built with it, and all went well.
    ReleaseStream(StreamReleased),
    /// Let a rebuilt model take over although it differs from the one in use.
    AcceptDifference(DifferenceAccepted),
}
