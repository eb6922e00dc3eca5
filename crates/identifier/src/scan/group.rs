//! Groups of letters and digits, and what joins them: `+86 154-0000-1234` is four.
//!
//! Owns where a group begins and ends. Which groups make a number is decided in `candidate`.

use super::escape;
use super::unit::{self, Separator, Unit};

/// How many bytes before a digit are searched for letters, a plus or an escape that belong to it:
/// more than any number has letters.
const LOOK_BACK: usize = 40;

/// The longest group of letters only that may belong to a number. Spain's have one letter before a
/// dash or after it.
const LETTERS_ALONE: u32 = 4;

/// A maximal run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// The offset of its first character, or of its plus.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) digits: u32,
    pub(super) letters: u32,
    /// Whether there is a `+` before it that does not join it to another group.
    pub(super) plus: bool,
    /// What joins it to the previous group; `None` at the start of a chain.
    pub(super) joint: Option<Joint>,
}

/// What joins two groups: one separator, or a parenthesis with one beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    By(Separator),
    /// A plus between groups. Finland uses it for births before 1900.
    Plus,
}

impl Group {
    /// Whether it has digits only.
    pub(super) fn is_number(&self) -> bool {
        self.letters == 0
    }
}

/// Where the group that has its first digit here begins. Reads nothing before `floor`, and at most
/// [`LOOK_BACK`] bytes.
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
            Unit::Plus | Unit::Escape => return place,
            _ => return escape::open_at(text.as_bytes(), place).filter(|&open| open >= floor).unwrap_or(start),
        }
        start = place;
    }
    start
}

/// Reads the groups of a chain: those that are joined, one to the next.
pub(super) struct Groups<'t> {
    text: &'t str,
    /// The offset after the last group.
    pub(super) at: usize,
    /// The number of bytes read.
    pub(super) read: usize,
    begun: bool,
    /// Whether the previous group has no digits.
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
        // A word is not part of a number, unless it is short and tightly joined.
        if self.begun && digits == 0 && letters > LETTERS_ALONE {
            return None;
        }
        self.begun = true;
        self.behind_letters = digits == 0;
        self.at = end;
        Some(Group { start: plus.unwrap_or(from), end, digits, letters, plus: plus.is_some(), joint })
    }

    /// Where the first group begins, and its plus. `None` if the digit is part of an escape.
    fn first(&mut self, digit: usize) -> Option<Beginning> {
        let mut plus = None;
        // The digit may be part of the escape of a plus, which belongs to what follows.
        while self.at <= digit || plus.is_some() {
            let is_behind = self.at > digit;
            let (unit, next) = unit::at(self.text, self.at)?;
            match unit {
                Unit::Digit(_) => return Some((self.at, plus, None)),
                Unit::Letter(_) if !is_behind => return Some((self.at, plus, None)),
                Unit::Plus => plus = Some(self.at),
                Unit::Invisible => {}
                _ if is_behind => return None,
                _ => plus = None,
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
                // After letters it is the plus of a number: `tel+86…`.
                (Unit::Plus, None) if !self.behind_letters => Some(Joint::Plus),
                _ => return None,
            };
            place = next;
        }
    }

    /// The digits and letters of the group that begins here, and where it ends.
    #[inline]
    fn extent(&self, from: usize) -> (u32, u32, usize) {
        let bytes = self.text.as_bytes();
        let (mut digits, mut letters, mut place) = (0, 0, from);
        // The fast path for plain text.
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

/// Where a group begins, where its plus is, and what joins it to the previous group.
type Beginning = (usize, Option<usize>, Option<Joint>);

/// Whether letters after it may belong to a number; otherwise they are a word.
fn binds_letters(joint: Joint) -> bool {
    use Separator::{Dash, Dot, Underscore};
    matches!(joint, Joint::Plus | Joint::By(Dash | Dot | Underscore))
}

/// Two separators that count as one, such as `) ` and ` (`. Any other two are a boundary.
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
            ("x%2B86%20154", vec!["%2B86", "154"]),
            ("&#43;86&nbsp;154", vec!["&#43;86", "154"]),
            ("\x1B[m154", vec!["154"]),
            ("50% 154", vec!["50"]),
        ] {
            assert_eq!(chain(text), groups, "{text}");
        }
    }
}
