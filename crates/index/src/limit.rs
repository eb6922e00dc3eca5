//! The information-theoretic lower bound for the size of an index: the logarithm of the number of
//! sets of as many tags. Knows no format.

use std::f64::consts::{LN_2, TAU};

/// Up to this number, factorials are computed as sums; Stirling's series is for large numbers.
const SUMMED: u64 = 256;

/// The least bits per tag of any encoding of N distinct tags of b bits: log2 C(2^b, N) / N. `None`
/// for no tags, or for more than there can be.
///
/// With u = 2^b, ln C(u, N) = N ln u − ln N! + Σ ln(1 − i/u) over i from 0 to N − 1. In this form
/// no two large numbers cancel. The error is below a millionth of a bit.
pub fn information_limit(records: u64, digest_bits: u8) -> Option<f64> {
    let (n, universe) = (records as f64, f64::from(digest_bits).exp2());
    if records == 0 || n > universe {
        return None;
    }
    let ln_sets =
        n * f64::from(digest_bits) * LN_2 - ln_factorial(records) - universe * without_repetition(n / universe);
    Some((ln_sets / n / LN_2).max(0.0))
}

/// ln n!, by Stirling's series with three corrections where n is large.
fn ln_factorial(n: u64) -> f64 {
    if n <= SUMMED {
        return (1..=n).map(|factor| (factor as f64).ln()).sum();
    }
    let x = n as f64;
    x * x.ln() - x + (TAU * x).ln() / 2.0 + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1_260.0 * x.powi(5))
}

/// −∫ ln(1 − t) dt from 0 to x, which is x + (1 − x) ln(1 − x) = Σ x^k / (k (k − 1)) over k from 2:
/// what it costs, as a part of the universe, that no tag is drawn twice.
fn without_repetition(x: f64) -> f64 {
    if x < 0.01 {
        return (2..=6).map(|k| x.powi(k) / f64::from(k * (k - 1))).sum();
    }
    let rest = 1.0 - x;
    x + if rest > 0.0 { rest * rest.ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// log2 C(2^b, N), a factor at a time.
    fn exactly(records: u64, digest_bits: u8) -> f64 {
        let universe = f64::from(digest_bits).exp2();
        (0..records).map(|i| ((universe - i as f64) / (i + 1) as f64).log2()).sum()
    }

    #[test]
    fn the_limit_is_that_of_the_binomial() {
        for (records, digest_bits) in [(1, 32), (2, 36), (255, 40), (256, 40), (257, 40), (60_000, 32), (200_000, 44)] {
            let expected = exactly(records, digest_bits) / records as f64;
            let limit = information_limit(records, digest_bits).expect("some");
            assert!((limit - expected).abs() < 1e-6, "{records} of {digest_bits} bits: {limit}, not {expected}");
        }
    }

    #[test]
    fn a_billion_tags_take_what_the_usual_formula_says() {
        let usual = 60.0 - 1e9_f64.log2() + std::f64::consts::LOG2_E;
        let limit = information_limit(1_000_000_000, 60).expect("some");
        assert!((limit - usual).abs() < 1e-6, "{limit}, not {usual}");
        assert_eq!(information_limit(0, 60), None);
    }
}
