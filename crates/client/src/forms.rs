//! Whether "not found" can be believed: only if the index holds the identifier in the form in which
//! this program looks for it, and if somebody can have it. What is found is found, by whatever
//! rules it was written.

use crate::error::ClientError;
use crate::outcome::Outcome;
use exposure_identifier::Identifier;

/// The outcome for an identifier, whose kind is in the index in these canonical versions. Not found
/// where any of them is not this program's, or where no plan contains the number, is an error.
pub(crate) fn believed(
    outcome: Result<Outcome, ClientError>,
    identifier: &Identifier,
    index: impl IntoIterator<Item = u16>,
) -> Result<Outcome, ClientError> {
    let Ok(Outcome::NotFound) = outcome else { return outcome };
    let (kind, index) = (identifier.kind(), Vec::from_iter(index));
    let own = kind.canonical_version();
    if index.iter().any(|&version| version != own) {
        return Err(ClientError::OtherForms { kind: &kind.name, index, own });
    }
    if !identifier.is_in_numbering_plan() {
        return Err(ClientError::OutsidePlans { country: identifier.country().map(str::to_owned) });
    }
    outcome
}
