//! Parses one value of `check`: exactly one identifier, or why it was rejected.

use exposure_identifier::{Identifier, Kind, Rejection, Rules};

/// Why a value cannot be checked.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    Rejected(Rejection),
    Several,
}

/// The one identifier in a line or argument.
pub(super) fn identify(kind: &'static Kind, text: &str, rules: &Rules) -> Result<Identifier, Refusal> {
    let mut identifiers = kind.canonicalise(text, rules).into_result().map_err(Refusal::Rejected)?;
    if identifiers.len() == 1 { Ok(identifiers.remove(0)) } else { Err(Refusal::Several) }
}

impl Refusal {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Rejected(reason) => reason.code(),
            Self::Several => "several",
        }
    }

    pub(super) fn explain(self) -> &'static str {
        match self {
            Self::Rejected(reason) => reason.explain(),
            Self::Several => "it holds several numbers; check one at a time",
        }
    }
}
