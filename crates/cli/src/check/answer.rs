//! The answer to each identifier, and the exit status that follows from it.

use super::oracle::Oracle;
use exposure_client::{ClientError, Outcome};
use exposure_identifier::Identifier;

/// An outcome, or why there is none.
pub(super) type Answer = Result<Outcome, Unanswered>;

/// Why there is no answer. Never shown as "not found".
pub(super) enum Unanswered {
    /// The check is unfinished.
    Unfinished(String),
    /// Nothing was found, among canonical forms of other versions than this program's.
    OtherForms {
        /// Those in the index.
        index: Vec<u16>,
        /// That of this program.
        own: u16,
        /// A sentence that says so.
        why: String,
    },
    /// Nothing was found, and nobody can have the number.
    OutsidePlans {
        /// The country in which it was looked for.
        country: Option<String>,
        /// A sentence that says so.
        why: String,
    },
}

impl Unanswered {
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Unfinished(why) | Self::OtherForms { why, .. } | Self::OutsidePlans { why, .. } => why,
        }
    }
}

impl From<ClientError> for Unanswered {
    fn from(error: ClientError) -> Self {
        let why = error.to_string();
        match error {
            ClientError::OtherForms { index, own, .. } => Self::OtherForms { index, own, why },
            ClientError::OutsidePlans { country } => Self::OutsidePlans { country, why },
            _ => Self::Unfinished(why),
        }
    }
}

/// One answer per identifier, in order; a failure of one does not affect the others.
pub(super) fn answers(oracle: &mut Oracle, identifiers: &[Identifier]) -> Vec<Answer> {
    oracle.check(identifiers).into_iter().map(|answer| answer.map_err(Unanswered::from)).collect()
}

/// The exit status of one answer. That of several is the highest.
pub(super) fn status(answer: &Answer) -> u8 {
    match answer {
        Ok(Outcome::NotFound) => 0,
        Ok(_) => 1,
        Err(_) => 2,
    }
}
