//! How a region spells its numbers: behind a trunk prefix, without it, or behind its calling code.

use super::automaton::{Automaton, LONGEST, State};
use super::table::TABLE;
use crate::phone::reading::abroad;
use crate::region::Region;
use std::sync::{Arc, Mutex, PoisonError};

/// The fewest digits of a number with a calling code but no `+`; shorter ones begin with those
/// digits by chance.
const FEWEST_WITH_CODE: usize = 10;

/// The spelling of a number depends on this many first digits.
pub(super) const FIRST_DIGITS: usize = 3;
pub(super) const FIRSTS: usize = 10_usize.pow(FIRST_DIGITS as u32);

/// No trunk prefix.
const NONE: &str = "-";

/// The spellings read so far: most scanners want one or two of many.
static KNOWN: Mutex<Vec<Arc<Spelling>>> = Mutex::new(Vec::new());

/// How a region spells its numbers.
pub(super) struct Spelling {
    region: Region,
    code: &'static str,
    /// The trunk prefix; empty if there is none.
    trunk: &'static str,
    /// For its national numbers.
    first: State,
    automaton: &'static Automaton,
    /// Bit n: a spelling may have n digits.
    lengths: u32,
    /// The lengths of its national numbers, and which first digits are written without trunk
    /// prefix.
    bare: Vec<(usize, Firsts)>,
}

/// A set of three first digits.
#[derive(Clone)]
struct Firsts([u64; FIRSTS.div_ceil(64)]);

impl Spelling {
    /// The spelling of a region.
    pub(super) fn of(region: Region) -> Arc<Self> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spelling) = known.iter().find(|spelling| spelling.region == region) {
            return Arc::clone(spelling);
        }
        known.push(Arc::new(Self::read(region)));
        Arc::clone(&known[known.len() - 1])
    }

    /// `GB 44 0 1160 7:0-999 9:0-119`, without the region.
    fn read(region: Region) -> Self {
        let line = TABLE.of_region(region).expect("every region has a line");
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a line has a code, a prefix and a state");
        let (code, trunk, first) = (word(), word(), State::read(word()));
        let trunk = if trunk == NONE { "" } else { trunk };
        let bare: Vec<_> = words.filter(|word| !word.is_empty()).map(bare).collect();
        let spelled = bare.iter().flat_map(|(digits, _)| [0, trunk.len(), code.len()].map(|more| digits + more));
        let lengths = spelled.fold(0, |lengths, digits| lengths | 1 << digits);
        Self { region, code, trunk, first, automaton: &TABLE.automaton, lengths, bare }
    }

    /// The numbers of digits that a spelling may have, as bits.
    pub(super) fn lengths(&self) -> u32 {
        self.lengths
    }

    /// Whether a number of so many digits may begin with these. `number` gives `None` otherwise.
    pub(super) fn may_begin(&self, beginning: &[u8; FIRST_DIGITS], first: usize, digits: usize) -> bool {
        if !self.has_length(digits) {
            return false;
        }
        let may_follow = |prefix: &str| {
            let shared = prefix.len().min(FIRST_DIGITS);
            let begins = beginning[..shared] == prefix.as_bytes()[..shared];
            let rest = digits.checked_sub(prefix.len().max(FIRST_DIGITS));
            let after = |rest| self.automaton.may_end(self.automaton.after(self.first, &beginning[shared..]), rest);
            begins && rest.is_some_and(after)
        };
        (!self.trunk.is_empty() && may_follow(self.trunk))
            || (self.is_bare(first, digits) && may_follow(""))
            || (digits >= FEWEST_WITH_CODE && may_follow(self.code))
    }

    /// E.164 of digits that spell a valid number of this very region, not of another with the same
    /// calling code.
    pub(super) fn number(&self, digits: &str) -> Option<String> {
        if !self.has_length(digits.len()) {
            return None;
        }
        let behind = |prefix: &str| (!prefix.is_empty()).then(|| digits.strip_prefix(prefix)).flatten();
        let is_bare = || {
            let first = digits.get(..FIRST_DIGITS)?.parse().ok()?;
            self.is_bare(first, digits.len()).then_some(digits)
        };
        let behind_code = || behind(self.code).filter(|_| digits.len() >= FEWEST_WITH_CODE);
        let is_valid = |national: &&str| self.automaton.is_valid(self.first, national.as_bytes());
        let national = behind(self.trunk).filter(is_valid).or_else(|| is_bare().filter(is_valid));
        let national = national.or_else(|| behind_code().filter(is_valid))?;
        // The same canonical form as in a labelled cell.
        abroad(&format!("+{}{national}", self.code), self.region).ok()
    }

    /// Whether a valid E.164 number is of this region.
    pub(super) fn owns(&self, e164: &str) -> bool {
        let national = e164.strip_prefix('+').and_then(|digits| digits.strip_prefix(self.code));
        national.is_some_and(|national| self.automaton.is_valid(self.first, national.as_bytes()))
    }

    fn has_length(&self, digits: usize) -> bool {
        self.lengths.checked_shr(digits as u32).is_some_and(|bits| bits & 1 == 1)
    }

    /// Whether national numbers of this length and beginning are written without trunk prefix.
    pub(super) fn is_bare(&self, first: usize, digits: usize) -> bool {
        self.bare.iter().any(|(length, firsts)| *length == digits && firsts.has(first))
    }

    #[cfg(test)]
    pub(super) fn prefixes(&self) -> (&str, &str) {
        (self.code, self.trunk)
    }

    #[cfg(test)]
    pub(super) fn first(&self) -> State {
        self.first
    }
}

impl Firsts {
    fn has(&self, first: usize) -> bool {
        self.0[first / 64] >> (first % 64) & 1 == 1
    }
}

/// `7:200-299,401`.
fn bare(word: &str) -> (usize, Firsts) {
    let number = |text: &str| text.parse::<usize>().expect("lengths and first digits are numbers");
    let (length, ranges) = word.split_once(':').expect("a length and first digits");
    let length = number(length);
    assert!(length <= LONGEST, "no longer than any number");
    let mut firsts = Firsts([0; FIRSTS.div_ceil(64)]);
    for range in ranges.split(',').filter(|range| !range.is_empty()) {
        let (low, high) = range.split_once('-').unwrap_or((range, range));
        (number(low)..=number(high)).for_each(|first| firsts.0[first / 64] |= 1 << (first % 64));
    }
    (length, firsts)
}
