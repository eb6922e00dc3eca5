//! Values as they may be shown: identifiers masked as their kind says, others masked except for
//! their ends.

use crate::columns::column::Column;
use exposure_identifier::Identifier;

/// Maximum characters of a masked value.
const SHOWN_CHARACTERS: usize = 24;

/// A cell of this column as it may be shown.
pub(super) fn cell(column: &Column, text: &str) -> String {
    let identifiers = column.kind().map(|kind| kind.canonicalise(text, &column.rules).accepted).unwrap_or_default();
    match identifiers.as_slice() {
        [] => masked(text),
        identifiers => identifiers.iter().map(Identifier::masked).collect::<Vec<_>>().join(", "),
    }
}

/// Masks a value; its ends are shown if much more is hidden.
fn masked(text: &str) -> String {
    let characters: Vec<char> = text.trim().chars().take(SHOWN_CHARACTERS).collect();
    let ends = usize::from(characters.len() >= 6);
    let hidden = ends..characters.len() - ends;
    characters.iter().enumerate().map(|(n, &c)| if hidden.contains(&n) { '*' } else { c }).collect()
}
