//! A keyed permutation of the numbers below a product, and its inverse.
//!
//! A Feistel network whose halves are the two factors (Black and Rogaway, "Ciphers with Arbitrary
//! Finite Domains", 2002): each round adds to one half a hash of the other, modulo its factor. So
//! it is a bijection on exactly this many numbers, without cycle walking. It mixes; it is not a
//! secure cipher.

/// Rounds: enough that neither half reveals the counter.
const ROUNDS: usize = 6;

/// A permutation of the numbers below `rows * columns`.
#[derive(Clone, Debug)]
pub(super) struct Permutation {
    rows: u64,
    columns: u64,
    keys: [u64; ROUNDS],
}

impl Permutation {
    pub(super) fn new(rows: u64, columns: u64, key: u64) -> Self {
        assert!(rows > 0 && columns > 0 && rows.checked_mul(columns).is_some(), "a product of 64 bits");
        Self { rows, columns, keys: std::array::from_fn(|round| mix(key.wrapping_add(round as u64))) }
    }

    /// The count of permuted numbers.
    pub(super) fn len(&self) -> u64 {
        self.rows * self.columns
    }

    /// The two factors.
    pub(super) fn sides(&self) -> (u64, u64) {
        (self.rows, self.columns)
    }

    /// The row and column of a number.
    pub(super) fn forward(&self, number: u64) -> (u64, u64) {
        debug_assert!(number < self.len());
        let (mut row, mut column) = (number % self.rows, number / self.rows);
        for pair in self.keys.as_chunks::<2>().0 {
            row = added(row, below(column ^ pair[0], self.rows), self.rows);
            column = added(column, below(row ^ pair[1], self.columns), self.columns);
        }
        (row, column)
    }

    /// The number at a row and a column.
    pub(super) fn inverse(&self, mut row: u64, mut column: u64) -> u64 {
        debug_assert!(row < self.rows && column < self.columns);
        for pair in self.keys.as_chunks::<2>().0.iter().rev() {
            column = added(column, self.columns - below(row ^ pair[1], self.columns), self.columns);
            row = added(row, self.rows - below(column ^ pair[0], self.rows), self.rows);
        }
        column * self.rows + row
    }
}

/// A sum modulo a bound, of two numbers below the bound.
fn added(a: u64, b: u64, bound: u64) -> u64 {
    let sum = a + b;
    if sum >= bound { sum - bound } else { sum }
}

/// A hash below a bound.
fn below(word: u64, bound: u64) -> u64 {
    ((u128::from(mix(word)) * u128::from(bound)) >> 64) as u64
}

/// The finalizer of `SplitMix64`, by Steele, Lea and Flood (2014): each bit of the result depends
/// on each bit of the word.
pub(crate) fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_number_has_one_place_and_back() {
        for (rows, columns) in [(1, 1), (1, 7), (30, 1), (3, 5), (101, 97)] {
            let permutation = Permutation::new(rows, columns, 7);
            let places: HashSet<_> = (0..permutation.len()).map(|number| permutation.forward(number)).collect();
            assert_eq!(places.len() as u64, rows * columns);
            for number in 0..permutation.len() {
                let (row, column) = permutation.forward(number);
                assert!(row < rows && column < columns);
                assert_eq!(permutation.inverse(row, column), number);
            }
        }
    }

    #[test]
    fn another_key_is_another_order() {
        let [a, b] = [1, 2].map(|key| Permutation::new(1000, 1000, key));
        let same = (0..1000).filter(|&number| a.forward(number) == b.forward(number)).count();
        assert!(same < 5, "{same} of 1000");
    }
}
