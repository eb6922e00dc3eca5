//! Groups of letters and digits, and what joins them: `+86 154-0000-1234` is four.
//!
//! Owns where a group begins and ends. Which groups make a number is [`super::candidate`]'s matter.

use super::unit::{self, Separator, Unit};

/// How many bytes in front of a digit are looked at for the letters, plus or escape that belong to it: more than any
/// number has letters.
const LOOK_BACK: usize = 40;

/// Longest group of letters alone that may belong to a number; Spain's put one before a dash and one behind.
const LETTERS_ALONE: u32 = 4;

/// A maximal run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Place of its first character in the text, or of the plus in front.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) digits: u32,
    pub(super) letters: u32,
    /// A `+` stands in front, and nothing that it could be glued to.
    pub(super) plus: bool,
    /// What stands between it and the group in front; none at the start of a chain.
    pub(super) joint: Option<Joint>,
}

/// What joins two groups: one separator, or a parenthesis with one beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    By(Separator),
    /// Finland's for those born before 1900; and half of what is glued together.
    Plus,
}

impl Group {
    /// Whether it is a group of digits alone.
    pub(super) fn is_number(&self) -> bool {
        self.letters == 0
    }
}

/// Where reading must begin, so as to read the whole group that has its first digit here. Nothing before `floor` is looked
/// at, nor more than [`LOOK_BACK`] bytes.
pub(super) fn start(text: &str, floor: usize, digit: usize) -> usize {
    let floor = floor.max(digit.saturating_sub(LOOK_BACK));
    let (mut start, mut letters) = (digit, 0);
    let mut behind_dash = false;
    while start > floor {
        let Some((unit, place)) = unit::before(text, start).filter(|&(_, place)| place >= floor) else { break };
        match unit {
            Unit::Letter(_) => letters += 1,
            Unit::Invisible => {}
            Unit::Separator(Separator::Dash) if letters == 0 && !behind_dash => behind_dash = true,
            Unit::Plus => return place,
            _ if text.as_bytes()[place] == b'\\' => return place,
            _ => break,
        }
        start = place;
    }
    start
}

/// Reads the groups of a chain: those that are joined, one to the next.
pub(super) struct Groups<'t> {
    text: &'t str,
    /// The first byte that is in no group yet.
    pub(super) at: usize,
    /// How many bytes were looked at.
    pub(super) read: usize,
    begun: bool,
    /// The group in front has no digits.
    behind_letters: bool,
}

impl<'t> Groups<'t> {
    pub(super) fn from(text: &'t str, start: usize) -> Self {
        Self { text, at: start, read: 0, begun: false, behind_letters: false }
    }

    /// The next group, if one is joined to the last.
    #[inline]
    pub(super) fn next(&mut self, digit: usize) -> Option<Group> {
        let (from, plus, joint) = if self.begun { self.joined() } else { self.first(digit) }?;
        let (digits, letters, end) = self.extent(from);
        self.read += end - self.at;
        // A word that begins with letters is no part of a number, unless it is short and joined tightly.
        if self.begun && digits == 0 && letters > LETTERS_ALONE {
            return None;
        }
        self.begun = true;
        self.behind_letters = digits == 0;
        self.at = end;
        Some(Group { start: plus.unwrap_or(from), end, digits, letters, plus: plus.is_some(), joint })
    }

    /// Where the first group begins, at this digit or before, unless the digit is part of an escape; and its plus.
    fn first(&mut self, digit: usize) -> Option<Beginning> {
        let mut plus = None;
        while self.at <= digit {
            let (unit, next) = unit::at(self.text, self.at)?;
            match unit {
                Unit::Digit(_) | Unit::Letter(_) => return Some((self.at, plus, None)),
                Unit::Plus => plus = Some(self.at),
                Unit::Invisible => {}
                Unit::Separator(_) | Unit::Boundary => plus = None,
            }
            self.at = next;
        }
        None
    }

    /// Where the next group begins, and what joins it.
    fn joined(&mut self) -> Option<Beginning> {
        let mut joint = None;
        let mut place = self.at;
        loop {
            let (unit, next) = unit::at(self.text, place)?;
            self.read += next - place;
            joint = match (unit, joint) {
                (Unit::Digit(_), Some(_)) => return Some((place, None, joint)),
                (Unit::Letter(_), Some(tight)) if binds_letters(tight) => return Some((place, None, joint)),
                (Unit::Invisible, joint) => joint,
                (Unit::Separator(separator), None) => Some(Joint::By(separator)),
                (Unit::Separator(second), Some(Joint::By(first))) => Some(Joint::By(together(first, second)?)),
                // Behind letters it is the plus of a number: `tel+86…`.
                (Unit::Plus, None) if !self.behind_letters => Some(Joint::Plus),
                _ => return None,
            };
            place = next;
        }
    }

    /// How many digits and letters the group has that begins here, and where it ends.
    #[inline]
    fn extent(&self, from: usize) -> (u32, u32, usize) {
        let bytes = self.text.as_bytes();
        let (mut digits, mut letters, mut place) = (0, 0, from);
        // The quick way, for what is plain.
        while let Some(&c) = bytes.get(place) {
            let (is_digit, is_letter) = (c.is_ascii_digit(), c.is_ascii_alphabetic());
            if !(is_digit || is_letter) {
                break;
            }
            digits += u32::from(is_digit);
            letters += u32::from(is_letter);
            place += 1;
        }
        let mut end = place;
        while let Some((unit, next)) = unit::at(self.text, place) {
            match unit {
                Unit::Digit(_) => digits += 1,
                Unit::Letter(_) => letters += 1,
                Unit::Invisible => {
                    place = next;
                    continue;
                }
                _ => break,
            }
            (place, end) = (next, next);
        }
        (digits, letters, end)
    }
}

/// Where a group begins, the place of its plus, and what joins it to the group in front.
type Beginning = (usize, Option<usize>, Option<Joint>);

/// Whether letters behind it may belong to a number; behind anything else they are a word.
fn binds_letters(joint: Joint) -> bool {
    use Separator::{Dash, Dot, Underscore};
    matches!(joint, Joint::Plus | Joint::By(Dash | Dot | Underscore))
}

/// Two separators that stand for one: `) `, ` (`, and the like. Any other two are a boundary.
fn together(first: Separator, second: Separator) -> Option<Separator> {
    use Separator::{Close, Dash, Open, Slash, Space};
    match (first, second) {
        (Space | Dash | Close, Open) => Some(Open),
        (Close, Space | Dash | Slash) => Some(Close),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(text: &str) -> Vec<&str> {
        let digit = text.find(|c: char| c.is_ascii_digit()).expect("a digit");
        let mut groups = Groups::from(text, start(text, 0, digit));
        std::iter::from_fn(|| groups.next(digit)).map(|group| &text[group.start..group.end]).collect()
    }

    #[test]
    fn a_chain_is_groups_with_one_separator_between() {
        for (text, groups) in [
            ("call +86 154-0000-1234 now", vec!["+86", "154", "0000", "1234"]),
            ("tel+86154", vec!["+86154"]),
            ("(020) 7946 0000", vec!["020", "7946", "0000"]),
            ("+44-(0)-20", vec!["+44", "0", "20"]),
            ("is X-1234567-L.", vec!["X", "1234567", "L"]),
            (r"\n154 0000", vec!["154", "0000"]),
            (r"\nA1", vec!["A1"]),
            (r"C:\new1", vec!["ew1"]),
            ("131052+308T", vec!["131052", "308T"]),
            ("1  2", vec!["1"]),
            ("1 - 2", vec!["1"]),
            ("12\u{200B}3 4", vec!["12\u{200B}3", "4"]),
            ("1\n2", vec!["1"]),
            ("1 +2", vec!["1"]),
        ] {
            assert_eq!(chain(text), groups, "{text}");
        }
    }
}
