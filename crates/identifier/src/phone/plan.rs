//! Numbering plans, as far as plain digits need them: `phone_plans.txt`, read once, found by
//! calling code or region.
//!
//! Owns what a line of the file means. `plain` applies the plans.

use crate::region::Region;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A rule is chosen by this many first digits, and a plan by its calling code, which is no longer.
const FIRST_DIGITS: usize = 3;
const FIRSTS: usize = 10_usize.pow(FIRST_DIGITS as u32);

/// Regions are pairs of letters.
const REGIONS: usize = 26 * 26;

/// The word at the end of a line which says that 00 stands for a `+`.
const DIALS_00: &str = "+00";

/// A mistake in the file fails the first test.
pub(super) static PLANS: LazyLock<Plans> = LazyLock::new(|| Plans::read(include_str!("../../phone_plans.txt")));

/// All plans.
pub(super) struct Plans {
    all: Vec<Plan>,
    /// By the first digits behind a `+`.
    by_code: [Option<u16>; FIRSTS],
    /// By the letters of the region.
    by_region: [Option<u16>; REGIONS],
}

/// One region's plan: a line of the file.
pub(super) struct Plan {
    /// The calling code.
    pub(super) code: &'static str,
    /// Whether several regions have this calling code.
    pub(super) is_shared: bool,
    /// The length of the longest national number. A longer one that begins with the calling code is
    /// international.
    pub(super) longest: usize,
    /// Rules for digits after the calling code.
    pub(super) national: Rules,
    /// Those of the main region of this calling code.
    pub(super) national_in_main: Rules,
    /// Rules for digits dialled inside the region.
    pub(super) dialled: Rules,
    /// Whether 00 stands for a `+` inside the region.
    pub(super) dials_00: bool,
    /// Bit n: a national number may have n digits, here and in the main region of this calling
    /// code.
    lengths: u32,
}

/// The rule for a national number, by its first digits. Most regions share a table.
#[derive(Clone, Copy)]
pub(super) struct Rules(&'static [Rule; FIRSTS]);

/// A rule for a national number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It stays as it is.
    Kept,
    /// It loses its first digit.
    Dropped,
    /// The library decides.
    Library,
}

impl Plan {
    /// Whether a national number may have this many digits.
    pub(super) fn allows(&self, digits: usize) -> bool {
        self.lengths.checked_shr(digits as u32).is_some_and(|bits| bits & 1 == 1)
    }
}

impl Rules {
    /// The rule for a number.
    pub(super) fn of(self, digits: &str) -> Rule {
        first(digits.as_bytes()).map_or(Rule::Library, |first| self.0[first])
    }
}

impl Plans {
    /// The plan of the calling code that these digits begin with, in its main region.
    pub(super) fn of_code(&self, digits: &str) -> Option<&Plan> {
        self.at(self.by_code[first(digits.as_bytes())?])
    }

    /// The plan of a region.
    pub(super) fn of_region(&self, region: Region) -> Option<&Plan> {
        // The library's regions are numbered by their letters.
        self.at(self.by_region[place(&(region.to_library() as u16).to_be_bytes())?])
    }

    fn at(&self, at: Option<u16>) -> Option<&Plan> {
        self.all.get(usize::from(at?))
    }

    /// The plans of a text in the form of `phone_plans.txt`.
    pub(super) fn read(text: &'static str) -> Self {
        let mut read = Self { all: Vec::new(), by_code: [None; FIRSTS], by_region: [None; REGIONS] };
        let mut known = HashMap::new();
        let mut rules = |text| *known.entry(text).or_insert_with(|| Rules(Box::leak(Box::new(table(text)))));
        let lines: Vec<Line> = text.lines().filter(|line| !line.starts_with('#')).map(Line::read).collect();
        for lines in lines.chunk_by(|a, b| a.code == b.code) {
            let main = &lines[0];
            read.by_code[firsts(main.code)].fill(Some(read.all.len() as u16));
            for line in lines {
                if let Some(place) = place(line.region.as_bytes()) {
                    read.by_region[place] = Some(read.all.len() as u16);
                }
                read.all.push(Plan {
                    code: line.code,
                    is_shared: lines.len() > 1,
                    longest: line.lengths.ilog2() as usize,
                    national: rules(line.national),
                    national_in_main: rules(main.national),
                    dialled: rules(line.dialled),
                    dials_00: line.dialled.ends_with(DIALS_00),
                    lengths: line.lengths & main.lengths,
                });
            }
        }
        read
    }
}

/// A line of the file: `AU 61 5-10,12 -0 183 | 001 014`.
struct Line {
    region: &'static str,
    code: &'static str,
    lengths: u32,
    /// `-0 183`.
    national: &'static str,
    /// `-0 183 | 001 014`.
    dialled: &'static str,
}

impl Line {
    fn read(line: &'static str) -> Self {
        let mut fields = line.splitn(4, ' ');
        let mut field = || fields.next().unwrap_or_default();
        let (region, code, lengths, dialled) = (field(), field(), field(), field());
        let national = dialled.split_once('|').map_or(dialled, |(national, _)| national).trim_end();
        Self { region, code, lengths: bits(lengths), national, dialled }
    }
}

/// A bit for each number in `5-10,12`.
fn bits(ranges: &str) -> u32 {
    let bit = |number: &str| 1_u32 << number.parse::<u32>().expect("lengths are numbers below 32");
    ranges.split(',').fold(0, |bits, range| {
        let (low, high) = range.split_once('-').unwrap_or((range, range));
        bits | ((bit(high) << 1) - bit(low))
    })
}

/// The rules of `-0 183 | 001 014`: the last that fits counts.
fn table(rules: &str) -> [Rule; FIRSTS] {
    let mut table = [Rule::Kept; FIRSTS];
    for rule in rules.split_ascii_whitespace().filter(|&word| word != "|" && word != DIALS_00) {
        match rule.strip_prefix('-') {
            Some(beginning) => table[firsts(beginning)].fill(Rule::Dropped),
            None => table[firsts(rule)].fill(Rule::Library),
        }
    }
    table
}

/// The first digits of all numbers that begin so, as numbers.
fn firsts(beginning: &str) -> Range<usize> {
    let width = FIRSTS / 10_usize.pow(beginning.len() as u32);
    let low = beginning.parse::<usize>().expect("beginnings are one to three digits") * width;
    low..low + width
}

/// The first digits of a number, as a number, if they are digits.
fn first(digits: &[u8]) -> Option<usize> {
    let digits = digits.first_chunk::<FIRST_DIGITS>()?;
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + usize::from(digit - b'0')))
}

/// The position of a region among all pairs of letters.
fn place(letters: &[u8]) -> Option<usize> {
    let &[a @ b'A'..=b'Z', b @ b'A'..=b'Z'] = letters else { return None };
    Some(usize::from(a - b'A') * 26 + usize::from(b - b'A'))
}
