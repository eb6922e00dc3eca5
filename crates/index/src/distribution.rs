//! Distributions of numbers: percentiles and a coarse histogram, for people who inspect an index.

/// The most bars of a histogram.
const BARS: u64 = 12;

/// The distribution of a list of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// How many numbers.
    pub count: u64,
    /// The smallest.
    pub min: u64,
    /// The arithmetic mean.
    pub mean: f64,
    /// The median (nearest rank, as all percentiles here).
    pub median: u64,
    /// The 90th percentile.
    pub p90: u64,
    /// The 99th percentile.
    pub p99: u64,
    /// The largest.
    pub max: u64,
    /// The histogram from smallest to largest. Bars are equally wide; the last may be narrower.
    pub bars: Vec<Bar>,
}

/// One bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The smallest number counted.
    pub from: u64,
    /// The largest number counted.
    pub to: u64,
    /// How many numbers are in it.
    pub count: u64,
}

impl Distribution {
    /// The distribution of these numbers, in any order. All fields are zero if there are none.
    pub(crate) fn of(mut numbers: Vec<u64>) -> Self {
        numbers.sort_unstable();
        let count = numbers.len() as u64;
        // Nearest rank: the smallest number that `percent` in a hundred do not exceed.
        let percentile = |percent: u64| {
            let rank = (count * percent).div_ceil(100).max(1);
            numbers.get(rank as usize - 1).copied().unwrap_or_default()
        };
        let (min, max) = (percentile(0), percentile(100));
        let total: u128 = numbers.iter().map(|&number| u128::from(number)).sum();
        let mean = total as f64 / count.max(1) as f64;
        let bars = if numbers.is_empty() { Vec::new() } else { bars(&numbers, min, max) };
        Self { count, min, mean, median: percentile(50), p90: percentile(90), p99: percentile(99), max, bars }
    }
}

fn bars(sorted: &[u64], min: u64, max: u64) -> Vec<Bar> {
    let width = (max - min) / BARS + 1;
    let mut rest = sorted;
    let starts = (0..BARS).map(|bar| min + bar * width).take_while(|&from| from <= max);
    let bar = |from: u64| {
        let to = max.min(from.saturating_add(width - 1));
        let (here, behind) = rest.split_at(rest.partition_point(|&number| number <= to));
        rest = behind;
        Bar { from, to, count: here.len() as u64 }
    };
    starts.map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_numbers_that_occur() {
        let spread = Distribution::of((1..=100).rev().collect());
        let Distribution { count, min, mean, median, p90, p99, max, bars } = spread;
        assert_eq!((count, min, median, p90, p99, max), (100, 1, 50, 90, 99, 100));
        assert!((mean - 50.5).abs() < 1e-9);
        assert_eq!(bars[0], Bar { from: 1, to: 9, count: 9 });
        assert_eq!(bars.last(), Some(&Bar { from: 100, to: 100, count: 1 }));
        assert_eq!((bars.len(), bars.iter().map(|bar| bar.count).sum::<u64>()), (12, 100));
    }

    #[test]
    fn few_and_equal_numbers_are_spread_too() {
        let same = Distribution::of(vec![7; 3]);
        assert_eq!((same.min, same.p99, same.max, same.bars), (7, 7, 7, vec![Bar { from: 7, to: 7, count: 3 }]));
        let wide = Distribution::of(vec![u64::MAX, 0]);
        assert_eq!((wide.median, wide.bars.len()), (0, 12));
        assert_eq!(Distribution::of(Vec::new()).bars, []);
    }
}
