//! Every journey leaves a ledger that `comptoir audit verify` has nothing against.

use std::process::Stdio;

use super::node::Binary;

/// Verifies the ledger when a journey ends well. What its workers have not come to is under way, and no finding.
#[derive(Debug)]
pub(crate) struct VerifiedAtTheEnd(pub(crate) Binary);

impl Drop for VerifiedAtTheEnd {
    fn drop(&mut self) {
        // A journey that has failed says so itself.
        if std::thread::panicking() {
            return;
        }
        let verified = self
            .0
            .blocking_command(&["audit", "verify"])
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        assert!(
            verified.status.success(),
            "the ledger is not sound:\n{}{}",
            String::from_utf8_lossy(&verified.stdout),
            String::from_utf8_lossy(&verified.stderr)
        );
    }
}
