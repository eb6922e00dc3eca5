//! What a name says about the values below it.

use crate::columns::other_headers::is_other_header;
use exposure_identifier::Kind;

/// What a name says about the values below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// Identifiers of this kind.
    Kind(&'static Kind),
    /// Something else, which this names.
    Other(&'static str),
}

/// What a header says.
pub(crate) fn of_header(text: &str) -> Option<Label> {
    Kind::of_header(text).map(Label::Kind).or_else(|| is_other_header(text).then_some(Label::Other("another number")))
}
