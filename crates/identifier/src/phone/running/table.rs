//! `phone_spellings.txt`, read once: the automaton of valid numbers, and the lines of calling codes
//! and regions.
//!
//! Owns where in the file they are. What the line of a region means is in `spelling`.

use super::automaton::{Automaton, State};
use crate::region::Region;
use std::sync::LazyLock;

/// No calling code has more digits.
const CODE_DIGITS: usize = 3;

/// A mistake in the file fails the first test.
pub(in crate::phone) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../../phone_spellings.txt")));

pub(in crate::phone) struct Table {
    pub(super) automaton: Automaton,
    /// Calling codes and their first states, by code.
    codes: Vec<(&'static str, State)>,
    /// The code of each region and the rest of its line, by region.
    regions: Vec<(&'static str, &'static str)>,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let is_region = |line: &&str| line.starts_with(|c: char| c.is_ascii_uppercase());
        let is_code = |line: &&str| !is_region(line) && !line.contains(':') && line.contains(' ');
        let states = lines.clone().take_while(|line| !is_code(line));
        let code = |line: &'static str| line.split_once(' ').map(|(code, first)| (code, State::read(first)));
        let mut codes: Vec<_> = lines.clone().filter(is_code).filter_map(code).collect();
        let mut regions: Vec<_> = lines.clone().filter(is_region).filter_map(|line| line.split_once(' ')).collect();
        codes.sort_unstable_by_key(|&(code, _)| code);
        regions.sort_unstable_by_key(|&(region, _)| region);
        Self { automaton: Automaton::read(states), codes, regions }
    }

    /// The first state for numbers behind a calling code.
    pub(super) fn of_code(&self, code: &str) -> Option<State> {
        let at = self.codes.binary_search_by_key(&code, |&(code, _)| code).ok()?;
        Some(self.codes[at].1)
    }

    /// The calling code that these digits begin with, and its first state. No code begins with
    /// another.
    pub(super) fn behind_code<'d>(&self, digits: &'d str) -> Option<(State, &'d str)> {
        (1..=CODE_DIGITS).find_map(|width| {
            let (code, national) = digits.split_at_checked(width)?;
            Some((self.of_code(code)?, national))
        })
    }

    /// Whether an E.164 number is valid.
    pub(in crate::phone) fn is_valid(&self, e164: &str) -> bool {
        let behind = e164.strip_prefix('+').and_then(|digits| self.behind_code(digits));
        behind.is_some_and(|(first, national)| self.automaton.is_valid(first, national.as_bytes()))
    }

    /// The line of a region, without its code.
    pub(super) fn of_region(&self, region: Region) -> Option<&'static str> {
        let at = self.regions.binary_search_by_key(&region.code(), |&(region, _)| region).ok()?;
        Some(self.regions[at].1)
    }
}
