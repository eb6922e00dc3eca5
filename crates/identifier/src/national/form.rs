//! One shape in which a number is written: its conditions, and how an older shape becomes the canonical one.

use super::birth::Birth;
use super::check::Check;
use super::pattern::Pattern;
use super::words::Condition;
use super::{Number, Place};
use crate::{Rejection, Rules};
use serde::Deserialize;

/// A form, as the table gives it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) pattern: Pattern,
    #[serde(default)]
    pub(crate) becomes: Vec<Step>,
    #[serde(rename = "where", default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    never: Vec<Never>,
    birth: Option<Birth>,
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
    pub(crate) keep: Option<usize>,
}

/// One step of rewriting a number.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Step {
    Insert {
        insert: String,
        at: usize,
    },
    Remove {
        remove: usize,
        at: usize,
    },
    /// The character there becomes the one at the same place of the other list.
    Replace {
        replace: String,
        with: String,
        at: usize,
    },
    Append {
        #[serde(rename = "append")]
        _append: Append,
    },
    /// The century of a year of two digits is put in front of it.
    Century {
        century: i16,
        at: usize,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Append {
    Check,
}

/// What no list of words says.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Never {
    /// It reads the same backwards (UIDAI, for Aadhaar and VID).
    Palindrome,
    /// Of the first ten digits, not exactly one occurs twice or three times (Germany's `IdNr`).
    IdnrRepeats,
}

impl Form {
    /// Whether the number brings its own check character. One that is given its check by us agrees with any digits, and is
    /// taken where a label says what it is, not in running text.
    pub(crate) fn is_checked(&self) -> bool {
        !self.becomes.iter().any(|step| matches!(step, Step::Append { .. }))
    }

    /// Everything that is asked of a number which fits the pattern.
    pub(crate) fn verify(&self, number: &[u8], rules: &Rules, place: Place) -> Result<(), Rejection> {
        let counts = |condition: &&Condition| !condition.text || place == Place::Text;
        if !self.conditions.iter().filter(counts).all(|condition| condition.holds(number))
            || self.never.iter().any(|never| never.says(number))
        {
            return Err(Rejection::Unissued);
        }
        if let Some(birth) = &self.birth {
            birth.verify(number, rules.today)?;
        }
        if self.checks.iter().all(|check| check.holds(number, rules.today)) { Ok(()) } else { Err(Rejection::Check) }
    }
}

impl Step {
    /// Rewrites the number; none where it is too short or too long for the step.
    pub(crate) fn apply(
        &self,
        number: &mut Number,
        rules: &Rules,
        check_character: impl Fn(&[u8]) -> Option<u8>,
    ) -> Option<()> {
        match self {
            Self::Insert { insert, at } => insert.bytes().rev().try_for_each(|c| number.try_insert(*at, c).ok()),
            Self::Remove { remove, at } => {
                let range = *at..at + remove;
                number.get(range.clone())?;
                number.drain(range);
                Some(())
            }
            Self::Replace { replace, with, at } => {
                let found = replace.bytes().position(|c| Some(&c) == number.get(*at))?;
                number[*at] = *with.as_bytes().get(found)?;
                Some(())
            }
            Self::Append { .. } => {
                let check = check_character(number)?;
                number.try_push(check).ok()
            }
            Self::Century { century, at } => {
                let year = number.get(*at..at + 2)?.iter().fold(0, |year, c| year * 10 + i16::from(c - b'0'));
                let today = rules.today.year();
                let latest = today / 100 - i16::from(year > today % 100) - century;
                let digits = [b'0' + (latest / 10) as u8, b'0' + (latest % 10) as u8];
                digits.into_iter().rev().try_for_each(|c| number.try_insert(*at, c).ok())
            }
        }
    }
}

impl Never {
    fn says(self, number: &[u8]) -> bool {
        match self {
            Self::Palindrome => number.iter().eq(number.iter().rev()),
            Self::IdnrRepeats => {
                let mut occurs = [0; 10];
                number.iter().take(10).for_each(|c| occurs[usize::from(c - b'0')] += 1);
                let mut repeated = occurs.iter().filter(|&&count| count > 1);
                !matches!((repeated.next(), repeated.next()), (Some(2 | 3), None))
            }
        }
    }
}
