//! The faults that the sink can be told to have.

use std::sync::{Mutex, PoisonError};

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// When.
    pub at: Moment,
    /// How.
    pub reply: Reply,
    /// How often; then all is well again.
    pub times: u32,
}

/// A point of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Somebody connects.
    Greeting,
    /// They say from whom the mail is.
    Sender,
    /// They say to whom it goes.
    Recipient,
    /// They want to send its text.
    Data,
    /// They have sent it.
    End,
}

/// What the sink does instead of what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It answers by this code: 4xx for now, 5xx for good.
    Refuse(u16),
    /// It hangs up. A mail that was sent is not kept.
    HangUp,
    /// It keeps the mail, if one was sent, and hangs up without saying so.
    KeepAndHangUp,
}

/// The fault in force, if there is one.
#[derive(Debug, Default)]
pub(super) struct FaultBox(Mutex<Option<Fault>>);

impl FaultBox {
    pub(super) fn set(&self, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// The fault that is met at this point.
    pub(super) fn met_at(&self, moment: Moment) -> Option<Reply> {
        let mut fault = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let met = fault
            .as_mut()
            .filter(|fault| fault.at == moment && fault.times > 0)?;
        met.times -= 1;
        Some(met.reply)
    }
}
