//! When a webhook that nobody took is sent again.

use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// The original's schedule: how often to wait, and how long. 16 repeats within some 24 hours.
const STEPS: [(u32, Duration); 5] = [
    (1, MINUTE),
    (2, Duration::from_mins(5)),
    (5, Duration::from_mins(10)),
    (5, HOUR),
    (3, Duration::from_hours(6)),
];

/// The waits before each repeat, that many times faster than the original's.
pub(super) fn retry_delays(speed_up: u32) -> impl Iterator<Item = Duration> + Send {
    let speed_up = speed_up.max(1);
    STEPS
        .into_iter()
        .flat_map(move |(times, delay)| (0..times).map(move |_| delay / speed_up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_repeated_sixteen_times_within_a_day() {
        let delays: Vec<Duration> = retry_delays(1).collect();
        assert_eq!(delays.len(), 16);
        assert_eq!(delays.first(), Some(&MINUTE));
        assert_eq!(
            delays.iter().sum::<Duration>(),
            MINUTE * (1 + 10 + 50) + HOUR * (5 + 18)
        );
    }

    #[test]
    fn the_schedule_can_be_speeded_up() {
        assert_eq!(retry_delays(60).next(), Some(Duration::from_secs(1)));
    }
}
