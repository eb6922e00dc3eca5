//! Medians of several rounds, after a warm-up round that is not counted.

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds per measurement.
pub(crate) const ROUNDS: usize = 5;

/// Nanoseconds per item, the median over the rounds.
pub(crate) fn nanos_per_item(items: usize, round: impl Fn() -> usize) -> f64 {
    let whole = median(|| {
        black_box(round());
    });
    whole.as_secs_f64() * 1e9 / items as f64
}

/// The median time over the rounds.
pub(crate) fn median(round: impl Fn()) -> Duration {
    round();
    middle((0..ROUNDS).map(|_| {
        let start = Instant::now();
        round();
        start.elapsed()
    }))
}

/// The median.
pub(crate) fn middle<T: PartialOrd>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|a, b| a.partial_cmp(b).expect("measured values are numbers"));
    let place = values.len() / 2;
    values.swap_remove(place)
}

/// The wall time of one piece of work.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    Ok((work()?, start.elapsed()))
}

/// The wall time of one piece of work, and the CPU time of all threads of this process during it.
pub(crate) fn timed_on_all_cores<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration, Duration)> {
    let (start, cpu) = (Instant::now(), cpu_time());
    let done = work()?;
    Ok((done, start.elapsed(), cpu_time().saturating_sub(cpu)))
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32)
}
