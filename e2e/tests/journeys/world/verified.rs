//! Every journey leaves a ledger that `comptoir audit verify` has nothing against.

use std::process::Stdio;

use super::node::Binary;

/// Verifies the ledger when a journey ends well. What its workers have not come to is under way, and no finding.
#[derive(Debug)]
pub(crate) struct VerifiedAtTheEnd {
    binary: Binary,
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Sound,
    Damaged,
}

impl VerifiedAtTheEnd {
    pub(crate) fn with(binary: &Binary) -> Self {
        Self {
            binary: binary.clone(),
            ending: Ending::Sound,
        }
    }

    /// The journey has damaged its ledger on purpose: that must be found.
    pub(crate) fn find_damage(&mut self) {
        self.ending = Ending::Damaged;
    }
}

impl Drop for VerifiedAtTheEnd {
    fn drop(&mut self) {
        // A journey that has failed says so itself.
        if std::thread::panicking() {
            return;
        }
        let verified = self
            .binary
            .blocking_command(&["audit", "verify"])
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let wanted = match self.ending {
            Ending::Sound => 0,
            Ending::Damaged => 1,
        };
        assert_eq!(
            verified.status.code(),
            Some(wanted),
            "whether the ledger is sound:\n{}{}",
            String::from_utf8_lossy(&verified.stdout),
            String::from_utf8_lossy(&verified.stderr)
        );
    }
}
