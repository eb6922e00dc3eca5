//! National IDs in running text: which kinds a candidate may be of, by its numbers of digits and
//! letters.
//!
//! Few kinds share a shape, so few rules are applied. Digits without letters, which are most of
//! what looks like a number, are handed to the rules as they are, and only if some pairs of them
//! may be where they are: most have no month where a kind has its months.

use super::candidate::{Candidate, MOST_CHARACTERS};
use super::group::Joint;
use super::unit::Separator;
use crate::identifier::Identifier;
use crate::kind::{Kind, Plain};
use crate::rules::Rules;
use arrayvec::ArrayVec;

/// A set of kinds, by place.
type Set = u64;

/// Where pairs of digits are looked at: the places of most days and months.
const PAIRS_AT: [usize; 4] = [0, 2, 3, 4];

/// The kinds that are searched for.
pub(super) struct Ids {
    kinds: Vec<&'static Kind>,
    /// Those that take digits as they are: with dashes between, and without.
    plain: [Set; 2],
    /// By the number of digits, the place of a pair and the pair: the kinds that may have it there.
    pairs: Vec<[[Set; 100]; PAIRS_AT.len()]>,
    /// By the numbers of digits and letters together, and of letters: the kinds with such numbers.
    shapes: Box<[[Set; MOST_CHARACTERS + 1]; MOST_CHARACTERS + 1]>,
    /// No number has more letters, or fewer digits.
    pub(super) most_letters: u32,
    pub(super) fewest_digits: u32,
}

impl Ids {
    /// Numbers of these kinds.
    pub(super) fn of(kinds: Vec<&'static Kind>) -> Self {
        assert!(kinds.len() <= Set::BITS as usize, "the table has fewer kinds of one tier");
        let mut shapes = Box::new([[0; MOST_CHARACTERS + 1]; MOST_CHARACTERS + 1]);
        let (mut most_letters, mut fewest_digits) = (0, u32::MAX);
        for (place, kind) in kinds.iter().enumerate() {
            for shape in kind.shapes_in_text() {
                for alphanumerics in shape.alphanumerics.clone().filter(|&all| all <= MOST_CHARACTERS) {
                    for letters in shape.letters.clone().filter(|&letters| letters <= alphanumerics) {
                        shapes[alphanumerics][letters] |= 1 << place;
                        most_letters = most_letters.max(letters as u32);
                        fewest_digits = fewest_digits.min((alphanumerics - letters) as u32);
                    }
                }
            }
        }
        let set = |is_such: &dyn Fn(&Kind) -> bool| {
            kinds.iter().rev().fold(0, |set, kind| set << 1 | Set::from(is_such(kind)))
        };
        let plain = [
            set(&|kind| kind.plain_in_text() != Plain::No),
            set(&|kind| kind.plain_in_text() == Plain::DigitsAndDashes),
        ];
        let pairs = shapes.iter().enumerate().map(|(digits, shapes)| {
            PAIRS_AT.map(|at| {
                std::array::from_fn(|pair| {
                    let pair = [pair / 10, pair % 10].map(|digit| b'0' + digit as u8);
                    let may_have = |kind: &Kind| kind.may_have_in_text(digits, at, pair);
                    // Nothing is asked about lengths that no kind has.
                    if shapes[0] == 0 { 0 } else { set(&may_have) }
                })
            })
        });
        let pairs = pairs.collect();
        Self { kinds, plain, pairs, shapes, most_letters, fewest_digits }
    }

    #[cfg(test)]
    pub(super) fn kinds(&self) -> &[&'static Kind] {
        &self.kinds
    }

    /// The numbers of letters that a number of so many letters and digits may have, as bits.
    pub(super) fn letters(&self, alphanumerics: usize) -> u32 {
        let letters = (0..u32::BITS).zip(&self.shapes[alphanumerics]);
        letters.filter(|(_, kinds)| **kinds != 0).fold(0, |bits, (letters, _)| bits | 1 << letters)
    }

    /// The IDs that this candidate is.
    pub(super) fn identifiers(&self, candidate: &Candidate<'_>, spelled: &str, rules: &Rules) -> Vec<Identifier> {
        let mut found = Vec::new();
        let mut kinds = self.shapes[(candidate.digits + candidate.letters) as usize][candidate.letters as usize];
        let digits = Digits::of(candidate, spelled);
        let plain = digits.as_ref().map_or(0, |digits| self.plain[usize::from(digits.has_dashes)]);
        if let Some(digits) = &digits {
            kinds &= self.with_pairs(&digits.digits) | !plain;
        }
        while kinds != 0 {
            let place = kinds.trailing_zeros();
            kinds &= kinds - 1;
            let kind = self.kinds[place as usize];
            found.extend(match &digits {
                Some(digits) if plain >> place & 1 == 1 => kind.of_digits_in_text(&digits.digits, rules),
                _ => kind.in_text(spelled, rules),
            });
        }
        found
    }

    /// Whether digits and nothing else may be one of them.
    pub(super) fn may_be(&self, digits: &[u8]) -> bool {
        let (kinds, plain) = (self.shapes[digits.len()][0], self.plain[0]);
        kinds != 0 && kinds & (self.with_pairs(digits) | !plain) != 0
    }

    /// The kinds that may have these pairs of digits.
    fn with_pairs(&self, digits: &[u8]) -> Set {
        let by_place = PAIRS_AT.iter().zip(&self.pairs[digits.len()]);
        by_place.fold(Set::MAX, |kinds, (&at, by_pair)| match digits[at..] {
            [tens, ones, ..] => kinds & by_pair[usize::from(tens - b'0') * 10 + usize::from(ones - b'0')],
            _ => kinds,
        })
    }
}

/// Digits, perhaps with spaces or dashes between.
struct Digits {
    digits: ArrayVec<u8, MOST_CHARACTERS>,
    has_dashes: bool,
}

impl Digits {
    fn of(candidate: &Candidate<'_>, spelled: &str) -> Option<Self> {
        let mut has_dashes = false;
        let mut is_plain = candidate.letters == 0;
        for joint in candidate.joints() {
            has_dashes |= joint == Joint::By(Separator::Dash);
            is_plain &= matches!(joint, Joint::By(Separator::Dash | Separator::Space));
        }
        is_plain.then(|| Self { digits: spelled.bytes().filter(u8::is_ascii_digit).collect(), has_dashes })
    }
}
