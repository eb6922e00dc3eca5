//! The cells of ID numbers: areas by population, birth dates by year, and sequence numbers, whose
//! last bit is the sex.

use super::areas::{self, Area};
use super::permutation::Permutation;
use super::world::World;
use std::collections::HashMap;

/// The years of births, and how many sequence numbers per area person each day has, by year:
/// roughly the baby booms of China.
const FIRST_YEAR: u64 = 1935;
const BIRTHS: [(u64, u64); 7] = [(1949, 1), (1958, 2), (1961, 1), (1975, 4), (1979, 3), (1991, 4), (2012, 2)];

/// The largest of these.
const MOST_BIRTHS: u64 = 4;

/// Sequence numbers of three digits, from 001.
pub(super) const SEQUENCES: u64 = 999;

/// The weights of GB 11643-1999, table 1. The generator has its own check, so that it can find a
/// mistake in the program's.
const WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The ID numbers of a world.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    /// A row of cells: an area, and one of its people born on one day.
    places: Vec<Place>,
    /// A column of cells: a birth date, and the number among those born there on that day.
    births: Vec<Birth>,
    /// For each area, the first of its rows and their count.
    of_area: HashMap<u64, (u64, u64)>,
    /// For each year, the first of its columns and their count per day.
    of_year: Vec<(u64, u64)>,
    order: Permutation,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    area: u32,
    /// The number among those born on one day, from 0 and below `width`.
    nth: u16,
    width: u16,
}

#[derive(Clone, Copy, Debug)]
struct Birth {
    /// As an eight-digit number.
    date: u32,
    turn: u32,
}

impl Ids {
    pub(super) fn of(world: World, key: u64) -> Self {
        let (mut places, mut of_area) = (Vec::new(), HashMap::new());
        for Area { code, width } in areas::of(world) {
            assert!(width > 0 && u64::from(width) * MOST_BIRTHS <= SEQUENCES, "three digits");
            of_area.insert(u64::from(code), (places.len() as u64, u64::from(width)));
            places.extend((0..width).map(|nth| Place { area: code, nth, width }));
        }
        let (mut births, mut of_year) = (Vec::new(), Vec::new());
        let mut year = FIRST_YEAR;
        for (last, turns) in BIRTHS {
            for year in year..=last {
                of_year.push((births.len() as u64, turns));
                let days = (1..=12).flat_map(|month| (1..=days_of(year, month)).map(move |day| (month, day)));
                for (month, day) in days {
                    let date = (year * 10_000 + month * 100 + day) as u32;
                    births.extend((0..turns as u32).map(|turn| Birth { date, turn }));
                }
            }
            year = last + 1;
        }
        let order = Permutation::new(places.len() as u64, births.len() as u64, key);
        Self { places, births, of_area, of_year, order }
    }

    pub(super) fn cells(&self) -> u64 {
        self.order.len()
    }

    pub(super) fn id(&self, index: u64) -> [u8; 18] {
        assert!(index < self.cells(), "there are {} ID numbers", self.cells());
        let (row, column) = self.order.forward(index);
        let (place, birth) = (self.places[row as usize], self.births[column as usize]);
        let sequence = u64::from(birth.turn) * u64::from(place.width) + u64::from(place.nth) + 1;
        let mut id = [b'0'; 18];
        put(&mut id[..6], u64::from(place.area));
        put(&mut id[6..14], u64::from(birth.date));
        put(&mut id[14..17], sequence);
        id[17] = check(&id[..17]);
        id
    }

    pub(super) fn index_of(&self, id: &str) -> Option<u64> {
        let id: &[u8; 18] = id.as_bytes().try_into().ok()?;
        if !id[..17].iter().all(u8::is_ascii_digit) || id[17] != check(&id[..17]) {
            return None;
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |n, digit| n * 10 + u64::from(digit - b'0'));
        let (first_row, width) = *self.of_area.get(&number(&id[..6]))?;
        let (year, month, day) = (number(&id[6..10]), number(&id[10..12]), number(&id[12..14]));
        let (first_column, turns) = *self.of_year.get(year.checked_sub(FIRST_YEAR)? as usize)?;
        if !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
            return None;
        }
        let sequence = number(&id[14..17]).checked_sub(1)?;
        let (turn, place) = (sequence / width, sequence % width);
        let day_of_year = (1..month).map(|month| days_of(year, month)).sum::<u64>() + day - 1;
        (turn < turns).then(|| self.order.inverse(first_row + place, first_column + day_of_year * turns + turn))
    }
}

/// The check character of seventeen digits.
pub(crate) fn check(body: &[u8]) -> u8 {
    let sum: u64 = body.iter().zip(WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize]
}

fn days_of(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Writes a number with this many digits, with leading zeros.
fn put(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}
