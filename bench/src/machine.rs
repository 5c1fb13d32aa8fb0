//! What the figures were measured on.

use std::fs;
use std::time::Duration;

/// Such as `2 x Some Processor, 23 GiB, Linux 6.1.0`.
pub(crate) fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor =
        first_value("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory_gib = memory_kib().map_or_else(|| "?".to_owned(), |kib| (kib >> 20).to_string());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} x {processor}, {memory_gib} GiB, Linux {}", kernel.trim())
}

fn memory_kib() -> Option<u64> {
    first_value("/proc/meminfo", "MemTotal")?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// The resident memory of a process, in KiB.
pub(crate) fn resident_kib(process: u32) -> Option<u64> {
    first_value(&format!("/proc/{process}/status"), "VmRSS")?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// The most resident memory of this process since [`forget_most_resident`], in KiB.
pub(crate) fn most_resident_kib() -> Option<u64> {
    first_value("/proc/self/status", "VmHWM")?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Begins to look for the most resident memory anew.
pub(crate) fn forget_most_resident() -> std::io::Result<()> {
    fs::write("/proc/self/clear_refs", "5")
}

/// The first line of a file that reads `name : value`.
fn first_value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let (_, value) = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

/// Ticks of `/proc/<pid>/stat` a second; Linux shows 100 to programs, whatever it uses itself.
const TICKS_PER_SECOND: u64 = 100;

/// The processor time that this process has taken so far, in all its threads.
pub(crate) fn processor_time() -> Duration {
    processor_time_of(std::process::id())
}

/// The processor time that a process has taken so far, in all its threads.
pub(crate) fn processor_time_of(process: u32) -> Duration {
    ticks(stat_fields(process).iter().skip(USER_TIME).take(2))
}

/// The processor time of a process's parent and of all that this parent has started, ended ones included: what a
/// PostgreSQL server has taken, seen from one of its backends.
pub(crate) fn processor_time_of_family(member: u32) -> Duration {
    let parent_of = |process| stat_fields(process).get(PARENT).copied();
    let Some(parent) = parent_of(member) else {
        return Duration::ZERO;
    };
    let own = u32::try_from(parent).map_or(Duration::ZERO, |process| {
        ticks(stat_fields(process).iter().skip(USER_TIME).take(4))
    });
    let children = fs::read_dir("/proc").into_iter().flatten().flatten();
    children
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| parent_of(*process) == Some(parent))
        .map(processor_time_of)
        .sum::<Duration>()
        + own
}

/// Where fields stand behind the name in `/proc/<pid>/stat`, counted from the state, which is a letter and read as 0.
const PARENT: usize = 1;
/// User and system time, then the same of children that have ended.
const USER_TIME: usize = 11;

fn stat_fields(process: u32) -> Vec<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces.
    let fields = text
        .rsplit_once(')')
        .map(|(_, fields)| fields)
        .unwrap_or_default();
    fields
        .split_whitespace()
        .map(|field| field.parse().unwrap_or_default())
        .collect()
}

fn ticks<'a>(fields: impl Iterator<Item = &'a u64>) -> Duration {
    Duration::from_millis(fields.sum::<u64>() * 1_000 / TICKS_PER_SECOND)
}
