//! The faults that the stand-in can be told to have.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// What goes wrong, and for how many calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Waits that long before the call is handled: a caller that gives up before has changed nothing.
    pub slow_ms: u64,
    /// Waits that long after the call was handled: a caller that gives up before has changed something all the same.
    pub late_ms: u64,
    /// Does not handle the call at all.
    pub down: Down,
    /// Only the calls of this route, such as `POST /payments`; all if none is named.
    pub route: Option<String>,
    /// After that many calls all is well again; never if no number is given.
    pub calls: Option<u32>,
}

/// How the stand-in is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Down {
    /// It is up.
    #[default]
    No,
    /// Answers 503.
    Unavailable,
    /// Hangs up without an answer.
    Drop,
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct FaultBox(Mutex<Faults>);

impl FaultBox {
    pub(crate) fn set(&self, faults: Faults) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    pub(crate) fn current(&self) -> Faults {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The faults that a call of this route meets.
    pub(crate) fn met_by(&self, route: &str) -> Faults {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.route.as_deref().is_some_and(|only| only != route) {
            return Faults::default();
        }
        match faults.calls {
            Some(0) => return Faults::default(),
            Some(calls) => faults.calls = Some(calls - 1),
            None => {}
        }
        faults.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_wear_off_after_the_calls_they_were_given() {
        let faults = FaultBox::default();
        faults.set(Faults {
            slow_ms: 5,
            calls: Some(1),
            ..Faults::default()
        });
        assert_eq!(faults.met_by("GET /payments").slow_ms, 5);
        assert_eq!(faults.met_by("GET /payments").slow_ms, 0);
    }

    #[test]
    fn faults_of_one_route_leave_the_others_alone() {
        let faults = FaultBox::default();
        faults.set(Faults {
            slow_ms: 5,
            route: Some("POST /payments".to_owned()),
            ..Faults::default()
        });
        assert_eq!(faults.met_by("GET /payments").slow_ms, 0);
        assert_eq!(faults.met_by("POST /payments").slow_ms, 5);
    }
}
