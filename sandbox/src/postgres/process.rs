//! Signals to the server's processes.

use std::fs;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Sends a signal to a child that has not been waited for yet, so that its number is certainly still its own.
pub(super) fn signal(child: &Child, signal: Signal) {
    if let Some(pid) = pid_of(child.id()) {
        // The only failure is that the process has ended, which is what the signal is for.
        let _ = kill_process(pid, signal);
    }
}

/// Waits for a child to end; after the time-out it is killed.
pub(super) fn wait_or_kill(child: &mut Child, timeout: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + timeout;
    while Instant::now() < deadline {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(POLL_INTERVAL);
    }
    child.kill().ok()?;
    child.wait().ok()
}

/// Kills a process and its children as a crash of the machine would end them: at once, without a chance to tidy up.
pub(super) fn crash(postmaster: &mut Child) {
    // Stopped first, so that it starts no further children while we look for them.
    signal(postmaster, Signal::STOP);
    let children = children_of(postmaster.id());
    signal(postmaster, Signal::KILL);
    for child in &children {
        let _ = kill_process(*child, Signal::KILL);
    }
    let _ = postmaster.wait();
    for child in children {
        wait_until_gone(child);
    }
}

/// A server cannot be restarted while a process of the old one still holds its shared memory.
fn wait_until_gone(pid: Pid) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while is_running(pid) && Instant::now() < deadline {
        thread::sleep(POLL_INTERVAL);
    }
}

/// A zombie has given its memory back and counts as gone.
fn is_running(pid: Pid) -> bool {
    stat_of(pid.as_raw_nonzero().get()).is_some_and(|stat| stat.state != "Z")
}

fn children_of(parent: u32) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(|entry| {
            let number: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = stat_of(number)?;
            if stat.parent == parent {
                Pid::from_raw(number)
            } else {
                None
            }
        })
        .collect()
}

struct Stat {
    state: String,
    parent: u32,
}

/// `/proc/<pid>/stat` reads `pid (name) state ppid ...`; the name may itself hold spaces and parentheses.
fn stat_of(pid: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some(Stat {
        state: fields.next()?.to_owned(),
        parent: fields.next()?.parse().ok()?,
    })
}

fn pid_of(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}
