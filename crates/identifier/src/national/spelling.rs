//! From the text of a part of a cell to the characters of a number: separators, prefixes, lost
//! zeros; and damage that is never repaired.

use super::number::{Number, Place};
use super::pattern::latin1;
use crate::rejection::Rejection;
use crate::text;
use serde::Deserialize;
use std::borrow::Cow;

/// This many `x` in a row are a mask, even in a kind with letters: a Mexican CURP may have four,
/// from a name without consonants.
const MASKING_RUN: usize = 5;

/// The parameters of spelling, as in the table.
#[derive(Debug, Default)]
pub(crate) struct SpellingEntry {
    pub(crate) separators: String,
    pub(crate) prefixes: Vec<String>,
    pub(crate) pad: Option<Pad>,
    pub(crate) strip_zeros_to: Option<usize>,
    pub(crate) prepare: Option<Prepare>,
}

/// Numbers of digits only, at least `from` and fewer than `to` of them, have lost leading zeros.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pad {
    from: usize,
    to: usize,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Prepare {
    /// Costa Rica's: each of three parts between dashes has lost its own zeros.
    CrParts,
}

/// How numbers of a kind are spelled.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// The treatment of each Latin-1 character.
    treatment: Box<[Treatment; 256]>,
    entry: SpellingEntry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    /// A digit, a letter, or a character of a pattern, in upper case.
    Keep(u8),
    Drop,
    /// A full stop: dropped, unless it makes a decimal fraction.
    DropPoint,
    Refuse,
}

impl Spelling {
    /// `literals` are the characters that patterns name, beside digits and letters.
    pub(crate) fn new(entry: SpellingEntry, literals: impl Iterator<Item = u8>) -> Result<Self, String> {
        let mut treatment = Box::new([Treatment::Refuse; 256]);
        for c in (b'0'..=b'9').chain(b'A'..=b'Z').chain(literals) {
            treatment[usize::from(c)] = Treatment::Keep(c);
            // In Latin-1 a lower-case letter is 32 after its capital.
            if c.is_ascii_uppercase() || c >= 0xC0 {
                treatment[usize::from(c | 32)] = Treatment::Keep(c);
            }
        }
        for c in entry.separators.chars() {
            let place = latin1(c).ok_or_else(|| format!("separator {c} is not Latin-1"))?;
            treatment[usize::from(place)] = if c == '.' { Treatment::DropPoint } else { Treatment::Drop };
        }
        for c in [b'\t', b'\n', 0x0B, 0x0C, b'\r', b' ', 0x85, 0xA0] {
            treatment[usize::from(c)] = Treatment::Drop;
        }
        Ok(Self { treatment, entry })
    }

    #[cfg(test)]
    pub(crate) fn separators(&self) -> &str {
        &self.entry.separators
    }

    /// Prefixes that people write.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.entry.prefixes.iter().map(String::as_str)
    }

    /// Whether digits in running text are read as they are.
    pub(crate) fn reads_digits(&self) -> bool {
        let Self { entry, treatment } = self;
        let is_of_digits = |prefix: &String| prefix.bytes().all(|c| c.is_ascii_digit());
        entry.prepare.is_none()
            && entry.strip_zeros_to.is_none()
            && !entry.prefixes.iter().any(is_of_digits)
            && treatment[usize::from(b' ')] == Treatment::Drop
    }

    /// Whether dashes between digits are dropped.
    pub(crate) fn drops_dashes(&self) -> bool {
        self.treatment[usize::from(b'-')] == Treatment::Drop
    }

    /// The characters of a number, in upper case, with lost zeros restored. In running text nothing
    /// is restored, since it has not been through a spreadsheet: a short number there is another
    /// number.
    pub(crate) fn read(&self, piece: &str, place: Place) -> Result<Number, Rejection> {
        let number = match self.bare(piece) {
            Some(number) => number,
            None => self.examined(piece)?,
        };
        let mut number = number.map_err(|TooLong| better_reason(piece, Rejection::Length))?;
        let prefixes = self.entry.prefixes.iter().map(String::as_bytes);
        if let Some(prefix) = prefixes.filter(|prefix| number.len() > prefix.len()).find(|p| number.starts_with(p)) {
            number.drain(..prefix.len());
        }
        if let Some(width) = self.entry.strip_zeros_to {
            let zeros = number.iter().take_while(|&&c| c == b'0').count();
            number.drain(..zeros.min(number.len().saturating_sub(width)));
        }
        if let Some(Pad { from, to }) = self.entry.pad
            && place == Place::Labelled
            && (from..to).contains(&number.len())
            && number.iter().all(u8::is_ascii_digit)
        {
            let zeros = to - number.len();
            number = std::iter::repeat_n(b'0', zeros).chain(number.iter().copied()).collect();
        }
        Ok(number)
    }

    /// The fast path for plain text; `None` if a character needs closer examination.
    fn bare(&self, piece: &str) -> Option<Result<Number, TooLong>> {
        if !piece.is_ascii() || (self.entry.prepare.is_some() && piece.contains('-')) {
            return None;
        }
        let mut number = Number::new();
        let mut too_long = false;
        let mut xs = 0;
        for c in piece.bytes() {
            match self.treatment[usize::from(c)] {
                Treatment::Keep(c) => too_long |= number.try_push(c).is_err(),
                Treatment::Drop => {}
                Treatment::DropPoint | Treatment::Refuse => return None,
            }
            xs = if c | 32 == b'x' { xs + 1 } else { 0 };
            if xs == MASKING_RUN {
                return None;
            }
        }
        Some(if too_long { Err(TooLong) } else { Ok(number) })
    }

    /// The slow path: masks and floats first, then each character.
    fn examined(&self, piece: &str) -> Result<Result<Number, TooLong>, Rejection> {
        let is_mask = |c: char| text::MASKS.contains(&c) && !self.entry.separators.contains(c);
        if piece.contains(is_mask) || piece.contains("..") || text::has_run_of_x(piece, MASKING_RUN) {
            return Err(Rejection::Masked);
        }
        if text::is_float(piece) && piece.contains(['.', '+', '-']) {
            return Err(Rejection::Float);
        }
        let mut number = Number::new();
        let mut too_long = false;
        for c in self.prepared(piece).chars() {
            let c = if text::is_dash(c) { '-' } else { c };
            if c.is_whitespace() {
                continue;
            }
            match latin1(c).map(|c| self.treatment[usize::from(c)]) {
                Some(Treatment::Keep(c)) => too_long |= number.try_push(c).is_err(),
                Some(Treatment::Drop | Treatment::DropPoint) => {}
                Some(Treatment::Refuse) | None => return Err(Rejection::Character),
            }
        }
        Ok(if too_long { Err(TooLong) } else { Ok(number) })
    }

    fn prepared<'p>(&self, piece: &'p str) -> Cow<'p, str> {
        match self.entry.prepare {
            None => piece.into(),
            Some(Prepare::CrParts) => {
                let dashed: String = piece
                    .chars()
                    .map(|c| if text::is_dash(c) { '-' } else { c })
                    .filter(|c| !c.is_whitespace())
                    .collect();
                match dashed.split('-').collect::<Vec<_>>()[..] {
                    [province, volume, entry] => format!("{province:0>2}{volume:0>4}{entry:0>4}").into(),
                    _ => dashed.into(),
                }
            }
        }
    }
}

/// More characters than any number has.
struct TooLong;

/// A more helpful rejection, if a mask or a spreadsheet explains why no form fits.
pub(crate) fn better_reason(piece: &str, reason: Rejection) -> Rejection {
    if text::has_run_of_x(piece, 2) {
        Rejection::Masked
    } else if text::is_float(piece) {
        Rejection::Float
    } else {
        reason
    }
}
