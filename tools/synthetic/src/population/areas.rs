//! Where people live: area codes, and how many people are born there per day.
//!
//! Provinces have their population of the census of 2020, in units of ten thousand; prefectures
//! share it, the seat of the province counts twice; counties are numbered by a rule that resembles
//! GB/T 2260 and is not it. So shares of provinces and the first four digits are realistic; whether
//! a county's code is issued is chance.

use super::world::World;
use std::ops::RangeInclusive;

/// An area.
pub(super) struct Area {
    /// Six digits.
    pub(super) code: u32,
    /// People of it that are born on one day of a year with few births.
    pub(super) width: u16,
}

/// Areas that are in no list.
const UNASSIGNED: RangeInclusive<u32> = 991_000..=991_999;
const UNASSIGNED_WIDTH: u16 = 60;

/// Counties directly below a province only exist in Hainan and abroad, and none had so high a
/// number.
const NO_COUNTY: RangeInclusive<u32> = 80..=99;
const NO_COUNTY_WIDTH: u16 = 100;

/// Counties of a prefecture: districts, then counties and cities.
const COUNTIES: [RangeInclusive<u32>; 3] = [2..=6, 21..=24, 81..=82];

/// Districts of a city that is a province.
const DISTRICTS: RangeInclusive<u32> = 1..=18;

/// Sequence numbers per day that a million people take. A billion distinct ID numbers then take a
/// sixth of all.
const WIDTH_A_MILLION: u64 = 50;

/// A province: its code, its population in ten thousands, and its prefectures.
type Province = (u32, u64, &'static [RangeInclusive<u32>]);

/// Provinces that are cities have one prefecture; Chongqing has two.
const PROVINCES: [Province; 31] = [
    (11, 2189, &[1..=1]),
    (12, 1387, &[1..=1]),
    (13, 7461, &[1..=11]),
    (14, 3492, &[1..=11]),
    (15, 2405, &[1..=9, 22..=22, 25..=25, 29..=29]),
    (21, 4259, &[1..=14]),
    (22, 2407, &[1..=8, 24..=24]),
    (23, 3185, &[1..=12, 27..=27]),
    (31, 2487, &[1..=1]),
    (32, 8475, &[1..=13]),
    (33, 6457, &[1..=11]),
    (34, 6103, &[1..=8, 10..=13, 15..=18]),
    (35, 4154, &[1..=9]),
    (36, 4519, &[1..=11]),
    (37, 10153, &[1..=11, 13..=17]),
    (41, 9937, &[1..=17]),
    (42, 5775, &[1..=3, 5..=13, 28..=28]),
    (43, 6644, &[1..=13, 31..=31]),
    (44, 12601, &[1..=9, 12..=18, 51..=53]),
    (45, 5013, &[1..=14]),
    (46, 1008, &[1..=2, 4..=4]),
    (50, 3205, &[2..=3]),
    (51, 8367, &[1..=1, 3..=11, 13..=20, 32..=34]),
    (52, 3856, &[1..=6, 23..=23, 26..=27]),
    (53, 4721, &[1..=1, 3..=9, 23..=23, 25..=26, 28..=29, 31..=31, 33..=34]),
    (54, 365, &[1..=6, 25..=25]),
    (61, 3953, &[1..=10]),
    (62, 2502, &[1..=12, 29..=30]),
    (63, 592, &[1..=2, 22..=23, 25..=28]),
    (64, 720, &[1..=5]),
    (65, 2585, &[1..=2, 4..=5, 23..=23, 27..=32, 40..=40, 42..=43]),
];

/// A province that had counties directly below it.
const HAINAN: u32 = 46;

/// The areas of a world, in order.
pub(super) fn of(world: World) -> Vec<Area> {
    match world {
        World::Nobody => UNASSIGNED.map(|code| Area { code, width: UNASSIGNED_WIDTH }).collect(),
        World::NobodyInText => {
            let provinces = PROVINCES.iter().map(|province| province.0).filter(|&province| province != HAINAN);
            let code = |province: u32| NO_COUNTY.map(move |county| province * 10_000 + county);
            provinces.flat_map(code).map(|code| Area { code, width: NO_COUNTY_WIDTH }).collect()
        }
        World::Realistic => PROVINCES.iter().flat_map(counties).collect(),
    }
}

fn counties(&(province, population, prefectures): &Province) -> Vec<Area> {
    let prefectures: Vec<u32> = prefectures.iter().cloned().flatten().collect();
    let is_city = prefectures.len() <= 2;
    let counties: Vec<u32> = if is_city { DISTRICTS.collect() } else { COUNTIES.into_iter().flatten().collect() };
    // The seat counts twice.
    let shares = (prefectures.len() + 1) * counties.len();
    let width = population * WIDTH_A_MILLION / 100 / shares as u64;
    let area = |(place, prefecture): (usize, &u32)| {
        let width = (if place == 0 && !is_city { 2 * width } else { width }).max(1) as u16;
        let code = province * 10_000 + prefecture * 100;
        counties.iter().map(|county| Area { code: code + county, width }).collect::<Vec<_>>()
    };
    prefectures.iter().enumerate().flat_map(area).collect()
}
