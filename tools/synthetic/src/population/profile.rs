//! Who stands in which row: everybody once, or some again and again.

use super::permutation::{Permutation, mix};

/// How often people repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Row n is person n.
    #[default]
    Distinct,
    /// As in a police database of years: of a billion rows, 105 million people. Each of them has a row at least; the other rows
    /// fall to some more often than to others.
    Shanghai,
}

/// Distinct people of so many rows.
const PEOPLE: u64 = 105;
const ROWS: u64 = 1_000;

/// So that the rows of one person lie far apart.
const KEY: u64 = 0x5EED_0F1D_0000_0002;

/// Rows and their people.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    rows: u64,
    people: u64,
    order: Option<Permutation>,
}

impl Profile {
    /// How many people stand in so many rows: exactly, if all these rows are written.
    pub fn people(self, rows: u64) -> u64 {
        match self {
            Self::Distinct => rows,
            Self::Shanghai => (rows * PEOPLE).div_ceil(ROWS),
        }
    }

    /// Whoever stands in these rows.
    pub(crate) fn cast(self, rows: u64) -> Cast {
        let order = match self {
            Self::Distinct => None,
            Self::Shanghai => {
                // Rows beyond the product walk on; a square wastes few.
                let side = rows.isqrt().max(1);
                Some(Permutation::new(side, rows.div_ceil(side).max(1), KEY))
            }
        };
        Cast { rows, people: self.people(rows), order }
    }
}

impl Cast {
    /// The person of a row below the count.
    pub(crate) fn person(&self, row: u64) -> u64 {
        let Some(order) = &self.order else { return row };
        let (_, columns) = order.sides();
        let mut place = row;
        loop {
            let (a, b) = order.forward(place);
            place = a * columns + b;
            if place < self.rows {
                break;
            }
        }
        if place < self.people {
            return place;
        }
        // The square of a share: one in ten people has a third of the repetitions.
        let share = mix(place ^ KEY) >> 32;
        ((u128::from(share * share) * u128::from(self.people)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn rows_of_the_police_have_exactly_so_many_people() {
        for rows in [1, 9, 1_000, 99_991] {
            let cast = Profile::Shanghai.cast(rows);
            let mut often = HashMap::new();
            (0..rows).for_each(|row| *often.entry(cast.person(row)).or_insert(0_u64) += 1);
            assert_eq!(often.len() as u64, Profile::Shanghai.people(rows), "{rows} rows");
            assert!(often.keys().all(|&person| person < Profile::Shanghai.people(rows)));
        }
        assert_eq!(Profile::Shanghai.people(1_000_000_000), 105_000_000);
    }

    #[test]
    fn some_stand_in_far_more_rows_than_others() {
        let cast = Profile::Shanghai.cast(100_000);
        let mut often = vec![0_u64; 10_500];
        (0..100_000).for_each(|row| often[cast.person(row) as usize] += 1);
        often.sort_unstable();
        let top: u64 = often.iter().rev().take(1_050).sum();
        assert!((25_000..45_000).contains(&top), "{top} rows of the first tenth");
    }
}
