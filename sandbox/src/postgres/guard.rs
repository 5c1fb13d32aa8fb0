//! The guard: a shell process that outlives us just long enough to stop our server and remove its folder.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::PostgresError;
use super::server::Place;

const SCRIPT: &str = include_str!("guard.sh");

/// Holds the pipe. When it closes, by [`Guard::release`] or by the death of this process, the guard acts.
#[derive(Debug)]
pub(super) struct Guard {
    pipe: Option<ChildStdin>,
    shell: Child,
}

impl Guard {
    pub(super) fn start(folder: &Path, place: &Place) -> Result<Self, PostgresError> {
        let (signal, after) = match place {
            Place::Temporary | Place::TemporaryIn(_) => ("QUIT", "remove"),
            Place::Kept(_) => ("INT", "keep"),
        };
        let mut shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "comptoir-sandbox-guard"])
            .arg(folder)
            .args([signal, after])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(PostgresError::io("start the guard of the server"))?;
        Ok(Self {
            pipe: shell.stdin.take(),
            shell,
        })
    }

    /// Lets the guard act now and waits for it.
    pub(super) fn release(&mut self) {
        drop(self.pipe.take());
        // A guard that cannot be waited for has ended already.
        let _ = self.shell.wait();
    }
}
