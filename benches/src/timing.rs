//! Medians of several rounds behind one that warms caches up and is not counted.

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of each measurement, of which the median counts.
pub(crate) const ROUNDS: usize = 5;

/// The median over rounds of the nanoseconds that each of so many items takes.
pub(crate) fn nanos_per_item(items: usize, round: impl Fn() -> usize) -> f64 {
    let whole = median(|| {
        black_box(round());
    });
    whole.as_secs_f64() * 1e9 / items as f64
}

/// The median over rounds of the time that one takes.
pub(crate) fn median(round: impl Fn()) -> Duration {
    round();
    middle((0..ROUNDS).map(|_| {
        let start = Instant::now();
        round();
        start.elapsed()
    }))
}

/// The one in the middle, by size.
pub(crate) fn middle<T: PartialOrd>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|a, b| a.partial_cmp(b).expect("measured values are numbers"));
    let place = values.len() / 2;
    values.swap_remove(place)
}

/// How long one piece of work takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    Ok((work()?, start.elapsed()))
}

/// The wall time of one piece of work, and the CPU time that all threads of this process spend in it.
pub(crate) fn timed_on_all_cores<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration, Duration)> {
    let (start, cpu) = (Instant::now(), cpu_time());
    let done = work()?;
    Ok((done, start.elapsed(), cpu_time().saturating_sub(cpu)))
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32)
}
