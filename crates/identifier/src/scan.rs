//! Identifiers in running text: a post, a chat log, a field of notes.
//!
//! Owns which digits are taken for a number without a label. Its parts: `skip` skips text without
//! digits; `unit` unescapes and folds; `group` reads runs of letters and digits and what joins
//! them; `candidate` selects runs that may be one number; `phones` selects those that may be phone
//! numbers. IDs are decided by the table of kinds.
//!
//! Reads each byte once and each group a bounded number of times: the time is linear in the text,
//! whatever it is. No regular expression is run over text. (The library runs those of a numbering
//! plan over single numbers.)
//!
//! Limits: names of kinds near a number are not read; digits are found in ASCII and full width, not
//! in other scripts; escapes of URLs and HTML are not decoded.

mod candidate;
mod group;
mod phones;
mod skip;
mod unit;

use crate::identifier::Identifier;
use crate::kind::Kind;
use crate::region::{Region, UnknownRegion};
use crate::rules::Rules;
use crate::tier::Tier;
use arrayvec::ArrayVec;
use candidate::{Candidate, MOST_BYTES, MOST_CHARACTERS, MOST_GROUPS, Spelled};
use group::{Group, Groups};
use phones::Phones;

/// The tier of kinds that are searched for; the checks of others accept too much.
const TIER: Tier = Tier::A;

/// Groups of a chain that are buffered: several times a candidate and its neighbours, so that a
/// long chain is not moved at every step.
const WINDOW: usize = 4 * MOST_GROUPS;

/// Groups that must be known after the first of a candidate: its others, and two neighbours.
const AHEAD: usize = MOST_GROUPS + 2;

/// Searches for the identifiers of some countries.
pub struct Scanner {
    rules: Rules,
    kinds: Vec<&'static Kind>,
    phones: Phones,
    /// Bit n at index w: a number of some kind may have w letters and digits, n of them letters.
    shapes: [u32; MOST_CHARACTERS + 1],
    most_letters: u32,
    /// No number has fewer digits.
    fewest_digits: u32,
    phone: &'static Kind,
}

/// An identifier in a text. `Debug` shows its masked form.
#[derive(Debug)]
pub struct Found {
    /// The identifier.
    pub identifier: Identifier,
    /// The offset in the original text, in bytes, of its first letter, digit or plus.
    pub at: usize,
    /// The offset after its last letter or digit.
    pub end: usize,
}

/// The cost of a scan, for tests that it is linear.
#[derive(Debug, Default)]
struct Work {
    /// Bytes read, not counting the search for the next digit, which reads each once.
    bytes: usize,
    groups: usize,
    candidates: usize,
}

impl Scanner {
    /// Searches for IDs of these countries that are of [`Tier::A`], for phone numbers as they are
    /// dialled there, and for phone numbers of all countries after a `+`.
    pub fn new<'c>(countries: impl IntoIterator<Item = &'c str>, rules: &Rules) -> Result<Self, UnknownRegion> {
        let countries: Vec<&str> = countries.into_iter().collect();
        let regions = countries.iter().map(|country| country.parse()).collect::<Result<Vec<Region>, _>>()?;
        let in_scope = |country: &String| countries.iter().any(|scoped| scoped.eq_ignore_ascii_case(country));
        let is_sought = |kind: &&Kind| kind.tier == TIER && kind.country.as_ref().is_some_and(in_scope);
        let mut kinds: Vec<_> = Kind::all().iter().filter(is_sought).collect();
        // Numbers of a kind that is hashed as another would be found twice.
        let sought = kinds.clone();
        kinds.retain(|kind| kind.hashed_as() == *kind || !sought.contains(&kind.hashed_as()));
        let mut shapes = [0; MOST_CHARACTERS + 1];
        for shape in kinds.iter().flat_map(|kind| kind.shapes_in_text()) {
            let letters = shape.letters.fold(0, |bits, letters| bits | 1 << letters);
            shapes
                .iter_mut()
                .take(shape.alphanumerics.end() + 1)
                .skip(*shape.alphanumerics.start())
                .for_each(|bits| *bits |= letters);
        }
        let most_letters =
            shapes.iter().map(|bits: &u32| u32::BITS - bits.leading_zeros()).max().unwrap_or(0).saturating_sub(1);
        let phones = Phones::of(&regions);
        let ids = (0..).zip(&shapes).filter(|(_, bits)| **bits != 0);
        let digits = ids.map(|(width, bits): (u32, &u32)| width.saturating_sub(bits.ilog2()));
        let fewest_digits = digits.chain([phones.fewest_digits()]).min().unwrap_or_default();
        let phone = Kind::named("phone").expect("the table has phones");
        Ok(Self { rules: *rules, kinds, phones, shapes, most_letters, fewest_digits, phone })
    }

    /// Whether an identifier may be in this text, by its number of digits. Several times as fast as
    /// a search, and for texts as short as a cell; `false` is certain, `true` is not. Any bytes may
    /// be asked about.
    pub fn may_hold(&self, text: &[u8]) -> bool {
        skip::has_digits(text, MOST_BYTES, self.fewest_digits)
    }

    /// Finds every identifier in a text, from left to right; of overlapping candidates, the
    /// longest. An ID is not reported as a phone number, too; but a number that may be of two kinds
    /// or countries is reported as each.
    pub fn scan(&self, text: &str, mut found: impl FnMut(Found)) {
        self.counted(text, &mut found);
    }

    fn counted(&self, text: &str, found: &mut dyn FnMut(Found)) -> Work {
        let mut work = Work::default();
        let mut at = 0;
        while let Some(digit) = skip::next_digit(text.as_bytes(), at) {
            let start = group::start(text, at, digit);
            work.bytes += digit - start;
            at = self.chain(text, Groups::from(text, start), digit, found, &mut work);
        }
        work
    }

    /// Searches the chain of groups around a digit, and returns where it ends.
    fn chain(
        &self,
        text: &str,
        mut groups: Groups<'_>,
        digit: usize,
        found: &mut dyn FnMut(Found),
        work: &mut Work,
    ) -> usize {
        let mut window: ArrayVec<Group, WINDOW> = ArrayVec::new();
        let mut first = 0;
        loop {
            let is_whole = loop {
                if window.is_full() {
                    break false;
                }
                let Some(group) = groups.next(digit) else { break true };
                window.push(group);
                work.groups += 1;
            };
            while first < window.len() && (is_whole || first + AHEAD < window.len()) {
                first += self.longest(text, &window, first, found, work).unwrap_or(1);
            }
            if is_whole {
                work.bytes += groups.read;
                return groups.at;
            }
            // One group stays, as the neighbour of the next.
            window.drain(..first - 1);
            first = 1;
        }
    }

    /// Reports the longest number that begins with this group, and returns its number of groups.
    fn longest(
        &self,
        text: &str,
        chain: &[Group],
        first: usize,
        found: &mut dyn FnMut(Found),
        work: &mut Work,
    ) -> Option<usize> {
        let plus = chain[first].plus;
        let is_sought = |digits, letters| {
            (letters == 0 && self.phones.may_have(digits, plus)) || (!plus && self.may_be_id(digits, letters))
        };
        for candidate in candidate::beginning(chain, first, self.most_letters, is_sought) {
            work.candidates += 1;
            if self.is_found(text, &candidate, found) {
                return Some(candidate.groups.len());
            }
        }
        None
    }

    fn is_found(&self, text: &str, candidate: &Candidate<'_>, found: &mut dyn FnMut(Found)) -> bool {
        if !candidate.stands_alone() || candidate.is_internet_address() {
            return false;
        }
        let mut buffer = Spelled::new();
        let Some(spelled) = candidate.spelled(text, &mut buffer) else { return false };
        let mut identifiers: Vec<Identifier> = Vec::new();
        if !candidate.groups[0].plus && self.may_be_id(candidate.digits, candidate.letters) {
            identifiers.extend(self.kinds.iter().filter_map(|kind| kind.in_text(spelled, &self.rules)));
        }
        if candidate.letters == 0 && identifiers.is_empty() {
            let numbers = self.phones.numbers(candidate, spelled, text);
            identifiers.extend(numbers.iter().map(|number| self.phone.trust_canonical(number)));
        }
        let is_found = !identifiers.is_empty();
        identifiers
            .into_iter()
            .for_each(|identifier| found(Found { identifier, at: candidate.start(), end: candidate.end() }));
        is_found
    }

    fn may_be_id(&self, digits: u32, letters: u32) -> bool {
        self.shapes[(digits + letters) as usize].checked_shr(letters).is_some_and(|bits| bits & 1 == 1)
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
