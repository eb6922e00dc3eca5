//! Identifiers in running text: a post, a chat log, a field of notes.
//!
//! Owns which digits are taken for a number without a label. Its parts: `skip` skips text without
//! digits, and `outline` tells short texts that hold nothing; `escape` and `unit` unescape and
//! fold; `group` reads runs of letters and digits and what joins them; `candidate` selects runs
//! that may be one number; `ids` and `phones` tell which they are.
//!
//! Reads each byte once and each group a bounded number of times: the time is linear in the text,
//! whatever it is. No regular expression is run.
//!
//! Limits: names of kinds near a number are not read, but for words glued to it (`label`).

mod candidate;
mod escape;
mod group;
mod ids;
mod label;
mod outline;
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
use ids::Ids;
use outline::Outline;
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
    ids: Ids,
    phones: Phones,
    phone: &'static Kind,
    /// Bit n at index w: a number may have w letters and digits, n of them letters; without a plus,
    /// and with one.
    shapes: [[u32; MOST_CHARACTERS + 1]; 2],
    /// Bit n: a number may have n digits, and letters beside them.
    with_letters: u32,
    /// No number has fewer digits.
    fewest_digits: u32,
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
        let phone = Kind::named("phone").expect("the table has phones");
        let (ids, phones) = (Ids::of(kinds), Phones::of(&regions));
        let shapes = [false, true].map(|plus| {
            std::array::from_fn(|all| {
                let phone = u32::from(phones.may_have(all as u32, plus));
                if plus { phone } else { phone | ids.letters(all) }
            })
        });
        let with_letters = (0..=MOST_CHARACTERS).fold(0, |set, all| {
            let letters =
                (1..=all as u32).filter(|&letters| ids.letters(all).checked_shr(letters).unwrap_or(0) & 1 == 1);
            letters.fold(set, |set, letters| set | 1 << (all as u32 - letters))
        });
        let fewest_digits = ids.fewest_digits.min(phones.fewest_digits());
        Ok(Self { rules: *rules, ids, phones, phone, shapes, with_letters, fewest_digits })
    }

    /// Whether an identifier may be in this text, by its number of digits. Several times as fast as
    /// a search, and for texts as short as a cell; `false` is certain, `true` is not. Any bytes may
    /// be asked about.
    pub fn may_hold(&self, text: &[u8]) -> bool {
        text.len() >= self.fewest_digits as usize && skip::has_digits(text, MOST_BYTES, self.fewest_digits)
    }

    /// Whether an identifier may be in a short text with enough digits, by its outline: the length
    /// and the first digits of the only number in it, or that it is a time. `false` is certain.
    /// Cells are often names with a number, order numbers, times and the like.
    pub fn may_be(&self, text: &str) -> bool {
        match Outline::of(text) {
            Outline::Words => false,
            Outline::OneRun { digits, .. } if digits.len() > MOST_CHARACTERS => false,
            Outline::OneRun { digits, has_letters } => {
                let length = digits.len() as u32;
                let may_have_letters =
                    has_letters && self.with_letters.checked_shr(length).is_some_and(|bits| bits & 1 == 1);
                may_have_letters
                    || self.is_sought(length, 0, false)
                        && (self.ids.may_be(digits.as_bytes()) || self.phones.may_be(digits))
            }
            Outline::Time => self.ids.fewest_digits <= outline::DIGITS_OF_A_TIME,
            Outline::Runs { digits } => digits >= self.fewest_digits,
            Outline::Other => true,
        }
    }

    /// Finds every identifier in a text, from left to right; of overlapping candidates, the
    /// longest. An ID is not reported as a phone number, too; but a number that may be of two kinds
    /// or countries is reported as each.
    pub fn scan(&self, text: &str, mut found: impl FnMut(Found)) {
        self.counted(text, &mut found);
    }

    fn counted(&self, text: &str, found: &mut dyn FnMut(Found)) -> Work {
        if skip::may_have_others(text.as_bytes()) {
            self.counted_with::<true>(text, found)
        } else {
            self.counted_with::<false>(text, found)
        }
    }

    /// The same, with digits of other scripts or without.
    fn counted_with<const ANY_SCRIPT: bool>(&self, text: &str, found: &mut dyn FnMut(Found)) -> Work {
        let mut work = Work::default();
        let mut at = 0;
        while let Some(digit) = skip::next_digit::<ANY_SCRIPT>(text, at) {
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
        let mut digits = 0;
        loop {
            let is_whole = loop {
                if window.is_full() {
                    break false;
                }
                let Some(group) = groups.next(digit) else { break true };
                window.push(group);
                digits += group.digits;
                work.groups += 1;
            };
            // Most chains are a few digits of a time or a price.
            if is_whole && digits < self.fewest_digits {
                work.bytes += groups.read;
                return groups.at;
            }
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
        let is_sought = |digits, letters| self.is_sought(digits, letters, plus);
        for candidate in candidate::beginning(chain, first, self.ids.most_letters, is_sought) {
            work.candidates += 1;
            let identifiers = self.identifiers(&candidate, text);
            if !identifiers.is_empty() {
                return Some(report(&candidate, identifiers, found));
            }
        }
        self.behind_word(text, chain, first, found, work)
    }

    /// The same for a number that a word is glued to.
    fn behind_word(
        &self,
        text: &str,
        chain: &[Group],
        first: usize,
        found: &mut dyn FnMut(Found),
        work: &mut Work,
    ) -> Option<usize> {
        let (label, group) = label::split(text, &chain[first])?;
        let rest = chain[first + 1..].iter().take(AHEAD).copied();
        let chain: ArrayVec<Group, { AHEAD + 1 }> = std::iter::once(group).chain(rest).collect();
        let is_sought = |digits, letters| self.is_sought(digits, letters, false);
        for candidate in candidate::beginning(&chain, 0, self.ids.most_letters, is_sought) {
            work.candidates += 1;
            let mut identifiers = self.identifiers(&candidate, text);
            identifiers.retain(|identifier| label.fits(identifier, candidate.digits));
            if !identifiers.is_empty() {
                return Some(report(&candidate, identifiers, found));
            }
        }
        None
    }

    /// Whether an identifier may have this many digits and letters, together no more than
    /// [`MOST_CHARACTERS`].
    fn is_sought(&self, digits: u32, letters: u32, plus: bool) -> bool {
        let bits = self.shapes[usize::from(plus)][(digits + letters) as usize];
        bits.checked_shr(letters).is_some_and(|bits| bits & 1 == 1)
    }

    /// The identifiers that a candidate is, if it stands alone.
    fn identifiers(&self, candidate: &Candidate<'_>, text: &str) -> Vec<Identifier> {
        if !candidate.stands_alone() || candidate.is_internet_address() {
            return Vec::new();
        }
        let mut buffer = Spelled::new();
        let Some(spelled) = candidate.spelled(text, &mut buffer) else { return Vec::new() };
        let plus = candidate.groups[0].plus;
        let ids = if plus { Vec::new() } else { self.ids.identifiers(candidate, spelled, &self.rules) };
        if candidate.letters > 0 || !ids.is_empty() || !self.phones.may_have(candidate.digits, plus) {
            return ids;
        }
        let numbers = self.phones.numbers(candidate, spelled, text);
        numbers.iter().map(|number| self.phone.trust_canonical(number)).collect()
    }
}

/// Reports the identifiers of a candidate, and returns its number of groups.
fn report(candidate: &Candidate<'_>, identifiers: Vec<Identifier>, found: &mut dyn FnMut(Found)) -> usize {
    let (at, end) = (candidate.start(), candidate.end());
    identifiers.into_iter().for_each(|identifier| found(Found { identifier, at, end }));
    candidate.groups.len()
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod surroundings;
#[cfg(test)]
mod tests;
