//! Kinds that are described by a shape: so many characters, each of a class, a birth date and a check character.
//!
//! A kind of this sort is data only; see `kinds.json`.

use crate::check::Check;
use crate::{Rejection, Rules, text};
use jiff::civil::Date;
use serde::Deserialize;

/// The shape of a kind, as the table gives it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// One character a place: `9` a digit, `X` a digit or the letter X.
    #[serde(rename = "shape")]
    places: String,
    birth: Option<Birth>,
    check: Option<Check>,
    legacy: Option<Legacy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Birth {
    /// Offset of the first digit, from 0.
    at: usize,
    form: BirthForm,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum BirthForm {
    #[serde(rename = "YYYYMMDD")]
    YearMonthDay,
}

/// An older, shorter spelling and how to complete it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Legacy {
    #[serde(rename = "shape")]
    places: String,
    insert: Insert,
    append: Append,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Insert {
    at: usize,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Append {
    Check,
}

impl Shape {
    /// The canonical form of one piece (`docs/canonical.md`, "Kinds with a shape").
    pub(crate) fn canonicalise(&self, piece: &str, rules: &Rules) -> Result<String, Rejection> {
        if text::is_masked(piece) {
            return Err(Rejection::Masked);
        }
        if text::is_float(piece) {
            return Err(Rejection::Float);
        }
        let number = self.complete(bare(piece)?)?;
        if let Some(birth) = &self.birth {
            birth.verify(&number, rules.today)?;
        }
        if let Some(check) = self.check {
            let (body, last) = number.split_at(number.len() - 1);
            if !last.starts_with(check.character(body)) {
                return Err(Rejection::Check);
            }
        }
        Ok(number)
    }

    /// A number of full length, its characters each in their place.
    fn complete(&self, number: String) -> Result<String, Rejection> {
        if number.len() == self.places.len() {
            fits(&number, &self.places)?;
            return Ok(number);
        }
        let legacy = self.legacy.as_ref().filter(|old| old.places.len() == number.len()).ok_or(Rejection::Length)?;
        fits(&number, &legacy.places)?;
        let mut completed = number;
        completed.insert_str(legacy.insert.at, &legacy.insert.text);
        match (&legacy.append, self.check) {
            (Append::Check, Some(check)) => completed.push(check.character(&completed)),
            (Append::Check, None) => {}
        }
        Ok(completed)
    }
}

impl Birth {
    fn verify(&self, number: &str, today: Date) -> Result<(), Rejection> {
        let BirthForm::YearMonthDay = self.form;
        let field = |from: usize, width: usize| number[self.at + from..][..width].parse::<i16>();
        let (Ok(year), Ok(month), Ok(day)) = (field(0, 4), field(4, 2), field(6, 2)) else {
            return Err(Rejection::Date);
        };
        // Year 0 does not exist in the civil calendar; jiff would take it.
        let birth = Date::new(year, month as i8, day as i8).ok().filter(|_| year > 0).ok_or(Rejection::Date)?;
        if birth > today { Err(Rejection::FutureDate) } else { Ok(()) }
    }
}

/// Without separators, in upper case; ASCII letters and digits only.
fn bare(piece: &str) -> Result<String, Rejection> {
    piece
        .chars()
        .filter(|&c| !c.is_whitespace() && !text::is_dash(c))
        .map(|c| if c.is_ascii_alphanumeric() { Ok(c.to_ascii_uppercase()) } else { Err(Rejection::Character) })
        .collect()
}

fn fits(number: &str, places: &str) -> Result<(), Rejection> {
    let fits = number.bytes().zip(places.bytes()).all(|(c, class)| c.is_ascii_digit() || (class == b'X' && c == b'X'));
    if fits { Ok(()) } else { Err(Rejection::Character) }
}
