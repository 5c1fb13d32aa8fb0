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
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold spaces; user and system time are the 12th and 13th fields behind it.
    let ticks: u64 = text
        .rsplit_once(')')
        .map(|(_, fields)| {
            fields
                .split_whitespace()
                .skip(11)
                .take(2)
                .filter_map(|field| field.parse::<u64>().ok())
                .sum()
        })
        .unwrap_or_default();
    Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
}
