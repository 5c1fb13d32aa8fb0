//! Ends a process when this one dies, even by `kill -9`.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Waits for its standard input to close, then ends the process whose number is `$0`.
const SCRIPT: &str = "read -r _; kill -TERM \"$0\" 2>/dev/null";

/// Holds a process for as long as this one lives. Dropping it lets the process go.
#[derive(Debug)]
pub(super) struct Leash {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Leash {
    pub(super) fn on(process: u32) -> io::Result<Self> {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, &process.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self {
            pipe: shell.stdin.take(),
            shell,
        })
    }
}

impl Drop for Leash {
    /// The shell ends before the pipe closes: by now the number may be another process.
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
        drop(self.pipe.take());
    }
}
