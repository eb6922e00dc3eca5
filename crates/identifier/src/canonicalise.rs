//! Canonicalisation of a cell that is labelled as a kind, and of a spelling found in running text.

use crate::cell::Cell;
use crate::identifier::Identifier;
use crate::kind::{Kind, Rule};
use crate::national::Place;
use crate::phone;
use crate::region::Region;
use crate::rejection::Rejection;
use crate::rules::Rules;
use crate::table::TEST_CANONICAL;
use crate::text;

impl Kind {
    /// Canonicalises a cell that is labelled as this kind (`docs/canonical.md`). The identifiers
    /// are of the kind that this one is hashed as.
    pub fn canonicalise(&'static self, cell: &str, rules: &Rules) -> Cell {
        let mut found = Cell::default();
        if text::is_one_plain_piece(cell) {
            match self.canonicalise_piece(cell, rules, Place::Labelled) {
                Ok(identifier) => found.accepted.push(identifier),
                Err(reason) => found.rejected.push(reason),
            }
            return found;
        }
        let folded = match text::fold(cell) {
            Ok(folded) => folded,
            Err(reason) => {
                found.rejected.push(reason);
                return found;
            }
        };
        for piece in text::pieces(&text::plain(&folded)) {
            let is_phone = matches!(self.rule, Rule::Phone);
            let whole = is_phone.then(|| text::whole_of_exponent(piece)).flatten();
            let piece = whole.as_deref().unwrap_or(piece);
            match self.canonicalise_piece(piece, rules, Place::Labelled) {
                Ok(identifier) if found.accepted.contains(&identifier) => {}
                Ok(identifier) => found.accepted.push(identifier),
                Err(reason) => found.rejected.push(reason),
            }
        }
        if found.accepted.is_empty() && found.rejected.is_empty() {
            found.rejected.push(Rejection::Empty);
        }
        found
    }

    /// What a text that names no country may be in others, the likeliest first: usually nothing.
    /// Ask which is meant, or say so (`docs/canonical.md`, "Another country"). `home` are countries
    /// to which whoever asks may belong. Empty for kinds other than phones, and for several
    /// numbers.
    pub fn elsewhere(&'static self, cell: &str, rules: &Rules, home: &[Region]) -> Vec<Identifier> {
        let Rule::Phone = self.rule else { return Vec::new() };
        let Ok(folded) = text::fold(cell) else { return Vec::new() };
        let plain = text::plain(&folded);
        let mut pieces = text::pieces(&plain);
        let (Some(piece), None) = (pieces.next(), pieces.next()) else { return Vec::new() };
        let whole = text::whole_of_exponent(piece);
        let piece = whole.as_deref().unwrap_or(piece);
        let others = phone::elsewhere(piece, rules, home);
        others.into_iter().map(|e164| Identifier::new(self, e164.into())).collect()
    }

    /// The identifier with this canonical form, which is not checked. For forms that were
    /// canonicalised before, such as those that a run spilled; use [`Kind::canonicalise`] for
    /// anything else.
    pub fn trust_canonical(&'static self, canonical: &str) -> Identifier {
        Identifier::new(self, canonical.into())
    }

    /// The identifier of this spelling in running text. Not for phones, which the scanner handles.
    pub(crate) fn in_text(&'static self, spelled: &str, rules: &Rules) -> Option<Identifier> {
        match &self.rule {
            Rule::Phone | Rule::Test => None,
            Rule::National(_) => self.canonicalise_piece(spelled, rules, Place::Text).ok(),
        }
    }

    /// The same for digits, where [`Kind::plain_in_text`] says that they may stand for the
    /// spelling.
    pub(crate) fn of_digits_in_text(&'static self, digits: &[u8], rules: &Rules) -> Option<Identifier> {
        let Rule::National(national) = &self.rule else { return None };
        let canonical = national.of_digits_in_text(digits, rules)?;
        Some(Identifier::new(self.hashed_as(), boxed(&canonical)))
    }

    fn canonicalise_piece(&'static self, piece: &str, rules: &Rules, place: Place) -> Result<Identifier, Rejection> {
        let canonical = match &self.rule {
            Rule::Phone => phone::canonicalise(piece, rules)?.into(),
            Rule::National(national) => boxed(&national.canonicalise(piece, rules, place)?),
            Rule::Test if piece == TEST_CANONICAL => piece.into(),
            Rule::Test => return Err(Rejection::Unissued),
        };
        Ok(Identifier::new(self.hashed_as(), canonical))
    }
}

/// The text of Latin-1 characters.
fn boxed(number: &[u8]) -> Box<str> {
    match str::from_utf8(number) {
        // An Ñ in Latin-1 is never UTF-8: a capital letter, a digit or nothing follows it.
        Ok(ascii) => ascii.into(),
        Err(_) => number.iter().copied().map(char::from).collect::<String>().into(),
    }
}
