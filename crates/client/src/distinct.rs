//! Deduplicates the identifiers of one call, and drops those that are rejected before anything is
//! sent.

use crate::error::ClientError;
use crate::outcome::Outcome;
use exposure_identifier::Identifier;
use std::collections::HashMap;

/// The distinct identifiers of a call, and where the outcome of each given one is found.
pub(crate) struct Distinct<'a> {
    /// For each given identifier: its position in `identifiers`, or why it was rejected.
    positions: Vec<Result<usize, ClientError>>,
    identifiers: Vec<&'a Identifier>,
}

impl<'a> Distinct<'a> {
    /// All identifiers that `reject` accepts, in order of first appearance.
    pub(crate) fn of(given: &'a [Identifier], reject: impl Fn(&Identifier) -> Result<(), ClientError>) -> Self {
        let (mut identifiers, mut seen) = (Vec::new(), HashMap::new());
        let mut position = |identifier: &'a Identifier| {
            reject(identifier)?;
            identifiers.push(identifier);
            Ok(identifiers.len() - 1)
        };
        let positions =
            given.iter().map(|given| seen.entry(given).or_insert_with_key(|given| position(given)).clone()).collect();
        Self { positions, identifiers }
    }

    /// The distinct identifiers.
    pub(crate) fn identifiers(&self) -> &[&'a Identifier] {
        &self.identifiers
    }

    /// From one outcome for each distinct identifier, one for each given identifier.
    pub(crate) fn spread(self, outcomes: &[Result<Outcome, ClientError>]) -> Vec<Result<Outcome, ClientError>> {
        self.positions.into_iter().map(|position| outcomes[position?].clone()).collect()
    }
}
