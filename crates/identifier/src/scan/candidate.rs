//! Candidates: groups of a chain that may be one number, and not a part of something longer.
//!
//! Knows how people and machines group digits, and no kind of identifier. Candidates are checked by
//! the rule of a kind; rejecting one here is cheap.

use super::group::{Group, Joint};
use super::unit::{self, Separator, Unit};
use arrayvec::ArrayString;

/// The most groups of a number. French social security numbers have seven.
pub(super) const MOST_GROUPS: usize = 8;

/// The most letters and digits of a number.
pub(super) const MOST_CHARACTERS: usize = 32;

/// The most bytes of a number in the text: each character may be an escape with several
/// backslashes.
pub(super) const MOST_BYTES: usize = 320;

/// This many characters without a gap are a whole number, even before a space and digits: people
/// write shorter groups.
const WHOLE: u32 = 9;

/// The most digits of an index before or behind an underscore.
const INDEX: u32 = 6;

/// The spelling of a candidate: its characters and the separators between them.
pub(super) type Spelled = ArrayString<{ MOST_CHARACTERS + 2 * MOST_GROUPS }>;

/// Consecutive groups, and their neighbours.
pub(super) struct Candidate<'c> {
    pub(super) groups: &'c [Group],
    pub(super) digits: u32,
    pub(super) letters: u32,
    before: Option<&'c Group>,
    after: &'c [Group],
}

/// Candidates that begin with the group at this position, longest first. `is_sought` tells whether
/// a number may have this many digits and letters; none has more letters than `most_letters`.
pub(super) fn beginning(
    chain: &[Group],
    first: usize,
    most_letters: u32,
    is_sought: impl Fn(u32, u32) -> bool,
) -> impl Iterator<Item = Candidate<'_>> {
    let groups = &chain[first..];
    let mut sought = 0_u32;
    let (mut digits, mut letters) = (0, 0);
    for (place, group) in groups.iter().take(MOST_GROUPS).enumerate() {
        digits += group.digits;
        letters += group.letters;
        let is_apart = matches!(group.joint, Some(Joint::By(Separator::Colon | Separator::Underscore)));
        if (is_apart && place > 0)
            || letters > most_letters
            || digits + letters > MOST_CHARACTERS as u32
            || group.end - groups[0].start > MOST_BYTES
        {
            break;
        }
        sought |= u32::from(is_sought(digits, letters)) << place;
    }
    std::iter::from_fn(move || {
        let last = sought.checked_ilog2()?;
        sought ^= 1 << last;
        let (groups, after) = groups.split_at(last as usize + 1);
        Some(Candidate {
            groups,
            digits: groups.iter().map(|group| group.digits).sum(),
            letters: groups.iter().map(|group| group.letters).sum(),
            before: first.checked_sub(1).map(|before| &chain[before]),
            after,
        })
    })
}

impl Candidate<'_> {
    pub(super) fn start(&self) -> usize {
        self.groups[0].start
    }

    pub(super) fn end(&self) -> usize {
        self.groups[self.groups.len() - 1].end
    }

    /// What joins its groups.
    pub(super) fn joints(&self) -> impl Iterator<Item = Joint> {
        self.groups.iter().skip(1).filter_map(|group| group.joint)
    }

    /// Whether it is written as an IPv4 address: `192.168.100.200`.
    pub(super) fn is_internet_address(&self) -> bool {
        self.groups.len() == 4
            && self.joints().all(|joint| joint == Joint::By(Separator::Dot))
            && self.groups.iter().all(|group| group.is_number() && group.digits <= 3)
    }

    /// Whether it is not a part of a longer number on either side.
    pub(super) fn stands_alone(&self) -> bool {
        let left = self.before.zip(self.groups[0].joint);
        let is_free_left = left.is_none_or(|(group, joint)| match joint {
            Joint::By(Separator::Space | Separator::Open | Separator::Close) => {
                !group.is_number() && !is_iban_head(group) || self.bears_space(group.joint)
            }
            joint => is_word(group, group.joint) || self.bears(joint, group),
        });
        let right = self.after.first().and_then(|group| Some((group, group.joint?)));
        let beyond = self.after.get(1).and_then(|beyond| beyond.joint);
        let is_free_right = right.is_none_or(|(group, joint)| match joint {
            Joint::By(Separator::Open) => true,
            Joint::By(Separator::Space | Separator::Close) => !group.is_number() || self.bears_space(beyond),
            joint => is_word(group, beyond) || self.bears(joint, group),
        });
        is_free_left && is_free_right
    }

    /// Whether this separator separates the candidate from digits beyond it.
    fn bears(&self, joint: Joint, neighbour: &Group) -> bool {
        match joint {
            // Names of files: `15400001234_1.jpg`. Behind a date there is a serial number.
            Joint::By(Separator::Underscore) => {
                self.groups.len() == 1
                    && self.digits + self.letters >= WHOLE
                    && neighbour.is_number()
                    && neighbour.digits <= INDEX
            }
            Joint::By(Separator::Colon) => self.groups.len() == 1,
            Joint::By(Separator::Slash) => !self.joints().any(|inside| inside == joint),
            _ => false,
        }
    }

    /// Whether a space separates the candidate from a group, which is joined to another one by
    /// `beyond`.
    fn bears_space(&self, beyond: Option<Joint>) -> bool {
        let has_space = self.joints().any(is_space);
        let is_whole = !has_space && self.digits + self.letters >= WHOLE;
        // The neighbour is part of something else, such as a time of day.
        let is_bound = beyond.is_some_and(|joint| !is_space(joint));
        is_whole || is_bound
    }

    /// Its spelling, unescaped and folded; `None` if that is longer than any number.
    pub(super) fn spelled<'t>(&self, text: &'t str, buffer: &'t mut Spelled) -> Option<&'t str> {
        let raw = &text[self.start()..self.end()];
        if raw.bytes().all(unit::is_itself) {
            return Some(raw);
        }
        let mut place = self.start();
        while place < self.end() {
            let (unit, next) = unit::at(text, place)?;
            let c = match unit {
                Unit::Digit(c) | Unit::Letter(c) => Some(char::from(c)),
                Unit::Plus => Some('+'),
                Unit::Separator(separator) => Some(separator.character()),
                Unit::Invisible => None,
                Unit::Boundary | Unit::Escape => return None,
            };
            c.map_or(Ok(()), |c| buffer.try_push(c)).ok()?;
            place = next;
        }
        Some(buffer)
    }
}

fn is_space(joint: Joint) -> bool {
    matches!(joint, Joint::By(Separator::Space | Separator::Open | Separator::Close))
}

/// Whether a neighbour is a word, and not a part of a UUID that happens to have no digit.
fn is_word(group: &Group, beyond: Option<Joint>) -> bool {
    group.digits == 0 && beyond.is_none_or(is_space)
}

/// The country and check digits that bank account numbers begin with: `DE89 3704 0044 …`.
fn is_iban_head(group: &Group) -> bool {
    (group.letters, group.digits) == (2, 2)
}

impl Separator {
    fn character(self) -> char {
        match self {
            Self::Space => ' ',
            Self::Dash => '-',
            Self::Dot => '.',
            Self::Slash => '/',
            Self::Colon => ':',
            Self::Underscore => '_',
            Self::Open => '(',
            Self::Close => ')',
        }
    }
}
