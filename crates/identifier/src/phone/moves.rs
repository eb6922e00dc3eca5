//! Numbers that changed when a country changed its numbering plan, and numbers that are issued but
//! that the library does not know: `phone_moves.json`, read once.
//!
//! Owns what a row of the file means. Whether a number that moved can be dialled is decided by
//! `reading`.

use serde::Deserialize;
use std::sync::LazyLock;

/// Moves are found by this many first digits.
const FIRST_DIGITS: usize = 3;
const FIRSTS: usize = 10_usize.pow(FIRST_DIGITS as u32);

/// A mistake in the file fails the first test.
pub(super) static MOVES: LazyLock<Moves> = LazyLock::new(|| Moves::read(include_str!("../../phone_moves.json")));

/// All rows of the file.
pub(super) struct Moves {
    all: Vec<Move>,
    /// By the first digits of an old number: which moves it may be of.
    by_first: Vec<Vec<u16>>,
    /// Numbers that are issued though the library does not know them, and the contrary.
    issued: Vec<Shape>,
    unissued: Vec<Shape>,
}

/// Digits that are taken from a number, and those that are put in their place.
pub(super) struct Move {
    /// What stays in front, what is removed, and what says that the number is meant.
    old: Shape,
    /// Where the removed digits begin and end.
    removed: (usize, usize),
    inserted: String,
}

/// Which numbers are meant.
struct Shape {
    /// For each position at the beginning, the digits that may be there, as bits.
    beginning: Vec<u16>,
    /// Digits of a whole number.
    digits: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    issued: Vec<ShapeRow>,
    unissued: Vec<ShapeRow>,
    moved: Vec<MovedRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeRow {
    #[serde(rename = "source")]
    _source: String,
    numbers: Vec<(String, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MovedRow {
    #[serde(rename = "country")]
    _country: String,
    #[serde(rename = "since")]
    _since: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "same_line", default)]
    _same_line: bool,
    #[serde(rename = "note", default)]
    _note: Option<String>,
    moves: Vec<(String, usize, String)>,
}

impl Moves {
    /// The digits that a number has now, if they changed: both with calling code, without `+`.
    pub(super) fn of(&self, digits: &str) -> Option<String> {
        let bytes = digits.as_bytes();
        let candidates = &self.by_first[first(bytes)?];
        let moved = candidates.iter().map(|&at| &self.all[usize::from(at)]).find(|moved| moved.old.fits(bytes))?;
        let (start, end) = moved.removed;
        Some([&digits[..start], &moved.inserted, &digits[end..]].concat())
    }

    /// Whether a number may have changed, by its first digits, some of which are its calling
    /// code's.
    pub(super) fn may_concern(&self, code: &str, digits: &str) -> bool {
        let mut beginning = code.bytes().chain(digits.bytes());
        let beginning: [u8; FIRST_DIGITS] = std::array::from_fn(|_| beginning.next().unwrap_or_default());
        first(&beginning).is_some_and(|first| !self.by_first[first].is_empty())
    }

    /// Whether a number is known to be issued, though the library does not know it.
    pub(super) fn is_issued(&self, digits: &str) -> bool {
        self.issued.iter().any(|shape| shape.fits(digits.as_bytes()))
    }

    /// Whether nobody has a number, though the library knows it.
    pub(super) fn is_unissued(&self, digits: &str) -> bool {
        self.unissued.iter().any(|shape| shape.fits(digits.as_bytes()))
    }

    fn read(text: &str) -> Self {
        let file: File = serde_json::from_str(text).expect("phone_moves.json is valid");
        let rows = file.moved.into_iter().flat_map(|row| row.moves);
        let all: Vec<Move> = rows.map(|(pattern, digits, inserted)| Move::read(&pattern, digits, inserted)).collect();
        let fits = |number: usize, moved: &Move| {
            let digits = format!("{number:0FIRST_DIGITS$}");
            moved.old.beginning.iter().zip(digits.bytes()).all(|(bits, digit)| bits >> (digit - b'0') & 1 == 1)
        };
        let by_first = (0..FIRSTS)
            .map(|number| (0..).zip(&all).filter(|(_, moved)| fits(number, moved)).map(|(at, _)| at).collect())
            .collect();
        let shapes = |rows: Vec<ShapeRow>| rows.into_iter().flat_map(|row| row.numbers).map(Shape::of).collect();
        Self { all, by_first, issued: shapes(file.issued), unissued: shapes(file.unissued) }
    }
}

impl Move {
    /// The old number with the least, greatest or other digits where any may be. For tests.
    #[cfg(test)]
    pub(super) fn example(&self, mut pick: impl FnMut(&[u8]) -> u8) -> String {
        let any = 0x3FF;
        let positions = (0..self.old.digits).map(|at| self.old.beginning.get(at).copied().unwrap_or(any));
        let digits = positions.map(|bits| {
            let allowed: Vec<u8> = (0..10).filter(|digit| bits >> digit & 1 == 1).map(|digit| b'0' + digit).collect();
            char::from(pick(&allowed))
        });
        digits.collect()
    }

    /// A row such as `["84|12|[068]", 12, "7"]`.
    fn read(pattern: &str, digits: usize, inserted: String) -> Self {
        let parts: Vec<Vec<u16>> = pattern.split('|').map(positions).collect();
        let [before, removed, behind] = &parts[..] else { panic!("{pattern} has three parts") };
        let removed_at = (before.len(), before.len() + removed.len());
        let old = Shape { beginning: [&before[..], removed, behind].concat(), digits };
        assert!(digits >= old.beginning.len(), "the digits of the whole number are counted");
        Self { old, removed: removed_at, inserted }
    }
}

impl Shape {
    fn of((beginning, digits): (String, usize)) -> Self {
        Self { beginning: positions(&beginning), digits }
    }

    fn fits(&self, digits: &[u8]) -> bool {
        let is_allowed = |(bits, digit): (&u16, &u8)| digit.is_ascii_digit() && bits >> (digit - b'0') & 1 == 1;
        digits.len() == self.digits && self.beginning.iter().zip(digits).all(is_allowed)
    }
}

#[cfg(test)]
impl Moves {
    /// All moves. For tests.
    pub(super) fn all(&self) -> &[Move] {
        &self.all
    }

    /// How many moves a number is of. For tests.
    pub(super) fn count(&self, digits: &str) -> usize {
        self.all.iter().filter(|moved| moved.old.fits(digits.as_bytes())).count()
    }
}

/// For each position of `5[13-5]` the digits that may be there, as bits.
fn positions(pattern: &str) -> Vec<u16> {
    let bit = |digit: u8| 1_u16 << (digit - b'0');
    let mut found = Vec::new();
    let mut bytes = pattern.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'[' {
            found.push(bit(byte));
            continue;
        }
        let mut bits = 0;
        while let Some(low) = bytes.next().filter(|&byte| byte != b']') {
            let high = if bytes.next_if_eq(&b'-').is_some() { bytes.next().unwrap_or(low) } else { low };
            bits |= (low..=high).fold(0, |bits, digit| bits | bit(digit));
        }
        found.push(bits);
    }
    found
}

/// The first digits of a number, as a number, if they are digits.
fn first(digits: &[u8]) -> Option<usize> {
    let digits = digits.first_chunk::<FIRST_DIGITS>()?;
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + usize::from(digit - b'0')))
}
