//! The rule of a kind that the table describes: the order of the steps.

use super::form::Form;
use super::number::{MOST_CHARACTERS, Number, Place};
use super::pattern::Shape;
use super::spelling::{self, Spelling, SpellingEntry};
use crate::rejection::Rejection;
use crate::rules::Rules;

/// The most rewrites until a number has its final form. Sweden's take two.
const MOST_REWRITES: usize = 2;

/// The rule of a kind that is described by the table.
#[derive(Debug)]
pub(crate) struct National {
    spelling: Spelling,
    forms: Vec<Form>,
}

/// Why a number is refused.
enum Refused {
    /// It fits no form; its spelling may explain that better.
    NoForm(Rejection),
    For(Rejection),
}

impl National {
    /// Builds the rule; the error is a mistake in the table.
    pub(crate) fn new(spelling: SpellingEntry, forms: Vec<Form>) -> Result<Self, String> {
        if let Some(form) = forms.iter().find(|form| form.pattern.width() > MOST_CHARACTERS) {
            return Err(format!("a form of {} characters is longer than {MOST_CHARACTERS}", form.pattern.width()));
        }
        let literals = forms.iter().flat_map(|form| form.pattern.characters());
        Ok(Self { spelling: Spelling::new(spelling, literals)?, forms })
    }

    /// The canonical form of one part of a cell, in Latin-1.
    pub(crate) fn canonicalise(&self, piece: &str, rules: &Rules, place: Place) -> Result<Number, Rejection> {
        let number = self.spelling.read(piece, place)?;
        self.of_number(number, rules, place).map_err(|refused| match refused {
            Refused::NoForm(reason) => spelling::better_reason(piece, reason),
            Refused::For(reason) => reason,
        })
    }

    /// The canonical form of digits in running text: what `canonicalise` makes of them.
    pub(crate) fn of_digits_in_text(&self, digits: &[u8], rules: &Rules) -> Option<Number> {
        // Most digits fit no form, or not its conditions, and need no number.
        let form = self.form(digits).ok()?;
        if form.becomes.is_empty() && form.verify(digits, rules, Place::Text).is_err() {
            return None;
        }
        self.of_number(digits.try_into().ok()?, rules, Place::Text).ok()
    }

    /// Whether digits that are read as they are may have this pair of them at this place.
    pub(crate) fn may_have_in_text(&self, width: usize, at: usize, pair: [u8; 2]) -> bool {
        self.forms.iter().any(|form| form.pattern.width() == width && form.may_have_in_text(at, pair))
    }

    /// Whether digits are a number as they are: no prefix, no lost or added zeros.
    pub(crate) fn reads_digits(&self) -> bool {
        self.spelling.reads_digits()
    }

    /// Whether dashes between digits carry no meaning.
    pub(crate) fn drops_dashes(&self) -> bool {
        self.spelling.drops_dashes()
    }

    fn of_number(&self, mut number: Number, rules: &Rules, place: Place) -> Result<Number, Refused> {
        let mut form = self.form(&number).map_err(Refused::NoForm)?;
        for _ in 0..MOST_REWRITES {
            if form.becomes.is_empty() {
                break;
            }
            if place == Place::Text && !form.is_checked() {
                return Err(Refused::For(Rejection::Check));
            }
            number = self.rewritten(&number, form, rules).map_err(Refused::For)?;
            form = self.form(&number).map_err(Refused::NoForm)?;
        }
        if !form.becomes.is_empty() {
            return Err(Refused::For(Rejection::Character));
        }
        form.verify(&number, rules, place).map_err(Refused::For)?;
        number.truncate(form.keep.unwrap_or(number.len()));
        Ok(number)
    }

    #[cfg(test)]
    pub(crate) fn separators(&self) -> &str {
        self.spelling.separators()
    }

    /// The shapes of numbers that [`Place::Text`] may accept.
    pub(crate) fn shapes_in_text(&self) -> impl Iterator<Item = Shape> {
        let shapes = self.forms.iter().filter(|form| form.is_checked()).map(|form| form.pattern.shape());
        shapes.flat_map(|shape| {
            let prefixed: Vec<_> = self.spelling.prefixes().map(|prefix| shape.behind(prefix)).collect();
            std::iter::once(shape).chain(prefixed)
        })
    }

    fn form(&self, number: &[u8]) -> Result<&Form, Rejection> {
        let mut reason = Rejection::Length;
        for form in self.forms.iter().filter(|form| form.pattern.width() == number.len()) {
            if form.pattern.fits(number) {
                return Ok(form);
            }
            reason = Rejection::Character;
        }
        Err(reason)
    }

    fn rewritten(&self, number: &Number, form: &Form, rules: &Rules) -> Result<Number, Rejection> {
        let mut rewritten = number.clone();
        for step in &form.becomes {
            step.apply(&mut rewritten, rules, |body| self.check_character(body)).ok_or(Rejection::Character)?;
        }
        Ok(rewritten)
    }

    /// The check character that completes this body to a number of the form that it fits.
    fn check_character(&self, body: &[u8]) -> Option<u8> {
        let form = self.forms.iter().find(|form| form.becomes.is_empty() && form.pattern.begins(body))?;
        let mut whole: Number = body.try_into().ok()?;
        whole.try_push(b'0').ok()?;
        form.checks.first()?.expected(&whole)
    }
}
