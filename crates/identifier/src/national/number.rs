//! The characters of a number while its rule is applied, and where it was found.

use arrayvec::ArrayVec;

/// More characters than the longest ID in any of its spellings.
pub(super) const MOST_CHARACTERS: usize = 32;

/// The characters of one number without separators, in Latin-1, since Mexico's have an `Ñ`.
pub(crate) type Number = ArrayVec<u8, MOST_CHARACTERS>;

/// The context that a number was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a cell that is labelled as this kind.
    Labelled,
    /// In running text, where stricter rules apply.
    Text,
}
