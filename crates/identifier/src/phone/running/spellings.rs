//! The spellings of many regions at once: a table of the regions that can be meant, by the number
//! of digits and the first of them.

use super::spelling::{FIRST_DIGITS, FIRSTS, Spelling};
use crate::region::Region;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The numbers of digits that are searched for, with calling code and prefixes.
const LENGTHS: RangeInclusive<usize> = 7..=17;

/// Regions in a word of a set of them.
const WORD: usize = u64::BITS as usize;

/// The spellings of some regions.
pub(crate) struct Spellings {
    all: Vec<Arc<Spelling>>,
    lengths: u32,
    /// The number of words of a set of regions.
    words: usize,
    /// Sets of regions: for each length, for each beginning, those that may have such a number.
    may: Vec<u64>,
}

impl Spellings {
    /// The spellings of these regions.
    pub(crate) fn of(regions: &[Region]) -> Self {
        let all: Vec<_> = regions.iter().map(|&region| Spelling::of(region)).collect();
        let lengths = all.iter().fold(0, |lengths, spelling| lengths | spelling.lengths());
        let words = all.len().div_ceil(WORD);
        let mut may = vec![0; LENGTHS.count() * FIRSTS * words];
        for (set, (digits, first)) in may.chunks_exact_mut(words.max(1)).zip(beginnings()) {
            let beginning = [first / 100, first / 10 % 10, first % 10].map(|digit| b'0' + digit as u8);
            for (place, _) in all.iter().enumerate().filter(|(_, own)| own.may_begin(&beginning, first, digits)) {
                set[place / WORD] |= 1 << (place % WORD);
            }
        }
        Self { all, lengths, words, may }
    }

    /// The numbers of digits that a spelling may have, as bits.
    pub(crate) fn lengths(&self) -> u32 {
        self.lengths
    }

    /// Whether these digits may spell a number, by their number and beginning.
    #[inline]
    pub(crate) fn may_be(&self, digits: &str) -> bool {
        self.set(digits).is_some_and(|set| set.iter().any(|&word| word != 0))
    }

    /// The E.164 numbers that these digits spell, each once.
    pub(crate) fn numbers(&self, digits: &str) -> Vec<String> {
        let mut numbers: Vec<String> = Vec::new();
        for number in self.meant(digits).filter_map(|spelling| spelling.number(digits)) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }

    /// Whether a valid E.164 number is of one of the regions.
    pub(crate) fn own(&self, e164: &str) -> bool {
        self.all.iter().any(|spelling| spelling.owns(e164))
    }

    /// The spellings of regions that these digits can be a number of, in the order of the regions.
    fn meant(&self, digits: &str) -> impl Iterator<Item = &Spelling> {
        let set = self.set(digits).unwrap_or_default().iter().enumerate();
        set.flat_map(move |(word, &set)| bits(set).map(move |bit| &*self.all[word * WORD + bit]))
    }

    fn set(&self, digits: &str) -> Option<&[u64]> {
        let beginning = digits.as_bytes().first_chunk::<FIRST_DIGITS>()?;
        let first = beginning.iter().fold(0, |first, digit| first * 10 + usize::from(digit - b'0'));
        let length = digits.len().checked_sub(*LENGTHS.start())?;
        let place = (length * FIRSTS + first) * self.words;
        self.may.get(place..place + self.words)
    }
}

/// Lengths and first digits, in the order of the table.
fn beginnings() -> impl Iterator<Item = (usize, usize)> {
    LENGTHS.flat_map(|digits| (0..FIRSTS).map(move |first| (digits, first)))
}

/// The places of the bits that are set.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(bit)
    })
}
