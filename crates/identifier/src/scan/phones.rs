//! Phone numbers in running text: which candidates are looked up, and in which spelling.
//!
//! A plan accepts any digits that fit it, so things that are written differently are
//! excluded here: dates, amounts, fractions, masked digits.

use super::candidate::{Candidate, MOST_CHARACTERS, MOST_GROUPS};
use super::group::{Group, Joint};
use super::unit::Separator;
use crate::phone::running::{self, Spellings};
use crate::region::Region;
use crate::text::MASKS;
use arrayvec::{ArrayString, ArrayVec};
use std::ops::RangeInclusive;

/// Bit n: an unlabelled number may have n digits, with calling code and trunk prefix. From 7, since
/// shorter ones are everywhere, to 15 (ITU-T E.164).
const E164: u32 = 0xFF80;

/// The fewest digits without gap or plus; fewer are a size or a count.
const UNGROUPED: u32 = 8;

/// The international prefix of most countries, and how many digits it has together with a calling
/// code.
const INTERNATIONAL: &str = "00";
const INTERNATIONAL_AND_CODE: RangeInclusive<u32> = 3..=5;

/// The fewest digits of a national number without trunk prefix that a wrong plus is before; fewer
/// are a difference.
pub(super) const FEWEST_WITH_WRONG_PLUS: usize = 11;

/// The most groups of a number in national spelling.
const MOST_NATIONAL_GROUPS: usize = 6;

/// This many marks in a row mask digits.
const HIDING: usize = 3;

/// [`MOST_CHARACTERS`], and a `+`.
type Digits = ArrayString<{ MOST_CHARACTERS + 1 }>;

/// The spellings that are searched for.
pub(super) struct Phones {
    spellings: Spellings,
    /// Bit n: a number without a plus may have n digits.
    lengths: u32,
}

impl Phones {
    /// The spellings of these regions, and the international one.
    pub(super) fn of(regions: &[Region]) -> Self {
        let spellings = Spellings::of(regions);
        let lengths = (spellings.lengths() & E164) | E164 << INTERNATIONAL.len();
        Self { spellings, lengths }
    }

    /// Whether a phone number may have this many digits, with a `+` or without.
    pub(super) fn may_have(&self, digits: u32, plus: bool) -> bool {
        let lengths = if plus { E164 } else { self.lengths };
        lengths.checked_shr(digits).is_some_and(|bits| bits & 1 == 1)
    }

    /// No number has fewer digits.
    pub(super) fn fewest_digits(&self) -> u32 {
        (self.lengths | E164).trailing_zeros()
    }

    /// The E.164 numbers that this may be: that of its calling code, or one of each country in
    /// scope where it is valid.
    pub(super) fn numbers(&self, candidate: &Candidate<'_>, spelled: &str, text: &str) -> Vec<String> {
        if !is_grouped_as_one(candidate) {
            return Vec::new();
        }
        let mut digits = Digits::new();
        spelled.bytes().filter(u8::is_ascii_digit).for_each(|digit| digits.push(char::from(digit)));
        if candidate.groups[0].plus {
            let number = behind_plus(candidate, &digits).or_else(|| self.without_plus(candidate, &digits));
            return number.filter(|_| !is_hidden(candidate, text)).into_iter().collect();
        }
        // Most digits are no number anywhere.
        let is_behind_zeros = digits.starts_with(INTERNATIONAL);
        if !(is_behind_zeros || self.spellings.may_be(&digits)) || is_something_else(candidate, spelled) {
            return Vec::new();
        }
        let mut numbers = self.spellings.numbers(&digits);
        if numbers.is_empty() && is_behind_zeros {
            numbers.extend(self.behind_zeros(candidate, &digits));
        }
        if !numbers.is_empty() && is_hidden(candidate, text) {
            numbers.clear();
        }
        numbers
    }

    /// Whether digits without gap or plus may be a number.
    pub(super) fn may_be(&self, digits: &str) -> bool {
        digits.len() >= UNGROUPED as usize
            && self.may_have(digits.len() as u32, false)
            && (digits.starts_with(INTERNATIONAL) || self.spellings.may_be(digits))
    }

    /// A national number that somebody put a plus before: nothing else is valid, and one country
    /// only may be meant.
    fn without_plus(&self, candidate: &Candidate<'_>, digits: &str) -> Option<String> {
        let is_long = digits.len() >= FEWEST_WITH_WRONG_PLUS || digits.starts_with('0');
        let mut numbers =
            if candidate.groups.len() == 1 && is_long { self.spellings.numbers(digits) } else { Vec::new() };
        if numbers.len() == 1 { numbers.pop() } else { None }
    }

    /// A number after 00. Other numbers often begin with zeros, too, so the calling code must be a
    /// group of its own, or that of a country in scope.
    fn behind_zeros(&self, candidate: &Candidate<'_>, digits: &str) -> Option<String> {
        // No calling code begins with a zero.
        let behind = digits.strip_prefix(INTERNATIONAL).filter(|behind| !behind.starts_with('0'))?;
        let number = behind_plus(candidate, behind)?;
        let is_apart = candidate.groups.len() > 1 && INTERNATIONAL_AND_CODE.contains(&candidate.groups[0].digits);
        (is_apart || self.spellings.own(&number)).then_some(number)
    }
}

/// A number behind a plus or 00, perhaps with a zero in parentheses that its country does not have.
fn behind_plus(candidate: &Candidate<'_>, digits: &str) -> Option<String> {
    let is_zero_apart = || candidate.groups.iter().any(|group| group.digits == 1 && is_trunk_prefix_apart(group));
    running::international(digits).or_else(|| is_zero_apart().then(|| running::without_zero(digits)).flatten())
}

/// Whether more digits are masked by stars or the like. Equally many on both sides are decoration.
pub(super) fn is_hidden(candidate: &Candidate<'_>, text: &str) -> bool {
    let before = text[..candidate.start()].chars().rev();
    let after = text[candidate.end()..].chars();
    let marks = |characters: &mut dyn Iterator<Item = char>| {
        let first = characters.next().filter(|c| MASKS.contains(c));
        first.map_or(0, |first| 1 + characters.take(HIDING).take_while(|&c| c == first).count())
    };
    let (before, after) = (marks(&mut { before }), marks(&mut { after }));
    before.max(after) >= HIDING && before != after
}

/// Whether the groups are few and long enough to be one number.
pub(super) fn is_grouped_as_one(candidate: &Candidate<'_>) -> bool {
    let groups = candidate.groups;
    if candidate.joints().any(|joint| joint == Joint::Plus) {
        return false;
    }
    groups[0].plus
        || if groups.len() == 1 {
            groups[0].digits >= UNGROUPED
        } else {
            // Single digits are a list, unless one is a trunk prefix or calling code.
            let is_listed = |group: &Group| group.digits == 1 && !is_trunk_prefix_apart(group);
            groups.len() <= MOST_NATIONAL_GROUPS && !groups[1..].iter().any(is_listed)
        }
}

/// Whether the grouping is that of something else.
pub(super) fn is_something_else(candidate: &Candidate<'_>, spelled: &str) -> bool {
    let groups = candidate.groups;
    let joint = candidate.joints().next();
    let is_uniform = candidate.joints().all(|other| Some(other) == joint);
    let dots = is_uniform && joint == Some(Joint::By(Separator::Dot));
    let spaces = is_uniform && joint == Some(Joint::By(Separator::Space));
    // A decimal fraction.
    (dots && groups.len() == 2)
        // An amount: 13 812 345 678.
        || ((dots || spaces) && is_grouped_by_thousands(groups) && !spelled.starts_with('0'))
        || has_date(groups, spelled)
}

/// The zero of `0049 (0)30 123456`.
fn is_trunk_prefix_apart(group: &Group) -> bool {
    group.joint == Some(Joint::By(Separator::Open))
}

fn is_grouped_by_thousands(groups: &[Group]) -> bool {
    groups.len() > 2 && groups[0].digits < 3 && groups[1..].iter().all(|group| group.digits == 3)
}

/// Whether there is a date in it, or two years.
fn has_date(groups: &[Group], spelled: &str) -> bool {
    let parts = spelled.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let numbers = parts.map(|digits| (digits.len() as u32, digits.parse().unwrap_or(u32::MAX)));
    let numbers: ArrayVec<(u32, u32), MOST_GROUPS> = numbers.take(MOST_GROUPS).collect();
    let is_year = |&(width, year): &(u32, u32)| width == 4 && (1900..2100).contains(&year);
    // Programs write a missing date as one of year 1, or of the last year that they know.
    let is_no_year = |&(width, year): &(u32, u32)| width == 4 && matches!(year, 0 | 1 | 9999);
    let is_part = |&(width, value): &(u32, u32)| width <= 2 && (1..=31).contains(&value);
    let dates = numbers.windows(3).zip(groups.windows(3)).any(|(numbers, groups)| {
        let is_date = match numbers {
            [first, second, third] => {
                let is_apart = groups[1].joint != Some(Joint::By(Separator::Space));
                let is_year = |part: &(u32, u32)| is_year(part) || is_apart && is_no_year(part);
                is_part(second) && (is_year(first) && is_part(third) || is_part(first) && is_year(third))
            }
            _ => false,
        };
        is_date && groups[1].joint == groups[2].joint
    });
    match &numbers[..] {
        &[(8, date)] => (1900..2100).contains(&(date / 10_000)) && is_month_and_day(date % 10_000),
        [from, to] => is_year(from) && is_year(to),
        _ => dates,
    }
}

fn is_month_and_day(digits: u32) -> bool {
    (1..=12).contains(&(digits / 100)) && (1..=31).contains(&(digits % 100))
}
