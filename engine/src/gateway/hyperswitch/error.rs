//! Why a call to Hyperswitch gave no answer to work with.
//!
//! What matters to a caller is one question: may the call have had an effect? [`HyperswitchError::Refused`] and
//! [`HyperswitchError::Unreachable`] say no; [`HyperswitchError::OutcomeUnknown`] says that only a `GET` can tell.

/// A call that did not bring what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HyperswitchError {
    /// Hyperswitch understood and said no; nothing happened.
    #[error("hyperswitch refused: {0}")]
    Refused(Refusal),
    /// No connection could be had, so nothing was sent.
    #[error("hyperswitch cannot be reached: {0}")]
    Unreachable(String),
    /// The request went out, and what became of it is not known.
    #[error("the outcome of a call to hyperswitch is not known: {0}")]
    OutcomeUnknown(UnknownOutcome),
}

/// Why it is not known what became of a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownOutcome {
    /// No answer came in time.
    #[error("no answer came in time")]
    TimedOut,
    /// The connection broke after the request was sent, or while the answer came.
    #[error("the connection broke: {0}")]
    ConnectionLost(String),
    /// Hyperswitch or something before it failed.
    #[error("it answered with status {status}")]
    ServerFailed {
        /// The HTTP status, 500 and above.
        status: u16,
    },
    /// The answer is not what the API describes.
    #[error("its answer with status {status} cannot be read: {problem}")]
    UnreadableAnswer {
        /// The HTTP status.
        status: u16,
        /// What was missing or wrong; never a part of the body.
        problem: String,
    },
}

/// A refusal. It shows Hyperswitch's words, which are about our request and hold no more than that does; a processor's words
/// may name somebody, and are not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} (status {status}, code {code}): {}", self.shown())]
pub struct Refusal {
    /// What it comes to.
    pub kind: RefusalKind,
    /// The HTTP status. 200 for a blocked payment.
    pub status: u16,
    /// Hyperswitch's code, such as `HE_01`.
    pub code: String,
    /// Hyperswitch's words, or those of the processor.
    pub message: String,
}

impl Refusal {
    fn shown(&self) -> &str {
        if self.kind == RefusalKind::Connector {
            "the processor refused"
        } else {
            &self.message
        }
    }
}

/// What a refusal comes to for the one who called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// A payment or refund with this id exists already (`HE_01`).
    AlreadyExists,
    /// There is none with this id (`HE_02`, `HE_04`, or status 404).
    NotFound,
    /// The API key is wrong or may not do this (status 401 or 403).
    Unauthorised,
    /// The payment or refund is in a state that does not allow it (`IR_14`, `IR_16`).
    WrongState,
    /// The refund is larger than what is left of the payment (`IR_13`).
    RefundTooLarge,
    /// The payment has been refunded too often (`IR_12`).
    TooManyRefunds,
    /// A block list or a fraud rule stopped the payment (`HE_03`, with status 200 or 400).
    Blocked,
    /// Another call is at work on the same payment or customer, or too many calls came (`HE_00`, status 429). Try again.
    Busy,
    /// The payment processor behind Hyperswitch said no (`CE_..`).
    Connector,
    /// The request itself is wrong (other `IR_..` codes).
    InvalidRequest,
    /// Hyperswitch does not offer this (status 501).
    NotOffered,
    /// Another refusal; the code tells.
    Other,
}

impl RefusalKind {
    /// What `status` and `code` come to together. The same code means different things under different statuses.
    pub(super) fn of(status: u16, code: &str) -> Self {
        match (status, code) {
            (401 | 403, _) => Self::Unauthorised,
            (404, _) | (_, "HE_02" | "HE_04") => Self::NotFound,
            (429, _) | (422 | 409 | 423, "HE_00") => Self::Busy,
            (501, _) => Self::NotOffered,
            (_, "HE_01") => Self::AlreadyExists,
            (_, "HE_03") => Self::Blocked,
            (_, "IR_12") => Self::TooManyRefunds,
            (_, "IR_13") => Self::RefundTooLarge,
            (_, "IR_14" | "IR_16") => Self::WrongState,
            (_, code) if code.starts_with("CE_") => Self::Connector,
            (_, code) if code.starts_with("IR_") => Self::InvalidRequest,
            _ => Self::Other,
        }
    }
}

impl HyperswitchError {
    /// The kind of refusal, if it is one.
    pub fn refusal(&self) -> Option<RefusalKind> {
        match self {
            Self::Refused(refusal) => Some(refusal.kind),
            Self::Unreachable(_) | Self::OutcomeUnknown(_) => None,
        }
    }

    /// Whether the same call may well succeed later without anything having changed here.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.kind == RefusalKind::Busy,
            Self::Unreachable(_) | Self::OutcomeUnknown(_) => true,
        }
    }
}
