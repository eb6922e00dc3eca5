//! The answer to each identifier, and the exit status that follows from it.

use super::oracle::Oracle;
use exposure_client::Outcome;
use exposure_identifier::Identifier;

/// An outcome, or why the check is unfinished.
pub(super) type Answer = Result<Outcome, String>;

/// One answer per identifier, in order; a failure of one does not affect the others.
pub(super) fn answers(oracle: &mut Oracle, identifiers: &[Identifier]) -> Vec<Answer> {
    oracle.check(identifiers).into_iter().map(|answer| answer.map_err(|error| error.to_string())).collect()
}

/// The exit status of one answer. That of several is the highest.
pub(super) fn status(answer: &Answer) -> u8 {
    match answer {
        Ok(Outcome::NotFound) => 0,
        Ok(_) => 1,
        Err(_) => 2,
    }
}
