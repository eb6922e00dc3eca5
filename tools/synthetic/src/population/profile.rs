//! Who is in which row: everybody once, or some people repeatedly.

use super::permutation::{Permutation, mix};

/// How often people are repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// As many people as rows.
    #[default]
    Distinct,
    /// Like a police database of several years: a billion rows have 105 million people.
    Shanghai,
}

/// Distinct people for a number of rows.
const PEOPLE: u64 = 105;
const ROWS: u64 = 1_000;

/// Spreads the rows of one person.
const KEY: u64 = 0x5EED_0F1D_0000_0002;

impl Profile {
    /// How many people are in this many rows.
    pub fn people(self, rows: u64) -> u64 {
        match self {
            Self::Distinct => rows,
            Self::Shanghai => (rows * PEOPLE).div_ceil(ROWS),
        }
    }
}

/// Rows and their people. With equal counts, row n is person n; else each person has at least one
/// row, and the other rows are distributed unevenly.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    rows: u64,
    people: u64,
    order: Option<Permutation>,
}

impl Cast {
    /// This many people in this many rows. With fewer rows than people, the last people have none.
    pub(crate) fn of(people: u64, rows: u64) -> Self {
        let order = (rows > people).then(|| {
            // Positions beyond the row count are skipped; a square has few of them.
            let side = rows.isqrt().max(1);
            Permutation::new(side, rows.div_ceil(side).max(1), KEY)
        });
        Self { rows, people, order }
    }

    /// The person of a row, which is below the row count.
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
            let people = Profile::Shanghai.people(rows);
            let cast = Cast::of(people, rows);
            let mut often = HashMap::new();
            (0..rows).for_each(|row| *often.entry(cast.person(row)).or_insert(0_u64) += 1);
            assert_eq!(often.len() as u64, people, "{rows} rows");
            assert!(often.keys().all(|&person| person < people));
        }
        assert_eq!(Profile::Shanghai.people(1_000_000_000), 105_000_000);
    }

    #[test]
    fn some_stand_in_far_more_rows_than_others() {
        let cast = Cast::of(10_500, 100_000);
        let mut often = vec![0_u64; 10_500];
        (0..100_000).for_each(|row| often[cast.person(row) as usize] += 1);
        often.sort_unstable();
        let top: u64 = often.iter().rev().take(1_050).sum();
        assert!((25_000..45_000).contains(&top), "{top} rows of the first tenth");
    }
}
