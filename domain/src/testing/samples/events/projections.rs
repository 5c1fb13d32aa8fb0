//! Samples of what operators decide about a read model.

use super::super::{at, order_id};
use crate::projection::{
    DifferenceAccepted, ProjectionEvent, QuarantineCause, StreamQuarantined, StreamReleased,
};
use crate::values::{OperatorName, ProjectionName, Sha256Hex, StreamKey};

fn orders() -> ProjectionName {
    ProjectionName::try_new("orders").expect("a valid name")
}

fn operator() -> OperatorName {
    OperatorName::try_new("ops-anna").expect("a valid name")
}

fn stream() -> StreamKey {
    StreamKey::try_new(format!("order-{}", order_id().as_uuid())).expect("a valid name")
}

/// The stream of the sample order is left out of the read model `orders`.
pub fn stream_quarantined() -> StreamQuarantined {
    StreamQuarantined {
        projection: orders(),
        stream: stream(),
        from_position: 17,
        cause: QuarantineCause::Unreadable,
        by: operator(),
        at: at(95),
    }
}

/// It counts again.
pub fn stream_released() -> StreamReleased {
    StreamReleased {
        projection: orders(),
        stream: stream(),
        by: operator(),
        at: at(96),
    }
}

/// A rebuilt model may differ from the one in use.
pub fn difference_accepted() -> DifferenceAccepted {
    DifferenceAccepted {
        projection: orders(),
        version: 3,
        digest: Sha256Hex::of("a difference"),
        rows: 2,
        by: operator(),
        at: at(97),
    }
}

pub(super) fn all() -> Vec<ProjectionEvent> {
    vec![
        stream_quarantined().into(),
        stream_released().into(),
        difference_accepted().into(),
    ]
}
