//! One form that a number is written in: its conditions, and how an older form becomes the
//! canonical one.

use super::birth::Birth;
use super::check::Check;
use super::number::{Number, Place};
use super::pattern::Pattern;
use super::words::Condition;
use crate::rejection::Rejection;
use crate::rules::Rules;
use serde::Deserialize;

/// A form, as in the table.
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
    /// Replaces the character by the one at the same position of the other list.
    Replace {
        replace: String,
        with: String,
        at: usize,
    },
    Append {
        #[serde(rename = "append")]
        _append: Append,
    },
    /// Inserts the century in front of a two-digit year.
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

/// Named conditions that reject.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Never {
    /// It reads the same backwards (UIDAI, for Aadhaar and VID).
    Palindrome,
    /// Of the first ten digits, not exactly one occurs twice or three times (Germany's `IdNr`).
    IdnrRepeats,
}

impl Form {
    /// Whether the number has its own check character. One whose check character is computed by us
    /// matches any digits, so it is accepted in labelled cells only, not in running text.
    pub(crate) fn is_checked(&self) -> bool {
        !self.becomes.iter().any(|step| matches!(step, Step::Append { .. }))
    }

    /// Whether a number in running text may have this pair of characters at this place, as far as
    /// its pattern says, its conditions on just them, and its day and month of birth.
    pub(crate) fn may_have_in_text(&self, at: usize, pair: [u8; 2]) -> bool {
        self.pattern.may_have(at, pair)
            && self.conditions.iter().all(|condition| condition.may_have(at, pair))
            && self.birth.as_ref().is_none_or(|birth| birth.may_have(at, pair))
    }

    /// Verifies a number that fits the pattern.
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
    /// Rewrites the number; `None` if it is too short or too long for the step.
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
