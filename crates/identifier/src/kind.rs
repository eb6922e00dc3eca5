//! A kind of identifier: its name, labels, rule and limits. The table of all kinds is in `table`.

use crate::national::{National, Shape};
use crate::tier::Tier;
use serde::Deserialize;
use std::fmt;

/// A kind of identifier.
pub struct Kind {
    /// Its name: `phone`, or python-stdnum's `country.module`.
    pub name: String,
    /// The ISO 3166-1 alpha-2 code of the issuing country; `None` for phones.
    pub country: Option<String>,
    /// The kind that its numbers are hashed as, if it is another: see [`Kind::hashed_as`].
    pub(crate) part_of: Option<PartOf>,
    /// How safely it is recognised without a label. Kinds other than [`Tier::A`] are recognised in
    /// labelled columns only.
    pub tier: Tier,
    /// What people call it.
    pub label: Label,
    pub(crate) rule: Rule,
    pub(crate) mask: Mask,
    /// How many identifiers are possible; `None` if that depends on the country of the number.
    pub possible: Option<u64>,
    /// Column headers that announce it, in lower case, with blanks and `_` `-` `.` as one space.
    pub(crate) headers: Vec<String>,
    /// Sample numbers, from unissued ranges or published as specimens.
    pub samples: Vec<String>,
}

/// A label in English and in the language of the issuing country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// English.
    pub en: String,
    /// The issuing country's language; Chinese for phones.
    pub native: String,
}

/// How many characters of a number may be shown at its ends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mask {
    pub(crate) head: usize,
    pub(crate) tail: usize,
}

/// The kind of this name, and its position in the table.
pub(crate) struct PartOf {
    pub(crate) whole: String,
    pub(crate) place: usize,
}

/// How numbers of a kind are canonicalised.
#[derive(Debug)]
pub(crate) enum Rule {
    Phone,
    National(National),
    Test,
}

/// Which spellings a rule reads as the digits in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// None.
    No,
    /// Digits, and blanks between.
    Digits,
    /// Digits, blanks and dashes.
    DigitsAndDashes,
}

impl Kind {
    /// Whether this is the kind of the test identifier.
    pub fn is_test(&self) -> bool {
        matches!(self.rule, Rule::Test)
    }

    /// Characters between those of a number that carry no meaning. (A full stop in a phone number
    /// may carry some: `.0` at the end comes from a spreadsheet.)
    #[cfg(test)]
    pub(crate) fn separators(&self) -> Vec<char> {
        match &self.rule {
            Rule::Phone => "-()".chars().collect(),
            Rule::National(national) => national.separators().chars().collect(),
            Rule::Test => Vec::new(),
        }
    }

    /// Column headers that announce it, as [`Kind::of_header`] compares them: in lower case, words
    /// apart by one space.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Which spellings in running text are read as the digits in them.
    pub(crate) fn plain_in_text(&self) -> Plain {
        match &self.rule {
            Rule::National(national) if national.reads_digits() && national.drops_dashes() => Plain::DigitsAndDashes,
            Rule::National(national) if national.reads_digits() => Plain::Digits,
            _ => Plain::No,
        }
    }

    /// Whether a number in running text, of so many digits and nothing else, may have this pair of
    /// them at this place.
    pub(crate) fn may_have_in_text(&self, digits: usize, at: usize, pair: [u8; 2]) -> bool {
        matches!(&self.rule, Rule::National(national) if national.may_have_in_text(digits, at, pair))
    }

    /// The shapes of its numbers in running text, with and without prefixes.
    pub(crate) fn shapes_in_text(&self) -> impl Iterator<Item = Shape> {
        let national = match &self.rule {
            Rule::Phone | Rule::Test => None,
            Rule::National(national) => Some(national),
        };
        national.into_iter().flat_map(National::shapes_in_text)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Names are unique in the table.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl std::hash::Hash for Kind {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
